"""A mapping's YAML, checked as a whole: everything that is wrong with it is named at once.

A mapping lies under `conf/sources/<source>/<table>.yml`; see docs/sources.md for how to write one.
"""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from holdfast.transformations.sources.columns import (
    UNQUOTED,
    is_flag,
    parse_columns,
    parse_lookups,
)
from holdfast.transformations.sources.contract import (
    BRONZE_NAMES,
    RawColumn,
    RawTable,
    Target,
)
from holdfast.transformations.sources.countries import COUNTRIES
from holdfast.transformations.sources.currencies import DECIMALS
from holdfast.transformations.sources.reading import READING, find_unknown_zone, parse_reading
from holdfast.transformations.sources.types import MappingError
from holdfast.transformations.tables.silver import MAPPED
from holdfast.transformations.tables.table import Table, Upsert

FORMATS: Final = frozenset({"csv", "jsonl", "parquet", "delta"})
OF_A_SHOP: Final = ("time_zone", "currency", "country")
MAPPED_TO: Final = {table.name: table for table in MAPPED}
_ENGINE: Final = frozenset(
    {
        "party_id",
        "source",
        "run_number",
        "ingested_at",
        "row_hash",
        "row_hash_first",
        "version_at_first",
        "withdrawn_at",
        "withdrawn_by",
        "ordered_on",
        "time_zone",
    }
)
_OTHER: Final = "doc files format party columns targets repeats record lines let lookups not_loaded"
_KEYS: Final = READING | {*_OTHER.split(), *OF_A_SHOP}
_REPEATS: Final = ("dropped", "kept")
_TARGET_KEYS: Final = frozenset(field.name for field in fields(Target)) - {"known"}


def parse_mapping(source: str, name: str, values: Mapping[str, Any]) -> RawTable:
    """The mapping in `values`. Raises MappingError with everything that is wrong, by name."""
    problems = [f"unknown key {key}" for key in values if key not in _KEYS]
    problems += [
        f"{key} is missing"
        for key in ("files", "format", "party", "columns", "targets")
        if key not in values
    ]
    if problems:
        raise MappingError(f"{source}/{name}.yml: " + "; ".join(problems))
    if values["format"] not in FORMATS:
        problems.append(f"format {values['format']} is not one of {', '.join(sorted(FORMATS))}")
    keeps_repeats = _keeps_repeats(values, problems)
    zone, currency, country = _shop(values, problems)
    columns = parse_columns(values, problems)
    let, lookups = _let(values, columns, problems), parse_lookups(values, columns, problems)
    targets = [_target(value, columns, let, problems) for value in values["targets"]]
    reading = parse_reading(values, problems)
    if problems:
        raise MappingError(f"{source}/{name}.yml: " + "; ".join(problems))
    return RawTable(
        source,
        name,
        values.get("doc", f"Export {name} of {source}."),
        values["files"],
        values["format"],
        values["party"],
        columns,
        tuple(t for t in targets if t is not None),
        reading,
        zone,
        keeps_repeats,
        currency,
        country,
        values.get("record"),
        let,
        lookups,
        tuple(values.get("not_loaded", ())),
    )


def _keeps_repeats(values: Mapping[str, Any], problems: list[str]) -> bool:
    repeats = values.get("repeats", _REPEATS[0])
    if repeats not in _REPEATS:
        problems.append(f"repeats {repeats} is neither {' nor '.join(_REPEATS)}")
    return bool(repeats == _REPEATS[1])


def _shop(values: Mapping[str, Any], problems: list[str]) -> tuple[str | None, ...]:
    """Time zone, currency and country of the shop, those that are said."""
    zone, currency, country = (values.get(name) for name in OF_A_SHOP)
    if zone is not None:
        problems += find_unknown_zone("time_zone", zone)
    if currency is not None and currency not in DECIMALS:
        problems.append(f"currency {currency} is not of ISO 4217: write one such as EUR")
    if country is not None and str(country).upper() not in COUNTRIES:
        problems.append(f"country {country} is not of ISO 3166: write one such as DE")
    return zone, currency, country


def _let(
    values: Mapping[str, Any], columns: tuple[RawColumn, ...], problems: list[str]
) -> dict[str, str]:
    """Named SQL, under names that nothing else has."""
    named = {name: str(sql) for name, sql in values.get("let", {}).items()}
    taken = BRONZE_NAMES | {column.name for column in columns}
    problems += [f"let {name}: a column has that name" for name in named if name in taken]
    return named


def _target(
    value: Mapping[str, Any],
    columns: tuple[RawColumn, ...],
    let: Mapping[str, str],
    problems: list[str],
) -> Target | None:
    name = value.get("table", "")
    table = MAPPED_TO.get(name)
    if table is None:
        problems.append(f"target {name or '?'}: no such silver table")
        return None
    mapped = {key: str(expression) for key, expression in value.get("columns", {}).items()}
    found = [
        *(f"unknown key {key}" for key in sorted(set(value) - _TARGET_KEYS)),
        *(f"{key} is not a column of the table" for key in mapped if key not in table.names),
        *(f"{key} is filled by the engine" for key in mapped if key in _ENGINE),
        *(f"required column {key} is not mapped" for key in _unmapped(table, mapped, value)),
        *(f"{key} is not a declared column" for key in _undeclared(value, columns, let)),
        *_unlisted_words(table, value),
    ]
    known = _known_words(mapped, value, columns, let)
    if known and value.get("group_by"):
        found.append(f"words of {', '.join(known)}: a target that groups rows cannot check them")
    problems.extend(f"target {name}: {problem}" for problem in found)
    return Target(
        table,
        mapped,
        dict(value.get("filters", {})),
        value.get("explode"),
        tuple(value.get("group_by", ())),
        value.get("text"),
        bool(value.get("minor_units", False)),
        {
            name: {str(own).lower(): word for own, word in words.items()}
            for name, words in value.get("words", {}).items()
        },
        known,
    )


def _known_words(
    mapped: Mapping[str, str],
    value: Mapping[str, Any],
    columns: tuple[RawColumn, ...],
    let: Mapping[str, str],
) -> dict[str, tuple[str, ...]]:
    """The words of the raw columns that a target's SQL names, or the named SQL that it uses."""
    rules = (*mapped.values(), *map(str, value.get("filters", {}).values()))
    used = _names_in(*rules, str(value.get("explode", "")))
    for name, sql in reversed(tuple(let.items())):
        used |= _names_in(sql) if name in used else set()
    return {c.name: c.words for c in columns if c.words and c.name in used}


def _names_in(*sql: str) -> set[str]:
    return set(re.findall(r"\w+", " ".join(sql)))


def _unlisted_words(table: Table, value: Mapping[str, Any]) -> list[str]:
    """Words that a target gives a column which its contract does not list, and those that YAML
    takes for true or false.
    """
    translated = value.get("words", {})
    unquoted = [name for name, words in translated.items() if any(map(is_flag, words))]
    return [f"words of {name}: {UNQUOTED}" for name in unquoted] + [
        f"words of {name}: {word} is not one of {', '.join(table[name].words) or 'any'}"
        for name, words in translated.items()
        for word in dict.fromkeys(words.values())
        if name in table.names and word not in table[name].words
    ]


def _unmapped(table: Table, mapped: Mapping[str, str], value: Mapping[str, Any]) -> list[str]:
    """Required columns of a target that neither the mapping nor the engine fills."""
    filled = set(mapped) | _ENGINE
    if value.get("text"):
        filled |= {"text_token", "negativity", "topic"}
    if isinstance(table.write, Upsert):
        filled |= {f"{key}_first" for key in mapped}
        filled |= {"version_at"} if "event_at" in mapped else set()
    return [c.name for c in table.columns if not c.nullable and c.name not in filled]


def _undeclared(
    value: Mapping[str, Any], columns: tuple[RawColumn, ...], let: Mapping[str, str]
) -> list[str]:
    """Columns that a target groups by, explodes or reads as text without their being declared."""
    declared = {*(column.name for column in columns), *let}
    used = (*value.get("group_by", ()), value.get("explode"), value.get("text"))
    return [key for key in used if key and _first_name(key) not in declared]


def _first_name(expression: str) -> str:
    """The first name in SQL that is no function's."""
    found = re.search(r"\b[A-Za-z_]\w*\b(?!\s*\()", expression)
    return found[0] if found else expression
