"""One target of one mapping: filters, explode or group by, SQL columns, types, scope, reasons."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.quality import REASONS, Limits, reasons
from holdfast.transformations.sources import RawTable, Target
from holdfast.transformations.standardise.text import Lexicon, with_signals
from holdfast.transformations.tables.table import Column as TableColumn
from holdfast.transformations.tables.table import Upsert

FILTERED = "_filtered"
WEIGHT = "_weight"
_ENGINE = ("row_hash", "run_number", "source")


def rows(bronze: DataFrame, raw: RawTable, target: Target, vault: DataFrame, lexicon: Lexicon, limits: Limits,
         run_number: int) -> DataFrame:
    """Rows of the target before folding: contract columns plus `_reasons`, `_filtered` and `_weight`.

    `_filtered` names the filter a row fell to; `_weight` counts source rows: one on a plain row, one on the first
    item of an exploded row, the group's size on an aggregate.
    """
    shaped = _shape(_marked(bronze, target), target)
    if target.text:
        shaped = with_signals(shaped, target.text, vault, lexicon)
    kept = {name: F.expr(expression) for name, expression in target.columns.items()}
    values = [_column(column, kept, target, run_number).alias(column.name) for column in target.table.columns]
    built = shaped.select(*values, FILTERED, WEIGHT, "input_file", F.col("row_hash").alias("_source_hash"))
    dropped = F.col(FILTERED).isNotNull()
    skipped = [c for c in target.table.names if c.endswith("_first") or c == "valid_to"]
    return built.withColumn(REASONS, F.when(dropped, F.array().cast("array<string>"))
                            .otherwise(reasons(target.table, limits, skipped)))


def _marked(bronze: DataFrame, target: Target) -> DataFrame:
    fallen = [F.when(~F.coalesce(F.expr(rule).cast("boolean"), F.lit(False)), F.lit(name))
              for name, rule in target.filters.items()]
    return bronze.withColumn(FILTERED, F.coalesce(*fallen) if fallen else F.lit(None).cast("string"))


def _shape(marked: DataFrame, target: Target) -> DataFrame:
    if target.explode:
        item = F.posexplode_outer(target.explode).alias("_position", "item")
        spread = marked.select("*", item)
        # the same line in a newer version of its order has another hash; lines of one version differ by position
        return spread.withColumns({
            WEIGHT: F.when(F.coalesce("_position", F.lit(0)) == 0, F.lit(1)).otherwise(F.lit(0)).cast("bigint"),
            FILTERED: F.coalesce(FILTERED, F.when(F.col("item").isNull(), F.lit("no_items"))),
            "row_hash": F.sha2(F.concat_ws(":", "row_hash", "_position"), 256)})
    if target.group_by:
        return _grouped(marked, target)
    return marked.withColumn(WEIGHT, F.lit(1).cast("bigint"))


def _grouped(marked: DataFrame, target: Target) -> DataFrame:
    """Groups with their aggregates already under the target's names; a filtered row makes a group of its own kind."""
    values = {name: F.expr(expression) for name, expression in target.columns.items()
              if expression not in target.group_by}
    digest = F.sha2(F.concat_ws(",", F.sort_array(F.collect_list("row_hash"))), 256)
    return marked.groupBy(FILTERED, "source", *target.group_by).agg(
        F.min("party_id").alias("party_id"), F.min("input_file").alias("input_file"),
        F.max("ingested_at").alias("ingested_at"), digest.alias("row_hash"), F.count(F.lit(1)).alias(WEIGHT),
        *(value.alias(f"_agg_{name}") for name, value in values.items()))


def _column(column: TableColumn, mapped: dict[str, Column], target: Target, run_number: int) -> Column:
    name = column.name
    if name == "run_number":
        return F.lit(run_number).cast("bigint")
    if name in ("source", "ingested_at", "row_hash", "party_id"):
        return F.col(name)
    if name in ("version_at_first", "row_hash_first"):
        return _column(_renamed(column, name.removesuffix("_first")), mapped, target, run_number)
    if name.endswith("_first") and name not in mapped:
        return _column(_renamed(column, name.removesuffix("_first")), mapped, target, run_number)
    if name == "version_at" and name not in mapped:
        return F.col("ingested_at") if target.group_by else mapped["event_at"].try_cast("timestamp")
    if name in ("text_token", "negativity", "topic") and target.text:
        return F.col(target.text if name == "text_token" else f"_{name}").cast(column.type)
    if name not in mapped:
        return F.lit(None).cast(column.type)
    grouped = target.group_by and target.columns[name] not in target.group_by
    value = (F.col(f"_agg_{name}") if grouped else mapped[name]).try_cast(column.type)
    return F.concat(F.col("source"), F.lit(":"), value) if column.scoped else value


def _renamed(column: TableColumn, name: str) -> TableColumn:
    return TableColumn(name, column.type, column.doc, scoped=column.scoped)


def is_upsert(target: Target) -> bool:
    """Whether the target keeps one row a key."""
    return isinstance(target.table.write, Upsert)
