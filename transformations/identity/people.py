"""The records that are compared, each combination of values once, and how often a value occurs."""

from functools import partial
from typing import Final

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.identity.shared_keys import DEVICE

COMPARED: Final = (
    *("email", "phone"),  # of which records have lists, `emails` and `phones`
    *("first_name", "last_name", "address", "postcode", "birth_date"),
)
_KEPT: Final = ("party_id", "emails", "phones", *COMPARED[2:], "is_mailbox_shared")


def is_person() -> Column:
    """The record is of a person, of whom something is known that can be compared."""
    known = (F.size("emails") > 0) | (F.size("phones") > 0)
    for name in COMPARED[2:]:
        known = known | F.col(name).isNotNull()
    return known & (F.col("party_kind") != F.lit(DEVICE))


def with_copies(records: DataFrame) -> DataFrame:
    """`records` with is_person, first_party_id (the smallest party of a person's records that are
    equal in all that is compared) and copies, how many these are.
    """
    known = records.withColumn("is_person", is_person())
    apart = F.when(~F.col("is_person"), F.col("party_id"))  # who is nobody equals nobody
    equal = Window.partitionBy("emails", "phones", *COMPARED[2:], apart)
    return known.withColumns(
        {
            "first_party_id": F.min("party_id").over(equal),
            "copies": F.count(F.lit(1)).over(equal),
        }
    )


def select_distinct(records: DataFrame) -> DataFrame:
    """The first of equal records of `with_copies`, of people."""
    return records.filter(F.col("is_person") & (F.col("party_id") == F.col("first_party_id")))


def count_values(people: DataFrame) -> DataFrame:
    """field, value, records, seen: how many distinct records have a value, and how many with their
    copies.
    """
    return (
        _explode(people)
        .groupBy("entry.field", "entry.value")
        .agg(F.count(F.lit(1)).alias("records"), F.sum("copies").alias("seen"))
    )


def count_counts(values: DataFrame) -> DataFrame:
    """field, records, values, seen, seen_squared: how many values of a field so many records have,
    and sums over these.
    """
    return values.groupBy("field", "records").agg(
        F.count(F.lit(1)).alias("values"),
        F.sum("seen").alias("seen"),
        F.sum(F.col("seen") * F.col("seen")).alias("seen_squared"),
    )


def with_counts(people: DataFrame, values: DataFrame) -> DataFrame:
    """`people` with how many distinct records have each of their values (`<field>_count`), and how
    many have it with copies (`<field>_seen`); of several e-mails or phones the most, and the first
    one as `email` and `phone`.
    """
    entries = _explode(people).select("party_id", "entry.field", "entry.value")
    found = entries.join(values, ["field", "value"], how="inner").groupBy("party_id")
    counts = [
        F.max(F.when(F.col("field") == F.lit(name), F.col(column))).alias(alias(name))
        for name in COMPARED
        for column, alias in (("records", name_count), ("seen", name_seen))
    ]
    one = (F.get(f"{name}s", F.lit(0)).alias(name) for name in COMPARED[:2])
    kept = people.select(*_KEPT, *one, "copies")
    return kept.join(found.agg(*counts), ["party_id"], how="left")


def name_count(name: str) -> str:
    """The column of how many distinct records have a field's value."""
    return f"{name}_count"


def name_seen(name: str) -> str:
    """The column of how many records, copies included, have a field's value."""
    return f"{name}_seen"


def _explode(people: DataFrame) -> DataFrame:
    """party_id, copies, and an entry of field and value for each value there is."""

    several = [F.transform(f"{name}s", partial(_entry, name)) for name in COMPARED[:2]]
    single = F.array(*(_entry(name, F.col(name)) for name in COMPARED[2:]))
    entries = F.flatten(F.array(*several, single))
    return people.select("party_id", "copies", F.explode(entries).alias("entry")).filter(
        F.col("entry.value").isNotNull()
    )


def _entry(name: str, value: Column) -> Column:
    return F.struct(F.lit(name).alias("field"), value.alias("value"))
