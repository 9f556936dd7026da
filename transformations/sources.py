"""Source mappings as values: one raw table, its columns, its personal values, and how it becomes
silver.

A mapping is YAML under `conf/sources/<source>/<table>.yml`; see docs/sources.md for how to write
one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pyspark.sql import types as T

from holdfast.transformations.tables.columns import INGESTED_AT, PARTY, RUN, SOURCE, STRING
from holdfast.transformations.tables.silver import STANDARDISED
from holdfast.transformations.tables.table import Append, Column, Table, Upsert

PII_KINDS: Final = frozenset(
    {
        "email",
        "phone",
        "first_name",
        "last_name",
        "full_name",
        "address",
        "city",
        "postcode",
        "birth_date",
        "device",
        "ip",
        "text",
    }
)
FORMATS: Final = frozenset({"csv", "jsonl", "parquet", "delta"})
SILVER: Final = {table.name: table for table in STANDARDISED}
_ENGINE: Final = frozenset(
    {
        "party_id",
        "source",
        "run_number",
        "ingested_at",
        "row_hash",
        "row_hash_first",
        "version_at_first",
    }
)


class MappingError(ValueError):
    """Everything that is wrong with one mapping, by name."""


@dataclass(frozen=True)
class RawColumn:
    """A declared column: its Spark type as DDL, where it lies in nested JSON, and what personal
    value it is.

    `pii` is the kind of a plain value; `nested_pii` names the fields of an array's elements that
    hold one.
    """

    name: str
    type: str
    path: str
    pii: str | None = None
    nested_pii: tuple[tuple[str, str], ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Target:
    """How rows become one silver table: SQL over the raw columns, named filters, explode or group
    by.
    """

    table: Table
    columns: Mapping[str, str]
    filters: Mapping[str, str]
    explode: str | None = None
    group_by: tuple[str, ...] = ()
    text: str | None = None

    @property
    def keeps_removed(self) -> bool:
        """Whether an item that a newer version of its record no longer has stays,
        with removed_at.
        """
        return self.explode is not None and "removed_at" in self.table.names


@dataclass(frozen=True)
class RawTable:
    """One export: its files, format, columns, party and targets."""

    source: str
    name: str
    doc: str
    files: str
    format: str
    party: str
    columns: tuple[RawColumn, ...]
    targets: tuple[Target, ...]
    multiline: bool = False

    @property
    def table(self) -> Table:
        """The bronze contract: declared columns, personal ones as tokens, and where each row came
        from.
        """
        return Table(
            f"bronze.{self.source}_{self.name}",
            "One row a row of an export.",
            self.doc,
            (
                SOURCE,
                PARTY,
                *(Column(c.name, _bronze_type(c), _doc(c), pii=c.pii) for c in self.columns),
                Column("input_file", STRING, "File or table it was read from.", nullable=False),
                INGESTED_AT,
                RUN,
                Column("row_hash", STRING, "Keyed hash of the declared values.", nullable=False),
            ),
            keys=("row_hash", "run_number"),
            write=Append(),
            subject="party_id",
        )


@dataclass(frozen=True)
class Source:
    """A source instance: its name is part of every key, so two shops of one vendor stay apart."""

    name: str
    folder: str
    tables: tuple[RawTable, ...]


def raw_table(source: str, name: str, values: Mapping[str, Any]) -> RawTable:
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
    columns = tuple(_column(key, value, problems) for key, value in values["columns"].items())
    targets = [_target(value, columns, problems) for value in values["targets"]]
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
        bool(values.get("multiline", False)),
    )


_KEYS: Final = frozenset({"doc", "files", "format", "party", "columns", "targets", "multiline"})


def _column(name: str, value: Any, problems: list[str]) -> RawColumn:
    spec = {"type": value} if isinstance(value, str) else dict(value)
    unknown = set(spec) - {"type", "path", "pii", "required"}
    if unknown or "type" not in spec:
        problems.append(
            f"column {name}: " + (f"unknown {', '.join(sorted(unknown))}" if unknown else "no type")
        )
    try:
        spark_type(spec.get("type", "string"))
    except MappingError as error:
        problems.append(f"column {name}: {error}")
    pii = spec.get("pii")
    nested = tuple(sorted(pii.items())) if isinstance(pii, Mapping) else ()
    for kind in [kind for _, kind in nested] or ([pii] if pii else []):
        if kind not in PII_KINDS:
            problems.append(
                f"column {name}: pii {kind} is not one of {', '.join(sorted(PII_KINDS))}"
            )
    return RawColumn(
        name,
        spec.get("type", "string"),
        spec.get("path", name),
        pii if isinstance(pii, str) else None,
        nested,
        bool(spec.get("required", False)),
    )


def _target(
    value: Mapping[str, Any], columns: tuple[RawColumn, ...], problems: list[str]
) -> Target | None:
    name = value.get("table", "")
    table = SILVER.get(name)
    if table is None:
        problems.append(f"target {name or '?'}: no such silver table")
        return None
    unknown = set(value) - {"table", "columns", "filters", "explode", "group_by", "text"}
    problems.extend(f"target {name}: unknown key {key}" for key in sorted(unknown))
    mapped: dict[str, str] = {
        key: str(expression) for key, expression in value.get("columns", {}).items()
    }
    problems.extend(
        f"target {name}: {key} is not a column of the table"
        for key in mapped
        if key not in table.names
    )
    problems.extend(
        f"target {name}: {key} is filled by the engine" for key in mapped if key in _ENGINE
    )
    filled = (
        set(mapped)
        | _ENGINE
        | ({"text_token", "negativity", "topic"} if value.get("text") else set())
    )
    if isinstance(table.write, Upsert):
        filled |= {f"{key}_first" for key in mapped}
        filled |= {"version_at"} if "event_at" in mapped else set()
    if "valid_from" in table.names:
        filled |= {"valid_to"}
    unmapped = [c.name for c in table.columns if not c.nullable and c.name not in filled]
    problems.extend(f"target {name}: required column {key} is not mapped" for key in unmapped)
    known = {column.name for column in columns}
    for key in (
        *value.get("group_by", ()),
        *filter(None, (value.get("explode"), value.get("text"))),
    ):
        if re.split(r"[.\[]", key)[0] not in known:
            problems.append(f"target {name}: {key} is not a declared column")
    return Target(
        table,
        mapped,
        dict(value.get("filters", {})),
        value.get("explode"),
        tuple(value.get("group_by", ())),
        value.get("text"),
    )


def _bronze_type(column: RawColumn) -> T.DataType:
    return T.StringType() if column.pii else spark_type(column.type)


def _doc(column: RawColumn) -> str:
    return f"Raw {column.path}." if not column.pii else f"Token of raw {column.path}."


_SIMPLE: Final = {
    "string": T.StringType(),
    "int": T.IntegerType(),
    "bigint": T.LongType(),
    "long": T.LongType(),
    "double": T.DoubleType(),
    "boolean": T.BooleanType(),
    "date": T.DateType(),
    "timestamp": T.TimestampType(),
}


def spark_type(ddl: str) -> T.DataType:
    """The type a DDL text names: simple types, decimal(p,s), array<...> and struct<...>. Needs no
    session.
    """
    text = ddl.strip()
    if text.lower() in _SIMPLE:
        return _SIMPLE[text.lower()]
    if match := re.fullmatch(r"decimal\((\d+),\s*(\d+)\)", text, re.IGNORECASE):
        return T.DecimalType(int(match[1]), int(match[2]))
    if match := re.fullmatch(r"array<(.*)>", text, re.IGNORECASE | re.DOTALL):
        return T.ArrayType(spark_type(match[1]))
    if match := re.fullmatch(r"struct<(.*)>", text, re.IGNORECASE | re.DOTALL):
        fields = [field.split(":", 1) for field in _split(match[1])]
        return T.StructType(
            [T.StructField(name.strip(), spark_type(kind)) for name, kind in fields]
        )
    raise MappingError(f"{ddl} is not a type that can be declared")


def _split(fields: str) -> list[str]:
    """Split at commas that no bracket encloses."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(fields):
        depth += (character in "<(" and 1) or (character in ">)" and -1) or 0
        if character == "," and depth == 0:
            parts.append(fields[start:position])
            start = position + 1
    return [*parts, fields[start:]]
