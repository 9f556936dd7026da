"""Pay once, at set-up: MLflow's empty database takes ten seconds to make."""

import tempfile
from pathlib import Path

from holdfast.jobs.runtime.tracking import seed_database

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        seed_database(Path(folder) / "mlflow.db")
