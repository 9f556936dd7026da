"""Run the notebooks on a published root and keep what they show: `make notebooks ROOT=folder`.

The `.py` is what people edit; the `.ipynb` beside it is what they look at without running anything.
"""

import os
import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
NAMES = ("tune_churn", "explore_value")


def execute(name: str, folder: Path) -> nbformat.NotebookNode:
    """The notebook of a name, run from top to bottom in `folder`, with what its cells show."""
    page = jupytext.read(HERE / f"{name}.py")
    NotebookClient(page, timeout=600, resources={"metadata": {"path": str(folder)}}).execute()
    return page


def tidy(page: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """What two runs have in common: no clock, no warnings, no ids, cells numbered from one."""
    for number, cell in enumerate(page.cells):
        cell["id"] = f"cell-{number}"
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
    page.metadata = {"kernelspec": page.metadata["kernelspec"]}
    return page


def main() -> None:
    """Write each notebook with its outputs beside its source."""
    os.environ["HOLDFAST_ROOT"] = str(Path(sys.argv[1]).absolute())
    for name in NAMES:
        nbformat.write(tidy(execute(name, HERE)), HERE / f"{name}.ipynb")
        print(f"{name}.ipynb is written", flush=True)


if __name__ == "__main__":
    main()
