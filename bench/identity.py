"""Identity resolution against Splink on records of known people: pair F1 of the groups, and
CPU-seconds of the process tree.

Run with `make bench NAME=identity`. Each resolves twice: the first time loads and compiles what the
second finds; Spark's session is started before, and what that costs is printed apart. Linux only.

Both see the same records, shared e-mails and phones, typos, nicknames and moves among them.
Holdfast has the settings it ships with; Splink runs on DuckDB, its fastest engine, with the
comparisons of its own library that served it best here (exact e-mail before EmailComparison, no
postcode beside the address, which agree together in a household), eight blocking rules, and of
seven clustering thresholds the one at which the truth says that it does best.
"""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pandas as pd
import splink.comparison_library as cl
import splink.logging
from pyspark.sql import SparkSession
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from bench.costs.process_tree import tree_cpu
from bench.records.retail import COLUMNS, SCHEMA, records
from bench.records.scores import pair_f1
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.spark import session
from holdfast.jobs.stages.parameters import identity_parameters
from holdfast.models.identity.resolution import resolve_records

T = TypeVar("T")
HOUSEHOLDS = 2_000
GOAL = 1.0  # of the rival's pair F1, at least
LEAST = 0.95  # pair F1, whatever the rival's
MOST_CPU = 2.0  # of the rival's CPU-seconds, the second time
THRESHOLDS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999)
RULES = (
    ("email",),
    ("phone",),
    ("first_name", "last_name"),
    ("last_name", "postcode"),
    ("address", "city"),
    ("first_name", "birth_date"),
    ("last_name", "birth_date"),
    ("first_name", "postcode"),
)
COMPARISONS = (
    cl.NameComparison("first_name"),
    cl.NameComparison("last_name"),
    *(
        cl.ExactMatch(name).configure(term_frequency_adjustments=True)
        for name in ("email", "phone")
    ),
    cl.LevenshteinAtThresholds("address", [1, 2, 4]),
    cl.ExactMatch("birth_date"),
)


def ours(spark: SparkSession, path: Path) -> pd.Series:
    """Record to group."""
    parameters = identity_parameters(settings.load("local").values)
    found = resolve_records(spark.read.schema(SCHEMA).parquet(str(path)), parameters)
    found.pairs.count(), found.households.count()
    return pd.DataFrame(found.records.toPandas()).set_index("party_id")["group"]


def rivals(table: pd.DataFrame) -> dict[float, pd.Series]:
    """Threshold to record to group."""
    flat = table.assign(email=table["emails"].str[0], phone=table["phones"].str[0]).drop(
        columns=["emails", "phones", "devices", "party_kind", "person", "household"]
    )
    splink_settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="party_id",
        comparisons=COMPARISONS,
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES],
    )
    linker = Linker(DuckDBAPI().register(flat), splink_settings)
    splink.logging.disable()  # a linker turns it on
    linker.training.estimate_probability_two_random_records_match(
        [block_on("email", "first_name"), block_on("phone", "last_name")], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=7)
    for rule in (("first_name", "last_name"), ("email",), ("phone",)):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    pairs = linker.inference.predict(threshold_match_probability=min(THRESHOLDS) / 2)
    return {
        at: linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, at)
        .as_pandas_dataframe()
        .set_index("party_id")["cluster_id"]
        for at in THRESHOLDS
    }


@dataclass(frozen=True)
class Cost:
    """CPU-seconds of the same work done twice."""

    first: float
    again: float

    def __str__(self) -> str:
        return f"{self.first:.1f}, {self.again:.1f} CPU-s"


def measure_twice(work: Callable[[], T]) -> tuple[T, Cost]:
    """What the work gives, and what it costs."""
    began = tree_cpu()
    work()
    middle = tree_cpu()
    found = work()
    return found, Cost(middle - began, tree_cpu() - middle)


def main() -> None:
    """Print the comparison and its JSON line."""
    table = records(HOUSEHOLDS, seed=5)
    table = table[table["party_kind"] != "device"].reset_index(
        drop=True
    )  # Splink has no notion of them
    truth = table.set_index("party_id")["person"]
    groups, rival_cost = measure_twice(lambda: rivals(table))
    rival = {at: pair_f1(truth, group) for at, group in groups.items()}
    before = tree_cpu()
    spark = session.open_session(settings.load("local").values.spark, "bench-identity")
    start = tree_cpu() - before
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.parquet"
        table[list(COLUMNS)].to_parquet(path)
        group, cost = measure_twice(lambda: ours(spark, path))
    own, best = pair_f1(truth, group), max(rival, key=lambda at: rival[at])
    print(
        f"{len(table):,} records of {truth.nunique():,} people; CPU-seconds the first time, again"
    )
    print(f"splink     pair F1 {rival[best]:.4f} at its best threshold {best}; {rival_cost}")
    print(f"holdfast   pair F1 {own:.4f} as it comes; {cost}, session {start:.1f}")
    print(
        json.dumps(
            {
                "name": "identity",
                "ours": own,
                "rival": rival[best],
                "ratio": own / rival[best],
                "cpu_ratio": cost.again / rival_cost.again,
                "goal": GOAL,
                "met": own / rival[best] >= GOAL and own >= LEAST,
                "cpu_met": cost.again / rival_cost.again <= MOST_CPU,
            }
        )
    )


if __name__ == "__main__":
    main()
