"""Run the notebooks on a published root and keep what they show: `make notebooks ROOT=folder`.

The `.py` is what people edit; the `.ipynb` beside it is what they look at without running anything.
Fits with the settings of `HOLDFAST_ENV`, without it with those of the demos.
"""

import os
import struct
import sys
import zlib
from base64 import b64decode, b64encode
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


def compress(picture: bytes) -> bytes:
    """A PNG of the same pixels in a quarter of the bytes: charts are drawn with little effort."""
    head, chunks, at = picture[:8], [], 8
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        chunks.append((picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]))
        at += 12 + length
    pixels = zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"))
    kept = [(kind, data) for kind, data in chunks if kind not in (b"IDAT", b"IEND")]
    written = [*kept, (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")]
    return head + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in written
    )


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
