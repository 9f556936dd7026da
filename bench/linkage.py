"""`holdfast match` against Splink on public and simulated records of known people.

Run with `make bench NAME=linkage`; `ARGS=--folder=FOLDER` adds the simulated census that
bench/records/public.py writes there. Holdfast has no setting but the kinds of the fields. Splink
runs on DuckDB with the comparisons of its own library by kind, its term frequencies, street and
number of a household as one comparison, blocking rules as its demos have them, and of eight
clustering thresholds the one at which the truth says that it does best.
"""

import json
import sys
import time
from typing import Any, Final

import numpy as np
import pandas as pd
import splink.comparison_library as cl
import splink.logging
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from bench.records.public import PublicSet, list_sets
from bench.records.scores import compare_households, pair_f1
from holdfast.models.identity.records.match import Matches, match_records

LARGEST_HOME: Final = 20  # people; the simulated homes of more are prisons and hostels of 200
THRESHOLDS: Final = (0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999)


def compare(name: str, kind: str) -> Any:
    """The rival's comparison of a field."""
    if kind in ("first_name", "last_name"):
        return cl.NameComparison(name).configure(term_frequency_adjustments=True)
    if kind in ("date", "id"):
        return cl.DamerauLevenshteinAtThresholds(name, [1, 2])
    if kind == "category":
        return cl.ExactMatch(name).configure(term_frequency_adjustments=True)
    slips = [1] if kind in ("number", "postcode") else [2, 4]
    return cl.LevenshteinAtThresholds(name, slips).configure(term_frequency_adjustments=True)


def rivals(public: PublicSet) -> dict[float, pd.Series]:
    """Threshold to record to group."""
    table = public.records[[*public.fields, "person"]].drop(columns="person")
    table = table.assign(unique_id=np.arange(len(table)))
    names = {name: kind for name, kind in public.fields.items() if name not in public.home}
    if public.home:
        table["home"] = table[public.home[0]].str.cat(table[public.home[1]], sep=" ")
        names["home"] = "address"
    splink_settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[compare(name, kind) for name, kind in names.items()],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in public.rules],
    )
    linker = Linker(DuckDBAPI().register(table), splink_settings)
    splink.logging.disable()
    linker.training.estimate_probability_two_random_records_match(
        [block_on(*rule) for rule in public.rules[:3]], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=7)
    for rule in public.rules[:3]:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    pairs = linker.inference.predict(threshold_match_probability=min(THRESHOLDS) / 2)
    return {
        at: linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, at)
        .as_pandas_dataframe()
        .set_index("unique_id")["cluster_id"]
        for at in THRESHOLDS
    }


def calibrate(public: PublicSet, found: Matches) -> tuple[float, float]:
    """Precision of edges of .95 and more, and the mean error of probability over its tenths."""
    person = public.records["person"].to_numpy()
    edges = found.edges
    right = person[edges["left"].to_numpy(int)] == person[edges["right"].to_numpy(int)]
    probability = edges["probability"]
    tenth = np.minimum((probability * 10).astype(int), 9)
    groups = pd.DataFrame({"p": probability, "right": right}).groupby(tenth)
    gaps, sizes = (groups["p"].mean() - groups["right"].mean()).abs(), groups.size()
    return float(right[probability >= 0.95].mean()), float((gaps * sizes).sum() / sizes.sum())


def measure(public: PublicSet) -> dict[str, Any]:
    """Ours beside the rival's on one set."""
    records = public.records.reset_index(drop=True)
    began = time.perf_counter()
    found = match_records(records, public.fields)
    ended = time.perf_counter()
    own = pair_f1(records["person"], found.clusters.set_index("record_id")["cluster_id"])
    rival = {at: pair_f1(records["person"], group) for at, group in rivals(public).items()}
    best = max(rival, key=lambda at: rival[at])
    precise, error = calibrate(public, found)
    people, homes = found.clusters["cluster_id"].nunique(), found.households["household_id"]
    print(
        f"{public.name:22} {len(records):7,} records  ours {own:.4f} in {ended - began:3.0f} s  "
        f"splink {rival[best]:.4f} at {best}  goal {public.goal}  precision at .95 {precise:.4f}  "
        f"calibration error {error:.4f}  households {homes.nunique():,} of {people:,} people",
        flush=True,
    )
    row = {"set": public.name, "ours": own, "rival": rival[best], "met": own >= public.goal}
    if "household_id" in records:
        where = found.households.set_index("record_id")["household_id"].reindex(records.index)
        precision, recall = compare_households(
            records["person"], records["household_id"], where, LARGEST_HOME
        )
        print(f"{'':22} people who live together: precision {precision:.3f}  recall {recall:.3f}")
        row |= {"household_precision": precision, "household_recall": recall}
    return row


def main() -> None:
    """Print the comparison and its JSON line."""
    folder = next((word.partition("=")[2] for word in sys.argv if "--folder=" in word), "")
    rows = [measure(public) for public in list_sets(folder)]
    print(json.dumps({"name": "linkage", "sets": rows, "met": all(row["met"] for row in rows)}))


if __name__ == "__main__":
    main()
