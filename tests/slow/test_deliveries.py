"""The second day: deliveries as runs of their own end where one load of everything ends."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pyspark.sql import SparkSession

from tests.slow.roots import (
    OF_THE_RUN,
    content,
    deliver,
    differences,
    lines,
    manifests,
    openings,
    run_here,
    table,
    vault,
    with_deliveries,
)

PARTIES = "silver.parties"
IDENTITY = (
    "silver.identity_edges",
    "silver.identity_map",
    "silver.identity_events",
    "silver.households",
    "silver.shared_contacts",
)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param([(2, 3, 4)], id="two runs", marks=pytest.mark.slow),
        pytest.param([(2,), (3,), (4,)], id="four runs", marks=pytest.mark.nightly),
    ],
)
def daily(
    request: Any, spark: SparkSession, retailer: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The root after a first run and one more for each day, whose deliveries came before it."""
    root = with_deliveries(retailer, tmp_path_factory.mktemp("daily") / "root", ())
    run_here(root)
    for day in request.param:
        for number in day:
            deliver(retailer, root, number)
        run_here(root)
    return root


def parties(root: Path) -> list[str]:
    """Parties without their newest version's hash: of a device seen by two exports it is that of
    the one loaded last.
    """
    return lines(table(root, PARTIES), {**vault(root), **openings(root)}, {*OF_THE_RUN, "row_hash"})


def people(root: Path, run_number: int | None = None) -> pd.Series:
    """party_id to customer_id, as a run leaves it."""
    rows = table(root, "silver.identity_map", run_number)
    return rows[rows["valid_to"].isna()].set_index("party_id")["customer_id"]


def groups(root: Path, run_number: int | None = None) -> dict[frozenset[str], int]:
    """Records of one person to the id of that person."""
    ids = people(root, run_number)
    return {frozenset(ids[ids == customer].index): int(customer) for customer in ids.unique()}


def test_silver_is_the_same(clean: Path, daily: Path) -> None:
    at_once, in_days = (
        {
            name: rows
            for name, rows in content(root, "silver").items()
            if name not in (*IDENTITY, "silver.pii_vault", PARTIES)
        }
        for root in (clean, daily)
    )
    assert not differences(at_once, in_days)
    assert parties(clean) == parties(daily)
    assert sorted(vault(clean).values()) == sorted(vault(daily).values())


def test_the_same_people_under_ids_that_lead_from_old_to_new(clean: Path, daily: Path) -> None:
    assert set(groups(clean)) == set(groups(daily))
    leads = table(daily, "gold.customer_redirects").set_index("customer_id")["current_customer_id"]
    current = set(people(daily))
    for number in manifests(daily):
        assert set(people(daily, number).map(leads)) <= current


def test_who_did_not_change_keeps_their_id(daily: Path) -> None:
    first, last = groups(daily, 1), groups(daily)
    same = first.keys() & last.keys()
    assert len(same) > len(first) / 2
    assert {people: first[people] for people in same} == {people: last[people] for people in same}


@pytest.mark.parametrize("name", ["features.customer_snapshots", "features.labels"])
def test_cut_offs_and_outcomes_are_the_same(clean: Path, daily: Path, name: str) -> None:
    theirs = {customer: members for members, customer in groups(clean).items()}
    ours = groups(daily)
    at_once, in_days = table(clean, name), table(daily, name)
    in_days = in_days[in_days["as_of"].isin(set(at_once["as_of"]))]
    at_once = at_once.assign(
        customer_id=at_once["customer_id"].map(lambda customer: ours[theirs[customer]])
    )
    assert lines(at_once, {}) == lines(in_days, {}), len(at_once)


def test_the_outbox_holds_what_changed_and_nothing_twice(daily: Path) -> None:
    queued = table(daily, "gold.outbox").sort_values("run_number", kind="stable")
    assert queued["idempotency_key"].is_unique
    sent: dict[int, str] = {}
    for number in sorted(manifests(daily)):
        for row in queued[queued["run_number"] == number].itertuples():
            assert sent.get(row.customer_id, f'{{"customer_id":{row.customer_id}}}') != row.payload
            sent[row.customer_id] = row.payload
        known = {
            customer: json.loads(payload)
            for customer, payload in sent.items()
            if len(json.loads(payload)) > 1
        }
        assert set(known) <= willing(daily, number)
        now = table(daily, "gold.customer_360", number).set_index("customer_id")
        for customer, row in now.loc[sorted(known)].iterrows():
            assert known[customer]["risk_band"] == row["risk_band"]
            if row["score_status"] == "scored":  # rounded, so that little changes send nothing
                sent_probability = float(known[customer]["churn_probability"])
                assert sent_probability == pytest.approx(
                    float(row["churn_probability"]), abs=0.0051
                )
    assert sent


def willing(root: Path, run_number: int) -> set[int]:
    """Customers of whom a record says now that they may be written to."""
    stated = table(root, "silver.consent_state", run_number)
    is_granted = stated["is_allowed"] & stated["valid_to"].isna()
    granted = stated[is_granted & (stated["purpose"] == "marketing")]
    return set(people(root, run_number).reindex(granted["party_id"]).dropna().astype(int))
