"""One target of one mapping: filters, explode or group by, SQL columns, types, scope, reasons."""

from dataclasses import replace
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations import reasons
from holdfast.transformations.local_day import day_in
from holdfast.transformations.sources.contract import RawTable, Target
from holdfast.transformations.standardise import versions
from holdfast.transformations.standardise.collapse_versions import WEIGHT
from holdfast.transformations.standardise.rules import RetailerRules, broken_rules
from holdfast.transformations.standardise.set_aside import FILTERED_BY, mark_set_aside
from holdfast.transformations.standardise.text import with_signals
from holdfast.transformations.standardise.values import (
    SHOP,
    find_unlisted_words,
    finish_values,
    translate_word,
    with_shop,
)
from holdfast.transformations.tables.table import Column as TableColumn

_UNLISTED: Final = "_unlisted"
# set when versions are collapsed, and stored
_NOT_MAPPED: Final = ("valid_to", "run_number", "withdrawn_at", "withdrawn_by")


def map_rows(
    bronze: DataFrame,
    raw: RawTable,
    target: Target,
    vault: DataFrame,
    rules: RetailerRules,
) -> DataFrame:
    """Rows of the target before folding: unstamped columns, `_weight`, `_set_aside`, `_scope` and
    `_owner`.

    `_set_aside` is null on a good row; else it names the outcome (`filtered:<filter>` or
    `quarantined`) and, of a refused row, its reasons and where it came from. The contract's columns
    of such a row are null, but for those that say which version of which key it is, where it may
    be one. `_scope` names the mapping where keys are parties, of whom rows of other mappings may
    speak in passing; it is null on rows that only mention a party. `_weight` counts source rows:
    one on a plain row, one on the first item of an exploded row, the group's size on an aggregate.
    """
    shaped = _shape(_marked(with_shop(bronze, raw, rules), target), target)
    if target.text:
        shaped = with_signals(shaped, target.text, vault, rules.lexicon)
    mapped = {name: F.expr(expression) for name, expression in target.columns.items()}
    values = [
        _column(target.table[name], mapped, target).alias(name)
        for name in target.table.unstamped_names
    ]
    built = shaped.select(
        *values,
        FILTERED_BY,
        WEIGHT,
        "input_file",
        F.col("row_hash").alias("_hash"),
        F.col("party_id").alias("_party"),
        _lost(target, mapped).alias("_lost"),
        _UNLISTED,
    )
    built = finish_values(built, target)
    if "ordered_on" in target.table.names:
        built = _with_day(built, raw.time_zone or rules.time_zone)
    return mark_set_aside(_check(built, target, rules), raw, target)


def _with_day(orders: DataFrame, zone: str) -> DataFrame:
    day = day_in(F.col("event_at"), zone)
    return orders.withColumns({"ordered_on": day, "time_zone": F.lit(zone)})


def _check(built: DataFrame, target: Target, rules: RetailerRules) -> DataFrame:
    """Rows that no filter took, with the reasons to refuse them; words nobody listed go first."""
    skipped = [c for c in target.table.names if c.endswith("_first") or c in _NOT_MAPPED]
    broken = F.concat(broken_rules(target.table, rules.limits, skipped), "_lost")
    refused = F.when(F.size(_UNLISTED) > 0, F.col(_UNLISTED)).otherwise(broken)
    return built.withColumn(reasons.REASONS, F.when(F.col(FILTERED_BY).isNull(), refused))


def _marked(bronze: DataFrame, target: Target) -> DataFrame:
    """Rows with the name of the first filter that they fail; one that is null fails none, and no
    filter takes a row with a word that nobody listed.
    """
    fallen = [
        F.when(~F.expr(rule).cast("boolean"), F.lit(name)) for name, rule in target.filters.items()
    ]
    first = F.coalesce(*fallen) if fallen else F.lit(None).cast("string")
    marked = bronze.withColumn(_UNLISTED, find_unlisted_words(target))
    return marked.withColumn(FILTERED_BY, F.when(F.size(_UNLISTED) == 0, first))


def _shape(marked: DataFrame, target: Target) -> DataFrame:
    if target.group_by:
        return _grouped(marked, target)
    if not target.explode:
        return marked.withColumn(WEIGHT, F.lit(1).cast("bigint"))
    dated = versions.with_next(marked, target) if target.keeps_removed else marked
    spread = dated.select(
        "*", F.posexplode_outer(F.expr(target.explode)).alias("_position", "item")
    )
    is_first = F.coalesce("_position", F.lit(0)) == 0
    empty = F.when(F.col("item").isNull(), F.lit(reasons.NO_ITEMS))
    # lines of one version differ by position; equal instants of two versions stay in the order of
    # the versions' hashes
    items = spread.withColumns(
        {
            WEIGHT: F.when(is_first, F.lit(1)).otherwise(F.lit(0)).cast("bigint"),
            FILTERED_BY: F.coalesce(FILTERED_BY, empty),
            "row_hash": F.concat_ws(":", "row_hash", "_position"),
        }
    )
    return versions.with_removals(items, target, WEIGHT) if target.keeps_removed else items


def _grouped(marked: DataFrame, target: Target) -> DataFrame:
    """Groups with their aggregates already under the target's names; a filtered row makes a group
    of its own kind.
    """
    values = {
        name: F.expr(expression)
        for name, expression in target.columns.items()
        if expression not in target.group_by
    }
    groups = marked.groupBy(FILTERED_BY, "source", *SHOP, *target.group_by).agg(
        F.min("party_id").alias("party_id"),
        F.min("input_file").alias("input_file"),
        F.max("ingested_at").alias("ingested_at"),
        F.count(F.lit(1)).alias(WEIGHT),
        F.array().cast("array<string>").alias(_UNLISTED),
        *(value.alias(f"_agg_{name}") for name, value in values.items()),
    )
    whole = F.to_json(F.struct(*target.group_by, *(f"_agg_{name}" for name in values)))
    return groups.withColumn("row_hash", F.sha2(whole, 256))


def _column(column: TableColumn, mapped: dict[str, Column], target: Target) -> Column:
    # As text: through Connect a cast to StringType() makes a type that names its collation, which
    # other readers of Delta refuse.
    name, type_text = column.name, column.type.simpleString()
    if name in ("source", "ingested_at", "row_hash", "party_id"):
        return F.col(name)
    if name == "removed_at" and target.keeps_removed:
        return F.col(versions.REMOVED_AT)
    if name in ("version_at_first", "row_hash_first") or (
        name.endswith("_first") and name not in mapped
    ):
        return _column(replace(column, name=name.removesuffix("_first")), mapped, target)
    if name == "version_at":
        return versions.version_at(target)
    if name in ("text_token", "negativity", "topic") and target.text:
        return F.col(target.text if name == "text_token" else f"_{name}").cast(type_text)
    if name not in mapped:
        return F.lit(None).cast(type_text)
    said = translate_word(_value(name, mapped, target), column, target.words.get(name, {}))
    value = said.try_cast(type_text)
    return F.concat(F.col("source"), F.lit(":"), value) if column.scoped else value


def _value(name: str, mapped: dict[str, Column], target: Target) -> Column:
    """What the mapping says; on groups, the aggregate that was computed of it."""
    return (
        F.col(f"_agg_{name}")
        if target.group_by and target.columns[name] not in target.group_by
        else mapped[name]
    )


def _lost(target: Target, mapped: dict[str, Column]) -> Column:
    """Names of nullable columns whose value does not fit the contract's type: null would say that
    it was unknown.
    """
    lost = [
        F.when(
            _value(c.name, mapped, target).isNotNull()
            & _value(c.name, mapped, target).try_cast(c.type).isNull(),
            F.lit(f"type:{c.name}"),
        )
        for c in target.table.columns
        if c.nullable and c.name in mapped and c.type.simpleString() != "string"
    ]
    return reasons.collect_reasons(lost)
