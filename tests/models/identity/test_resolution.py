"""People found among a retailer's records, compared with the truth; the hard cases by name."""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

import pandas as pd
import pytest
from pyspark.sql import SparkSession

from bench.records.retail import COLUMNS, SCHEMA, records
from holdfast.models.identity.matching import IdentityConfig
from holdfast.models.identity.resolution import resolve_records
from tests.models.identity.cases import CASES, FIRST_NAMES
from tests.models.identity.resolved import Resolved, read_resolution

CONFIG: Final = IdentityConfig(
    max_block_size=60,
    max_people_per_key=6,
    random_pairs=8,
    match_probability=0.7,
    key_probability=0.98,
    max_cluster_size=80,
    max_parties_per_device=1,
)


def resolve(spark: SparkSession, rows: pd.DataFrame, parts: int) -> Resolved:
    known = rows[list(COLUMNS)].astype(object).where(rows[list(COLUMNS)].notna(), None)
    frame = spark.createDataFrame(known, SCHEMA).repartition(parts, "city")
    return read_resolution(resolve_records(frame, CONFIG))


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    return pd.concat([records(500, seed=11), pd.DataFrame(CASES)], ignore_index=True)


@pytest.fixture(scope="module")
def found(spark: SparkSession, truth: pd.DataFrame) -> Resolved:
    return resolve(spark, truth, 1)


@pytest.fixture(scope="module")
def group(found: Resolved) -> dict[str, str]:
    return dict(zip(found.records["party_id"], found.records["group"], strict=True))


def alone(group: dict[str, str], party: str) -> bool:
    return list(group.values()).count(group[f"case:{party}"]) == 1


def people(truth: pd.DataFrame, group: dict[str, str]) -> pd.DataFrame:
    """Records of people with their group and the keys they hold."""
    rows = truth[truth["person"].notna() & (truth["party_kind"] != "device")]
    keys = [
        frozenset(emails) | frozenset(phones)
        for emails, phones in zip(rows["emails"], rows["phones"], strict=True)
    ]
    return rows.assign(group=rows["party_id"].map(group), keys=keys)


def pairs(rows: pd.DataFrame, by: str) -> Iterator[tuple[bool, bool, bool]]:
    """Of each pair of records that agree on `by`: one person, one group, hidden (no e-mail or phone
    in common).
    """
    for _, members in rows.groupby(by):
        held = members[["person", "group", "keys"]].itertuples(index=False)
        yield from (
            (a.person == b.person, a.group == b.group, not a.keys & b.keys)
            for a, b in combinations(held, 2)
        )


def test_most_pairs_are_found_and_nearly_all_found_are_true(
    truth: pd.DataFrame, group: dict[str, str]
) -> None:
    rows = people(truth, group)
    true, claimed = list(pairs(rows, "person")), list(pairs(rows, "group"))
    recall = sum(together for _, together, _ in true) / len(true)
    precision = sum(same for same, _, _ in claimed) / len(claimed)
    assert recall > 0.85
    assert precision > 0.96
    hidden = [together for _, together, is_hidden in true if is_hidden]
    seen = [same for same, _, is_hidden in claimed if is_hidden]
    assert len(hidden) > 1_500
    assert sum(hidden) / len(hidden) > 0.6
    assert sum(seen) / len(seen) > 0.93


def test_no_probability_promises_more_than_is_true_and_high_ones_are_exact(
    truth: pd.DataFrame, found: Resolved
) -> None:
    person = truth.set_index("party_id")["person"]
    edges = found.pairs[found.pairs["edge_kind"] != "device"]
    edges = edges[edges["left"].map(person).notna() & edges["right"].map(person).notna()]
    right = edges["left"].map(person) == edges["right"].map(person)
    for low, high in ((0.5, 0.9), (0.9, 0.99), (0.99, 1.01)):
        within = edges["match_probability"].between(low, high, inclusive="left")
        assert within.sum() > 50
        observed = right[within].mean()
        claimed = edges["match_probability"][within].mean()
        assert claimed < observed + 0.03
        assert low < 0.9 or claimed == pytest.approx(observed, abs=0.03)


def test_households_are_people_who_live_together(truth: pd.DataFrame, found: Resolved) -> None:
    home = truth.set_index("party_id")["household"]
    pairs = found.households[
        found.households["left"].map(home).notna() & found.households["right"].map(home).notna()
    ]
    assert len(pairs) > 500
    assert (pairs["left"].map(home) == pairs["right"].map(home)).mean() > 0.95


def test_a_shared_address_does_not_merge_first_names(
    group: dict[str, str], found: Resolved
) -> None:
    assert group["case:family-1"] != group["case:family-2"]
    lives = {
        frozenset(pair)
        for pair in found.households[["left", "right"]].itertuples(index=False, name=None)
    }
    assert frozenset({"case:family-1", "case:family-2"}) in lives


def test_mistyped_names_on_one_phone_are_one_person(group: dict[str, str]) -> None:
    assert group["case:typo-1"] == group["case:typo-2"] == "case:typo-1"


def test_name_and_home_suffice_without_any_key_in_common(group: dict[str, str]) -> None:
    assert group["case:moved-1"] == group["case:moved-2"]


def test_an_address_that_many_people_use_joins_nobody_and_that_is_said(
    group: dict[str, str], found: Resolved
) -> None:
    assert all(alone(group, f"till-{first}") for first in (*FIRST_NAMES, "same"))
    assert "email: 34 records" in found.note  # 11 of the till, 8 orders, 7 homes, 6 buyers, 2 info


def test_an_address_with_more_accounts_homes_or_phones_than_a_person_has_joins_nobody(
    group: dict[str, str],
) -> None:
    assert all(alone(group, f"order-{i}") for i in range(8))
    assert all(alone(group, f"home-{i}") for i in range(7))


def test_an_address_joins_no_nameless_buyers_of_whom_nothing_else_agrees(
    group: dict[str, str],
) -> None:
    assert all(alone(group, f"buyer-{i}") for i in range(6))
    assert all(alone(group, f"stranger-{i}") for i in range(2))


def test_streets_that_are_nearly_one_are_no_home_in_common(group: dict[str, str]) -> None:
    for name in ("pension", "hostel"):
        assert alone(group, f"{name}-0") and alone(group, f"{name}-1")
    assert group["case:mistyped-0"] == group["case:mistyped-1"]


def test_who_moves_stays_one_person(group: dict[str, str]) -> None:
    assert group["case:nameless-0"] == group["case:nameless-1"]
    assert group["case:renewed-0"] == group["case:renewed-1"]


def test_first_names_keep_people_apart_and_together_in_every_script(group: dict[str, str]) -> None:
    assert group["case:анна"] == group["case:anna"] != group["case:дмитрий"]
    assert group["case:王小明"] != group["case:李建国"]


def test_look_alike_letters_are_read_and_so_are_names_from_right_to_left(
    group: dict[str, str],
) -> None:
    assert group["case:looks"] == group["case:latin"]
    assert group["case:hebrew-0"] == group["case:hebrew-1"] != group["case:hebrew-2"]


def test_a_spelling_that_could_be_anybodys_contradicts_nothing(group: dict[str, str]) -> None:
    assert group["case:田中"] == group["case:tanaka"]


def test_a_placeholder_for_an_address_is_nobodys(group: dict[str, str]) -> None:
    assert alone(group, "none-1") and alone(group, "none-2")


def test_a_mailbox_of_a_role_is_nobodys(group: dict[str, str]) -> None:
    assert alone(group, "office-1") and alone(group, "office-2")


def test_a_nameless_guest_who_orders_often_is_one_person(group: dict[str, str]) -> None:
    assert len({group[f"case:often-{i}"] for i in range(8)}) == 1


def test_a_device_follows_the_one_person_who_logged_in_on_it(group: dict[str, str]) -> None:
    assert group["case:laptop"] == group["case:login-1"]
    assert alone(group, "tablet")
    assert group["case:login-1"] != group["case:login-2"]


def test_who_is_known_by_nothing_is_a_customer_too(group: dict[str, str]) -> None:
    assert alone(group, "silent")


def test_neither_the_order_of_rows_nor_partitions_count(
    spark: SparkSession, truth: pd.DataFrame, found: Resolved
) -> None:
    again = resolve(spark, truth.sample(frac=1, random_state=4), 3)
    pd.testing.assert_frame_equal(again.records, found.records, check_exact=False, rtol=1e-6)
    pd.testing.assert_frame_equal(again.pairs, found.pairs, check_exact=False, rtol=1e-6)
    pd.testing.assert_frame_equal(again.households, found.households, check_exact=False, rtol=1e-6)
