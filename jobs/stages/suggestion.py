"""A mapping for a file that nobody has mapped yet, as the text of its YAML."""

import re
from pathlib import Path
from typing import Final

from holdfast.jobs.runtime.config.settings import as_yaml
from holdfast.jobs.runtime.config.sources import load_packaged
from holdfast.jobs.stages.raw_sample import ROWS, read_sample
from holdfast.transformations.sources.suggest import recognise, suggest

_ABOVE: Final = f"# Guessed from the first {ROWS:,} rows at most. Look at each line, and at:\n"
_PARTS: Final = re.compile(r"([-_ ]*\d+)+$")  # what numbers or dates the files of one export


def suggest_mapping(path: Path) -> str:
    """The YAML, with what a person must look at as comments above it. Raises InputError where the
    file cannot be read.
    """
    sample = read_sample(path)
    remarks = []
    packaged = [raw for raw in load_packaged() if raw.format == sample.format]
    if known := recognise([*sample.values, *sample.lists], packaged):
        raw, missing = known
        if not missing:
            return (
                f"# These are the columns of {raw.source}/{raw.name}, which comes with Holdfast:\n"
                f"# put the file under ROOT/raw/{raw.source}/ as {raw.files}, and map nothing.\n"
            )
        remarks.append(f"much like {raw.source}/{raw.name}, but without {', '.join(missing)}")
    found = suggest(_pattern(path), sample.format, sample.values, sample.reading)
    remarks += [
        *(
            f"{name}: a list; declare it as array<struct<...>> to explode it"
            for name in sample.lists
        ),
        *found.remarks,
    ]
    comments = "".join(f"# - {remark}\n" for remark in remarks)
    return f"{_ABOVE}{comments}{as_yaml(found.mapping)}"


def _pattern(path: Path) -> str:
    """A pattern for the files of the same export: what numbers or dates one gives way."""
    name = path.name[: -len(".gz")] if path.suffix.lower() == ".gz" else path.name
    stem, point, ending = name.rpartition(".")
    return f"{_PARTS.sub('', stem) or stem}*{point}{ending}"
