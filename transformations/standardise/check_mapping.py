"""What is wrong with the SQL of a mapping, named before any row is read."""

from collections.abc import Mapping
from typing import Final

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.sources.contract import RawTable, Target
from holdfast.transformations.standardise.values import SHOP, with_named

_NUMBERS: Final = frozenset({"integer", "long", "double", "decimal", "float", "short", "byte"})
_DAYS: Final = frozenset({"date", "timestamp", "timestamp_ntz"})


def find_mapping_problems(raw: RawTable, target: Target, bronze: DataFrame) -> list[str]:
    """Expressions of a target that Spark cannot read, or whose type cannot become the column's, one
    text each.
    """
    named = f"{raw.source}/{raw.name}.yml: target {target.table.name}"
    shop = bronze.withColumns({name: F.lit(None).cast("string") for name in SHOP})
    try:
        shop = with_named(shop, raw)
    except AnalysisException as error:
        return [f"{raw.source}/{raw.name}.yml: let: {str(error).splitlines()[0]}"]
    frame = shop.withColumn("item", F.explode(F.expr(target.explode))) if target.explode else shop
    wanted = {
        **dict.fromkeys(target.filters, "boolean"),
        **{name: target.table[name].type.typeName() for name in target.columns},
    }
    problems, kinds = _kinds(frame, target)
    problems += [
        f"{name} is {kind}, not {wanted[name]}"
        for name, kind in kinds.items()
        if not _fits(kind, wanted[name])
    ]
    return [f"{named}: {problem}" for problem in problems]


def _kinds(frame: DataFrame, target: Target) -> tuple[list[str], dict[str, str]]:
    """Problems of single expressions, and the types of the others by name: looked at one by one
    only where the whole does not pass.
    """
    try:
        return [], {
            **_types(frame, target.filters),
            **_types(frame, target.columns, target.group_by),
        }
    except AnalysisException:
        problems: list[str] = []
        kinds: dict[str, str] = {}
        for name, rule in (*target.filters.items(), *target.columns.items()):
            try:
                kinds |= _types(
                    frame, {name: rule}, target.group_by if name in target.columns else ()
                )
            except AnalysisException as error:
                problems.append(f"{name}: {str(error).splitlines()[0]}")
        return problems, kinds


def _types(
    frame: DataFrame, rules: Mapping[str, str], group_by: tuple[str, ...] = ()
) -> dict[str, str]:
    if not rules:
        return {}
    made = [F.expr(rule).alias(name) for name, rule in rules.items()]
    shaped = frame.groupBy(*SHOP, *group_by).agg(*made) if group_by else frame.select(*made)
    return {field.name: field.dataType.typeName() for field in shaped.schema.fields[-len(rules) :]}


def _fits(kind: str, wanted: str) -> bool:
    is_plain = kind in _NUMBERS | _DAYS | {"boolean", "string"}
    return (
        kind in (wanted, "void", "string")
        or (wanted == "string" and is_plain)
        or any({kind, wanted} <= group for group in (_NUMBERS, _DAYS))
    )
