"""Customer ids that stay: new groups of records are matched to the ids their records had, and every
change is an event.

Ids are a counter. A group keeps the id that most of its records had; only what changed makes
events.
"""

from dataclasses import dataclass
from typing import Final

import pandas as pd
import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from holdfast.models.fitting import keep_computed, make_frame
from holdfast.models.identity.linking import gather
from holdfast.transformations.identity import ledger

_MOST_AT_ONCE: Final = 200_000  # new groups that one worker puts in order, about
_SAMPLED: Final = 50  # of which the driver sees


@dataclass(frozen=True, eq=False)
class Ids:
    """`customers`: group, customer_id, is_new. `events`: event_type, customer_id,
    other_customer_id (the id taken in by a merge, split off by a split, or the id itself), parties
    (how many records).
    """

    customers: DataFrame
    events: DataFrame


def assign(records: DataFrame, before: DataFrame, highest: int) -> Ids:
    """The customer of each group of `records` (party_id, group), and what changed.

    `before` gives the customer_id each record had, `highest` is the highest id ever given. Each id
    goes to the group with most of its records, each group takes one; new ids go to groups in order
    of their smallest record.
    """
    claims = keep_computed(ledger.count_claims(ledger.count_overlaps(records, before)))
    counts = F.count_if("is_first"), F.count_if("is_contested")
    size, contested = claims.agg(*counts).collect()[0]
    is_only = ~F.col("is_contested") & F.col("group").isNotNull() & F.col("held").isNotNull()
    kept = claims.filter(is_only).select("group", F.col("held").alias("customer_id"))
    if contested:
        kept = kept.unionByName(keep_computed(_settle(claims.filter("is_contested"))))
    known = [F.lit(is_new).alias("is_new") for is_new in (False, True)]
    fresh = claims.filter("is_first").join(kept, ["group"], how="left_anti")
    numbered = number_groups(fresh.select("group", "smallest"), highest, size)
    customers = keep_computed(
        kept.select("*", known[0]).unionByName(numbered.select("*", known[1]))
    )
    return Ids(customers, ledger.list_events(claims, customers))


def number_groups(groups: DataFrame, highest: int, size: int) -> DataFrame:
    """group, customer_id of `groups` (group, smallest), of which there are so many at most: numbers
    above `highest` in order of the smallest record.

    Many groups are cut into ranges, each counted and numbered by itself, so that no worker has all
    of them; where the cuts are changes no number.
    """
    placed, below = groups.withColumn("range", F.lit(0)), F.lit(highest)
    if size > _MOST_AT_ONCE:
        placed = keep_computed(ledger.place_in_ranges(groups, _cut(groups)))
        sizes = pd.DataFrame(placed.groupBy("range").count().toPandas()).sort_values("range")
        sizes["below"] = highest + sizes["count"].cumsum() - sizes["count"]
        starts = make_frame(sizes[["range", "below"]], "range int, below long", beside=groups)
        placed, below = placed.join(F.broadcast(starts), ["range"], how="inner"), F.col("below")
    in_order = F.row_number().over(Window.partitionBy("range").orderBy("smallest"))
    return placed.select("group", (below + in_order).cast("long").alias("customer_id"))


def _cut(groups: DataFrame) -> DataFrame:
    """range, from, to, of which the first begins and the last ends nowhere: each with about as many
    groups, by a sample of their smallest records.
    """
    step = max(1, _MOST_AT_ONCE // _SAMPLED)
    sample = groups.filter(F.pmod(F.xxhash64("smallest"), F.lit(step)) == 0).select("smallest")
    cuts = sorted(row["smallest"] for row in sample.collect())[_SAMPLED::_SAMPLED]
    rows = pd.DataFrame({"range": range(len(cuts) + 1), "from": [None, *cuts], "to": [*cuts, None]})
    return make_frame(rows, "range int, from string, to string", beside=groups)


def _settle(contested: DataFrame) -> DataFrame:
    """group, customer_id: the ids that groups keep where several groups have records of one id, or
    one group has those of several.
    """
    claims = contested.select(
        F.concat(F.lit("g"), F.col("group")).alias("left"),
        F.concat(F.lit("c"), F.col("held").cast("string")).alias("right"),
        *("group", "held", "parties", "smallest"),
    )
    within = gather(claims, claims).groupBy("bucket")
    return within.applyInArrow(_match, "group string, customer_id long")


def _match(table: pa.Table) -> pa.Table:
    """Each id to the group with most of its records, the smallest ids and groups first where as
    many claim it.
    """
    rows = table.to_pandas().sort_values(
        ["parties", "held", "smallest"], ascending=[False, True, True]
    )
    kept: dict[str, int] = {}
    taken: set[int] = set()
    for group, held in zip(rows["group"], rows["held"].tolist(), strict=True):
        if held not in taken and group not in kept:
            kept[group] = held
            taken.add(held)
    return pa.table(
        {
            "group": pa.array(kept.keys(), pa.string()),
            "customer_id": pa.array(kept.values(), pa.int64()),
        }
    )
