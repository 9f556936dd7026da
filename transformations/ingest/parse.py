"""From raw text or values to declared types, with a reason for every row that does not fit."""

from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.transformations.keyed_hash import hmac_sha256
from holdfast.transformations.sources import RawColumn, RawTable, spark_type

CORRUPT = "_corrupt"
FILE = "_file"
REASONS = "_reasons"
_REPLACEMENT = "�"


def raw_schema(raw: RawTable) -> T.StructType:
    """What to read: scalars as text, so that a value of the wrong type is one refused row; arrays as declared."""
    tree: dict[str, object] = {}
    for column in raw.columns:
        node = tree
        *parents, leaf = column.path.split(".")
        for parent in parents:
            node = node.setdefault(parent, {})  # type: ignore[assignment]  # a tree of dicts with types as leaves
        kind = spark_type(column.type)
        node[leaf] = kind if isinstance(kind, T.ArrayType | T.StructType) else T.StringType()
    return T.StructType([*_fields(tree), T.StructField(CORRUPT, T.StringType())])


def typed(frame: DataFrame, raw: RawTable, keys: DataFrame, time_format: str = "") -> DataFrame:
    """Declared columns with their types, party_id, row_hash, reasons (an array, empty when the row is good).

    `frame` has the columns of `raw_schema`, `_file`; `keys` is the one-row frame of keyed_hash.KEYS.
    """
    present = set(frame.columns)
    values = {c.name: _value(c, present) for c in raw.columns}
    base = frame.select(F.col(FILE), F.col(CORRUPT), *(v.alias(f"raw_{n}") for n, v in values.items()))
    good = base.select("*", *(_cast(c).alias(c.name) for c in raw.columns))
    party = F.concat(F.lit(f"{raw.source}:"), F.expr(raw.party).cast("string"))
    with_party = good.select("*", party.alias("party_id"), _text(raw).alias("_text"))
    reasons = F.array_compact(F.array(*_rules(raw)))
    digest = hmac_sha256(_text(raw), F.col("inner_pad"), F.col("outer_pad"))
    return with_party.crossJoin(F.broadcast(keys)).select(
        FILE, "party_id", "_text", *(c.name for c in raw.columns), digest.alias("row_hash"), reasons.alias(REASONS))


def _fields(tree: dict[str, object]) -> list[T.StructField]:
    return [T.StructField(name, T.StructType(_fields(kind)) if isinstance(kind, dict) else kind)  # type: ignore[arg-type]  # leaves are types
            for name, kind in tree.items()]


def _value(column: RawColumn, present: set[str]) -> Column:
    top = column.path.partition(".")[0]
    kind = spark_type(column.type)
    if top not in present:
        return F.lit(None).cast(kind if isinstance(kind, T.ArrayType | T.StructType) else T.StringType())
    value = F.col(".".join(f"`{part}`" for part in column.path.split(".")))
    if isinstance(kind, T.ArrayType | T.StructType):
        return value
    text = value.cast("string")
    return F.when(F.trim(text) != "", text)


def _cast(column: RawColumn) -> Column:
    raw, kind = F.col(f"raw_{column.name}"), spark_type(column.type)
    if isinstance(kind, T.ArrayType | T.StructType | T.StringType):
        return raw
    if isinstance(kind, T.IntegerType | T.LongType):
        return raw.try_cast("decimal(38,6)").try_cast(kind)
    return raw.try_cast(kind)


def _rules(raw: RawTable) -> list[Column]:
    broken = F.col(CORRUPT).isNotNull()
    rules = [F.when(broken, F.lit("unparsable"))]
    texts = [F.coalesce(F.col(f"raw_{c.name}").contains(_REPLACEMENT), F.lit(False)) for c in raw.columns
             if not isinstance(spark_type(c.type), T.ArrayType | T.StructType)]
    rules.append(F.when(reduce(lambda a, b: a | b, texts, F.lit(False)), F.lit("encoding")))
    for column in raw.columns:
        was, now = F.col(f"raw_{column.name}"), F.col(column.name)
        lost = was.isNotNull() & now.isNull()
        if spark_type(column.type) == T.DoubleType():
            lost = lost | F.coalesce(F.isnan(now), F.lit(False))
        rules.append(F.when(~broken & lost, F.lit(f"type:{column.name}")))
        if column.required:
            rules.append(F.when(~broken & was.isNull(), F.lit(f"required:{column.name}")))
    rules.append(F.when(~broken & F.col("party_id").isNull(), F.lit("no_party")))
    return rules


def _text(raw: RawTable) -> Column:
    """The declared values as one canonical text: what the keyed hash sees, before tokens replace anything."""
    whole = F.to_json(F.struct(*(F.col(f"raw_{c.name}").alias(c.name) for c in raw.columns)))
    return F.coalesce(F.col(CORRUPT), whole)
