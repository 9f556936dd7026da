"""Settings as text: each with what it does and the file it came from."""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.config.errors import UsageError

WIDTH: Final = 80
_KEY: Final = re.compile(r"^(?P<indent> *)(?P<key>\w+):[^#]* # (?P<doc>.*)$")


@dataclass(frozen=True)
class Setting:
    """One setting: its path, its value, the layer that set it, and what it does."""

    path: str
    value: Any
    origin: str
    doc: str


def list_settings(env: str, overrides: Sequence[str], prefix: str = "") -> list[Setting]:
    """Every setting whose path begins with `prefix`.

    Raises UsageError where there is none.
    """
    resolved, docs = settings.load(env, overrides), read_sentences()
    found = [
        Setting(path, value, resolved.origins[path], _sentence(docs, path))
        for path, value in settings.list_leaves(resolved.as_dict())
        if path.startswith(prefix)
    ]
    if not found:
        raise UsageError(
            f"No setting begins with {prefix}.",
            cure=f"Sections: {', '.join(sorted(resolved.as_dict()))}.",
        )
    return found


def as_json(lines: Sequence[Setting]) -> str:
    """For programs: value, origin and sentence by path."""
    found = {s.path: {"value": s.value, "from": s.origin, "doc": s.doc} for s in lines}
    return json.dumps(found, indent=1)


def as_text(lines: Sequence[Setting]) -> str:
    """For people, within 80 columns: the setting with its value, where from, and its sentence."""
    return "\n".join(line for setting in lines for line in _lines_of(setting))


def _sentence(docs: Mapping[str, str], path: str) -> str:
    """The sentence of a setting; one inside an open mapping, such as `spark.conf`, has its
    mapping's.
    """
    while path and path not in docs:
        path = path.rpartition(".")[0]
    return docs[path]


def _lines_of(setting: Setting) -> Iterator[str]:
    own = f"{setting.path} = {json.dumps(setting.value, ensure_ascii=False)}"
    origin = f"[{setting.origin}]"
    if len(own) + len(origin) < WIDTH:
        yield f"{own}{origin:>{WIDTH - len(own)}}"
    else:
        yield from textwrap.wrap(own, WIDTH, subsequent_indent="    ")
        yield from textwrap.wrap(origin, WIDTH, initial_indent="    ", subsequent_indent="    ")
    yield from textwrap.wrap(setting.doc, WIDTH, initial_indent="  ", subsequent_indent="  ")


def read_sentences() -> dict[str, str]:
    """What each setting does, by path: the comment beside its key in `conf/base`."""
    found: dict[str, str] = {}
    for entry in files("holdfast").joinpath("conf", "base").iterdir():
        if entry.name.endswith(".yml"):
            text = entry.read_text(encoding="utf-8")
            found |= dict(_comments(entry.name.removesuffix(".yml"), text))
    return found


def _comments(section: str, text: str) -> Iterator[tuple[str, str]]:
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        if key := _KEY.match(line):
            depth = len(key["indent"])
            above = [(indent, name) for indent, name in above if indent < depth]
            above.append((depth, key["key"]))
            yield ".".join([section, *(name for _, name in above)]), key["doc"].strip()
