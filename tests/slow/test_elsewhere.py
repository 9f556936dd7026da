"""What others start on a published root: JDBC and the notebooks."""

import subprocess
import sys
from pathlib import Path

import jupytext
import pytest
from nbclient import NotebookClient

from tests.architecture.rule import REPOSITORY
from tests.slow.roots import table
from tests.slow.servers import SPARK, daemon, free_port, variables

pytestmark = pytest.mark.slow


def test_jdbc_serves_what_was_published(clean: Path, tmp_path: Path) -> None:
    port = free_port()
    words = [
        sys.executable,
        "-m",
        "holdfast",
        "serve",
        "--env",
        "mini",
        "--port",
        str(port),
        "--root",
        str(clean),
    ]
    with daemon(words, tmp_path / "serve.log", port):
        asked = subprocess.run(
            [
                str(SPARK / "spark-class"),
                "org.apache.hive.beeline.BeeLine",
                "-u",
                f"jdbc:hive2://127.0.0.1:{port}/gold",
                "--outputformat=csv2",
                "--silent=true",
                "-e",
                "select count(*) as customers from gold.customer_360",
            ],
            env=variables(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    answer = asked.stdout.split()[-2:]  # behind the prompt
    assert answer == ["customers", str(len(table(clean, "gold.customer_360")))], asked.stderr[
        -2000:
    ]


@pytest.mark.parametrize("notebook", ["tune_churn", "explore_value"])
def test_the_notebook_runs_from_top_to_bottom(
    clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, notebook: str
) -> None:
    for name, value in variables(HOLDFAST_ROOT=str(clean), HOLDFAST_ENV="mini").items():
        monkeypatch.setenv(name, value)
    page = jupytext.read(REPOSITORY / "notebooks" / f"{notebook}.py")
    NotebookClient(page, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [output.get("data", {}) for cell in page.cells for output in cell.get("outputs", [])]
    assert any("image/png" in data for data in shown)
