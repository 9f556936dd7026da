"""What a mapping says of how its files are written."""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from holdfast.transformations.sources.contract import Reading

READING: Final = frozenset(field.name for field in fields(Reading))
_OF_CSV: Final = ("delimiter", "encoding", "multiline")


def find_unknown_zone(key: str, zone: str) -> list[str]:
    """What is wrong with a time zone, if anything is."""
    if zone in _known_zones():
        return []
    return [f"{key} {zone} is not on the IANA list: write one such as Europe/Berlin"]


@cache
def _known_zones() -> frozenset[str]:
    """The IANA list, which Python looks for in six hundred files each time it is asked."""
    return frozenset(available_timezones())


def parse_reading(values: Mapping[str, Any], problems: list[str]) -> Reading:
    """The keys of READING that a mapping has; what is wrong with them is added to `problems`."""
    given = {name: values[name] for name in READING if name in values}
    if "nulls" in given:
        given["nulls"] = tuple(map(str, given["nulls"]))
    reading = Reading(**given)
    of_text = sorted(given.keys() - {"nulls"})
    if of_text and values["format"] not in ("csv", "jsonl"):
        problems.append(f"{', '.join(of_text)}: for text files only")
    if values["format"] == "jsonl" and (unused := [key for key in _OF_CSV if key in values]):
        problems.append(f"{', '.join(unused)}: for CSV only")
    if len(reading.delimiter) != 1:
        problems.append(f"delimiter {reading.delimiter!r} is not one character")
    if reading.decimal not in (".", ","):
        problems.append(f"decimal {reading.decimal!r} is neither a point nor a comma")
    problems += find_unknown_zone("dates_without_zone", reading.dates_without_zone)
    try:
        "".encode(reading.encoding)
    except LookupError:
        problems.append(f"encoding {reading.encoding} is not known: write one such as windows-1252")
    return reading
