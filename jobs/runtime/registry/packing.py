"""A model version as it is handed to MLflow: its own files, what people see beside them, and the
folder that `mlflow.pyfunc.load_model` takes.
"""

import contextlib
import hashlib
import importlib.metadata
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from holdfast.jobs.runtime.registry import wheel

_SERVING: Final = (
    "mlflow",
    "numpy",
    "pandas",
    "pyspark",
    "scikit-learn",
)  # what answering needs beside Holdfast


@dataclass(frozen=True, eq=False)
class Description:
    """What MLflow shows of a model version.

    `figures` are SVG by name, `trials` those of its search as models.tuning keeps them. `example`
    is a row to score, off which and off the model's answer the signature is read.
    """

    params: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)
    trials: Sequence[Mapping[str, Any]] = ()
    example: pd.DataFrame | None = None


@contextlib.contextmanager
def pack_model(
    artifacts: Mapping[str, bytes], description: Description, mlflow: Any
) -> Iterator[Path]:
    """A folder that `mlflow.pyfunc.load_model` takes: the model's files, Holdfast as a wheel, and
    the versions it was made with. No name of Holdfast is asked of a public index.
    """
    with tempfile.TemporaryDirectory(prefix="holdfast-model-") as place:
        files, packed = Path(place) / "files", Path(place) / "model"
        for name, content in artifacts.items():
            target = files / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        mlflow.pyfunc.save_model(
            path=str(packed),
            python_model=str(Path(__file__).with_name("pyfunc.py")),
            artifacts={"files": str(files)},
            input_example=description.example,
            pip_requirements=[
                f"wheels/{wheel.NAME}",
                *(f"{name}=={importlib.metadata.version(name)}" for name in _SERVING),
            ],
        )
        wheel.build_wheel(packed / "wheels")
        yield packed


def digest(artifacts: Mapping[str, bytes]) -> str:
    """sha256 over names and contents, in order of names."""
    whole = hashlib.sha256()
    for name in sorted(artifacts):
        whole.update(f"{name}\0{len(artifacts[name])}\0".encode())
        whole.update(artifacts[name])
    return whole.hexdigest()
