"""How well records were joined to persons: the identity map against the generator's truth.

Sources: pairwise precision and recall over all pairs of records; B-cubed, Bagga and Baldwin (1998).
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.identity.join import current

Figures = dict[str, float]


def match_customers_to_persons(identity_map: DataFrame, records: DataFrame) -> DataFrame:
    """customer_id, person_id: the person most of a customer's records belong to; on a tie the
    smaller number.
    """
    joined = (
        current(identity_map)
        .select("party_id", "customer_id")
        .join(records, on=["party_id"], how="inner")
    )
    counted = joined.groupBy("customer_id", "person_id").agg(F.count(F.lit(1)).alias("records"))
    return counted.groupBy("customer_id").agg(
        F.max_by("person_id", F.struct("records", -F.col("person_id"))).alias("person_id")
    )


def match_records_to_persons(
    identity_map: DataFrame, parties: DataFrame, records: DataFrame
) -> DataFrame:
    """party_id, customer_id, person_id of every record that is not a device."""
    devices = parties.filter(F.col("party_kind") == F.lit("device")).select("party_id")
    return (
        current(identity_map)
        .select("party_id", "customer_id")
        .join(records.select("party_id", "person_id"), on=["party_id"], how="inner")
        .join(devices, on=["party_id"], how="left_anti")
    )


def measure_clusters(matched: DataFrame) -> Figures:
    """Pairwise and B-cubed quality over `match_records_to_persons`."""
    counted = matched.groupBy("customer_id", "person_id").agg(F.count(F.lit(1)).alias("n"))
    cells = pd.DataFrame(counted.toPandas())
    n = cells["n"].to_numpy(float)
    by_customer = cells.groupby("customer_id")["n"].transform("sum").to_numpy(float)
    by_person = cells.groupby("person_id")["n"].transform("sum").to_numpy(float)
    both = _pairs(n).sum()
    claimed, true = (
        _pairs(cells.groupby(key)["n"].sum().to_numpy(float)).sum()
        for key in ("customer_id", "person_id")
    )
    precision, recall = share(both, claimed), share(both, true)
    cubed_precision, cubed_recall = (
        share((n * n / size).sum(), n.sum()) for size in (by_customer, by_person)
    )
    return {
        "persons": float(cells["person_id"].nunique()),
        "customers": float(cells["customer_id"].nunique()),
        "pair_precision": precision,
        "pair_recall": recall,
        "pair_f1": _f1(precision, recall),
        "b_cubed_f1": _f1(cubed_precision, cubed_recall),
    }


def measure_hidden_pairs(matched: DataFrame, vault: DataFrame) -> Figures:
    """Recall and precision over pairs of `match_records_to_persons` that share no normalised
    e-mail or phone.
    """
    hidden = _count_hidden_pairs(matched, vault)
    return {
        "hidden_pair_recall": share(hidden["found"], hidden["true"]),
        "hidden_pair_precision": share(hidden["found"], hidden["found"] + hidden["false"]),
    }


def _count_hidden_pairs(matched: DataFrame, vault: DataFrame) -> dict[str, float]:
    """Pairs that share no normalised e-mail or phone: how many are true, found, wrongly found."""
    keys = (
        vault.filter(F.col("kind").isin("email", "phone") & F.col("normalised").isNotNull())
        .groupBy("party_id")
        .agg(F.sort_array(F.collect_set(F.concat_ws(":", "kind", "normalised"))).alias("keys"))
    )
    known = matched.join(keys, on=["party_id"], how="left").withColumn(
        "keys", F.coalesce("keys", F.array().cast("array<string>"))
    )
    left, right = (
        known.select(*(F.col(name).alias(f"{side}_{name}") for name in known.columns))
        for side in "ab"
    )
    apart = ~F.arrays_overlap("a_keys", "b_keys") & (F.col("a_party_id") < F.col("b_party_id"))
    same = left.join(
        right, on=(F.col("a_person_id") == F.col("b_person_id")) & apart, how="inner"
    ).agg(
        F.count(F.lit(1)).alias("true"),
        F.count_if(F.col("a_customer_id") == F.col("b_customer_id")).alias("found"),
    )
    wrong = left.join(
        right,
        on=(F.col("a_customer_id") == F.col("b_customer_id"))
        & apart
        & (F.col("a_person_id") != F.col("b_person_id")),
        how="inner",
    ).agg(F.count(F.lit(1)).alias("false"))
    return {
        name: float(count) for name, count in same.crossJoin(wrong).collect()[0].asDict().items()
    }


def share(part: float, whole: float) -> float:
    """`part` of `whole`; nan of nothing."""
    return float(part / whole) if whole else float("nan")


def _pairs(sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    return sizes * (sizes - 1) / 2


def _f1(precision: float, recall: float) -> float:
    return share(2 * precision * recall, precision + recall)
