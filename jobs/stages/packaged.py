"""Files that come with the package, and those that users put in their place."""

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from holdfast.jobs.runtime.config.errors import InputError


def list_files(kind: str, folder: str) -> Mapping[str, Traversable]:
    """The YAML files of `conf/<kind>` by name without suffix, in order: those of the package, each
    replaced by the file of its name in `folder` where there is one, and those that only `folder`
    has; no folder: the packaged ones.
    """
    places: list[Traversable] = [files("holdfast").joinpath("conf", kind)]
    if folder:
        if not Path(folder).is_dir():
            raise InputError(
                f"There is no folder of {kind} {folder}.",
                cure=f"Name one that has files as docs/{kind}.md shows, or none for the packaged "
                "ones.",
            )
        places.append(Path(folder))
    found = {entry.name: entry for place in places for entry in place.iterdir()}
    return {
        name.removesuffix(".yml"): found[name] for name in sorted(found) if name.endswith(".yml")
    }
