"""The catalogue: every play of every family, or everything that is wrong with them at once."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pydantic import ValidationError

from holdfast.transformations.plays.lint import lint_play
from holdfast.transformations.plays.play import HasBounds, Play

_KEYS: Final = ("family", "plays")


class PlayError(ValueError):
    """Everything that is wrong with plays, by file and key."""


@dataclass(frozen=True)
class Catalogue:
    """Plays by family, in the order of the files."""

    families: Mapping[str, tuple[Play, ...]]

    @cached_property
    def plays(self) -> tuple[Play, ...]:
        """All of them."""
        return tuple(play for plays in self.families.values() for play in plays)


def parse_catalogue(
    files: Mapping[str, Any],
    vulnerable: Mapping[str, HasBounds],
    protected: Collection[str],
) -> Catalogue:
    """The plays in the content of family files, by name of the file without its suffix.

    `vulnerable` says by features in which state nothing is to be sold to somebody, `protected`
    names attributes that no play may ask for. Raises PlayError with all that is wrong, a line for
    each file; a play is held to the rules of `lint_play` once its keys are in order.
    """
    problems: dict[str, list[str]] = {}
    families = {}
    for name, content in files.items():
        found = problems[name] = _check_family(name, content)
        entries = [] if found else content["plays"]
        plays = [_parse_play(number, entry, found) for number, entry in enumerate(entries, 1)]
        families[name] = tuple(play for play in plays if play)
        for play in families[name]:
            found += [f"{play.id}: {fault}" for fault in lint_play(play, vulnerable, protected)]
    _find_repeats(families, problems)
    if any(problems.values()):
        raise PlayError(
            "\n".join(f"plays/{name}.yml: " + "; ".join(f) for name, f in problems.items() if f)
        )
    return Catalogue(families)


def _check_family(name: str, content: Any) -> list[str]:
    if not isinstance(content, dict):
        return [f"write the keys {' and '.join(_KEYS)}"]
    found = [f"unknown key {key}" for key in content if key not in _KEYS]
    found += [f"{key} is missing" for key in _KEYS if key not in content]
    if content.get("family", name) != name:
        found.append(f"family {content['family']}: write {name}, as the file is called")
    if not isinstance(content.get("plays", []), list):
        found.append("plays is not a list")
    return found


def _parse_play(number: int, entry: Any, problems: list[str]) -> Play | None:
    """The play, or None and its faults among the problems."""
    if not isinstance(entry, dict):
        problems.append(f"play {number}: not keys and values, got {entry!r}")
        return None
    try:
        return Play.model_validate(entry)
    except ValidationError as error:
        name = entry.get("id") or f"play {number}"
        problems += [f"{name}: {fault}" for fault in explain_faults(error)]
        return None


def explain_faults(error: ValidationError) -> list[str]:
    """Each fault with the key that it stands at."""
    faults = []
    for fault in error.errors():
        key = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "missing":
            faults.append(f"{key} is missing")
        elif fault["type"] == "extra_forbidden":
            faults.append(f"unknown key {key}")
        elif fault["type"] == "value_error":
            faults.append(
                ": ".join(filter(None, (key, fault["msg"].removeprefix("Value error, "))))
            )
        else:
            said = fault["msg"].replace("Input should be", "must be")
            faults.append(f"{key}: {said[:1].lower()}{said[1:]}, got {fault['input']!r}")
    return faults


def _find_repeats(
    families: Mapping[str, tuple[Play, ...]], problems: Mapping[str, list[str]]
) -> None:
    """Name ids that stand twice, in each file where they stand."""
    counts = Counter(play.id for plays in families.values() for play in plays)
    for name, plays in families.items():
        problems[name] += [
            f"{play}: this id stands in {_list_others(play, families)}"
            for play in dict.fromkeys(play.id for play in plays)
            if counts[play] > 1
        ]


def _list_others(play: str, families: Mapping[str, tuple[Play, ...]]) -> str:
    found = [name for name, plays in families.items() for other in plays if other.id == play]
    return " and ".join(f"{name}.yml" for name in found)
