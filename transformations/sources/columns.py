"""The columns of a mapping's YAML: those of a row, and those in which a record's rows differ."""

from collections.abc import Mapping
from typing import Any, Final

from holdfast.transformations.sources.contract import (
    BRONZE_NAMES,
    LINES,
    NUMBER,
    Lookup,
    RawColumn,
)
from holdfast.transformations.sources.types import MappingError, spark_type
from holdfast.transformations.tables.vocabulary import PERSONAL_KINDS

PII_KINDS: Final = frozenset(PERSONAL_KINDS) - {"raw"}  # which is made of rejected rows alone
_KEYS: Final = frozenset({"type", "path", "pii", "required", "optional", "once", "words"})

_LOOKUP_KEYS: Final = frozenset({"table", "key", "by", "columns"})

UNQUOTED: Final = "put yes, no, on, off, true and false in quotes, which YAML takes for no words"


def is_flag(word: object) -> bool:
    """Whether YAML took a word for true or false."""
    return isinstance(word, bool)


def parse_columns(values: Mapping[str, Any], problems: list[str]) -> tuple[RawColumn, ...]:
    """The columns that a mapping declares; where rows are joined to records, their lines are the
    last.
    """
    columns = [_parse_column(name, spec, problems) for name, spec in values["columns"].items()]
    record, lines = values.get("record"), values.get("lines", {})
    if bool(record) != bool(lines):
        problems.append("record and lines: neither says anything without the other")
    if record and not any(c.name == record and c.required for c in columns):
        problems.append(f"record {record} is no column with required: true")
    if once := [c.name for c in columns if c.once and not record]:
        problems.append(f"column {', '.join(once)}: once is for records of several rows")
    if not lines:
        return tuple(columns)
    fields = [_parse_column(name, spec, problems) for name, spec in lines.items()]
    for name in sorted({c.name for c in columns} & {LINES, *lines} | {NUMBER} & set(lines)):
        problems.append(f"column {name}: lines need a name that nothing else has")
    kinds = ",".join(f"{field.name}:{field.type}" for field in fields)
    pii = tuple(sorted((field.name, field.pii) for field in fields if field.pii))
    kind = f"array<struct<{kinds},{NUMBER}:int>>"
    return (*columns, RawColumn(LINES, kind, LINES, nested_pii=pii, fields=tuple(fields)))


def parse_lookups(
    values: Mapping[str, Any], columns: tuple[RawColumn, ...], problems: list[str]
) -> tuple[Lookup, ...]:
    """What a mapping looks up in other exports of its source."""
    specs = values.get("lookups", [])
    wrong = [spec for spec in specs if set(spec) != _LOOKUP_KEYS]
    problems += [
        f"lookup {spec.get('table', '?')}: it has table, key, by, columns" for spec in wrong
    ]
    if specs and any(column.pii or column.nested_pii for column in columns):
        problems.append("lookups: none in an export with personal values")
    taken = BRONZE_NAMES | {column.name for column in columns}
    named = [name for spec in specs for name in spec.get("columns", {})]
    problems += [f"lookup {name}: a column has that name" for name in named if name in taken]
    return tuple(
        Lookup(spec["table"], str(spec["key"]), str(spec["by"]), dict(spec["columns"]))
        for spec in specs
        if spec not in wrong
    )


def _parse_column(name: str, value: Any, problems: list[str]) -> RawColumn:
    spec = {"type": value} if isinstance(value, str) else dict(value)
    unknown = set(spec) - _KEYS
    if unknown or "type" not in spec:
        problems.append(
            f"column {name}: " + (f"unknown {', '.join(sorted(unknown))}" if unknown else "no type")
        )
    if name in BRONZE_NAMES:
        problems.append(
            f"column {name}: the engine has one of that name: call it raw_{name}, with path: {name}"
        )
    try:
        spark_type(spec.get("type", "string"))
    except MappingError as error:
        problems.append(f"column {name}: {error}")
    if any(map(is_flag, spec.get("words", ()))):
        problems.append(f"words of {name}: {UNQUOTED}")
    pii = spec.get("pii")
    nested = tuple(sorted(pii.items())) if isinstance(pii, Mapping) else ()
    for kind in [kind for _, kind in nested] or ([pii] if pii else []):
        if kind not in PII_KINDS:
            problems.append(
                f"column {name}: pii {kind} is not one of {', '.join(sorted(PII_KINDS))}"
            )
    path = spec.get("path", name)
    first, *others = [path] if isinstance(path, str) else path
    return RawColumn(
        name,
        spec.get("type", "string"),
        first,
        pii if isinstance(pii, str) else None,
        nested,
        bool(spec.get("required", False)),
        bool(spec.get("optional", False)),
        bool(spec.get("once", False)),
        tuple(str(word).lower() for word in spec.get("words", ())),
        other_paths=tuple(others),
    )
