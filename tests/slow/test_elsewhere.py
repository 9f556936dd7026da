"""What others start on a published root: the notebooks."""

from pathlib import Path

import jupytext
import pytest
from nbclient import NotebookClient

from tests.architecture.rule import REPOSITORY
from tests.slow.servers import variables

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "notebook", ["tune_churn", "explore_value", "explore_segments", "plan_decisions"]
)
def test_the_notebook_runs_from_top_to_bottom(
    clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, notebook: str
) -> None:
    for name, value in variables(HOLDFAST_ROOT=str(clean), HOLDFAST_ENV="mini").items():
        monkeypatch.setenv(name, value)
    page = jupytext.read(REPOSITORY / "notebooks" / f"{notebook}.py")
    NotebookClient(page, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [output.get("data", {}) for cell in page.cells for output in cell.get("outputs", [])]
    assert any("image/png" in data for data in shown)
