"""Run the notebooks on a published root and keep what they show: `make notebooks ROOT=folder`.

The `.py` is what people edit; the `.ipynb` beside it is what they look at without running anything.
Fits with the settings of `HOLDFAST_ENV`, without it with those of the demos.
"""

import os
import sys
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from PIL import Image

HERE = Path(__file__).parent
NAMES = ("explore_segments", "explore_value", "plan_decisions", "tune_churn")


def execute(name: str, folder: Path) -> nbformat.NotebookNode:
    """The notebook of a name, run from top to bottom in `folder`, with what its cells show."""
    page = jupytext.read(HERE / f"{name}.py")
    NotebookClient(page, timeout=600, resources={"metadata": {"path": str(folder)}}).execute()
    return page


def compress(picture: bytes) -> bytes:
    """A PNG of the same pixels in a quarter of the bytes: charts are drawn with little effort."""
    packed = BytesIO()
    Image.open(BytesIO(picture)).save(packed, "PNG", optimize=True)
    return packed.getvalue()


def tidy(page: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """What two runs have in common: no clock, no warnings, no ids; and small pictures."""
    for number, cell in enumerate(page.cells):
        cell["id"] = f"cell-{number}"
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
            for shown in (o.data for o in cell.outputs if "image/png" in o.get("data", {})):
                picture = compress(b64decode(shown["image/png"]))
                shown["image/png"] = b64encode(picture).decode()
    page.metadata = {"kernelspec": page.metadata["kernelspec"]}
    return page


def main() -> None:
    """Write each notebook with its outputs beside its source."""
    os.environ.setdefault("HOLDFAST_ENV", "demo")
    os.environ["HOLDFAST_ROOT"] = str(Path(sys.argv[1]).absolute())
    for name in NAMES:
        nbformat.write(tidy(execute(name, HERE)), HERE / f"{name}.ipynb")
        print(f"{name}.ipynb is written", flush=True)


if __name__ == "__main__":
    main()
