"""Any table of records: people found without a threshold set by hand, meaning kept, bad input
answered.
"""

import numpy as np
import pandas as pd
import pytest

from holdfast.models.identity.records.fields import Field, FieldsError
from holdfast.models.identity.records.match import Matches, match_records
from tests.models.identity.people import FIELDS, make_people, pair_f1


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return make_people(700)


@pytest.fixture(scope="module")
def found(people: pd.DataFrame) -> Matches:
    return match_records(people, FIELDS)


def f1(table: pd.DataFrame, found: Matches) -> float:
    return pair_f1(table["person"], found.clusters["cluster_id"])


def test_people_are_found_through_typos_nulls_and_swapped_names(
    people: pd.DataFrame, found: Matches
) -> None:
    assert f1(people, found) > 0.98
    assert not found.warnings


def test_the_fit_is_the_same_for_any_draw_of_random_pairs(people: pd.DataFrame) -> None:
    reached = [f1(people, match_records(people, FIELDS, seed=seed)) for seed in range(10)]
    assert max(reached) - min(reached) < 0.005


def test_no_order_of_rows_changes_who_is_one_person(people: pd.DataFrame, found: Matches) -> None:
    turned = people.sample(frac=1, random_state=9)
    again = match_records(turned, FIELDS).clusters.set_index("record_id")["cluster_id"]
    assert pair_f1(again.sort_index(), found.clusters["cluster_id"]) > 0.999


def test_a_probability_is_the_share_that_is_true(people: pd.DataFrame, found: Matches) -> None:
    person = people["person"]
    edges = found.edges
    right = person[edges["left"]].to_numpy() == person[edges["right"]].to_numpy()
    assert edges["probability"].min() >= 0.01
    assert right[edges["probability"] >= 0.95].mean() > 0.99
    assert edges["probability"].mean() == pytest.approx(right.mean(), abs=0.02)


def test_without_households_there_is_no_class_of_them(found: Matches) -> None:
    assert found.households.empty
    assert any("two classes" in note or "no household" in note for note in found.notes)


def test_people_of_one_home_are_a_household_and_not_one_person() -> None:
    table = make_people(700, copies=2, share_home=0.5)
    found = match_records(table, FIELDS)
    assert f1(table, found) > 0.97
    assert any("one household" in note for note in found.notes)
    homes = table["home"][found.households["record_id"]].to_numpy()
    by_household = pd.Series(homes).groupby(found.households["household_id"].to_numpy())
    assert by_household.nunique().mean() < 1.05
    assert found.households["household_id"].nunique() < found.clusters["cluster_id"].nunique()


def test_families_in_which_nobody_is_listed_twice_stay_apart_and_that_is_said() -> None:
    table = make_people(900, copies=1, share_home=0.6)
    found = match_records(table, FIELDS)
    assert found.clusters["cluster_id"].nunique() > 890
    assert any("No pair" in one for one in found.warnings) or len(found.edges) < 20


def test_rules_are_chosen_by_yield_and_recall_rises_with_each(found: Matches) -> None:
    rules = found.rules
    assert (rules["recall"].diff().dropna() > 0).all()
    assert rules["recall"].iloc[-1] > 0.97
    assert (rules["new_matches"] <= rules["new_pairs"] + 1).all()


def test_a_nearer_value_weighs_more_and_a_rarer_one_more_yet(found: Matches) -> None:
    bits = found.weights.set_index(["field", "level"])["bits"]
    assert bits["born", "differs"] < 0 < bits["born", "one slip"] < bits["born", "equal"]
    same = found.weights.set_index(["field", "level"])["same_person"]
    assert bits["given", "swapped"] > 5
    assert same["given", "swapped"] == pytest.approx(2 * 0.03 * 0.97, abs=0.02)
    assert bits["given", "equal"] < bits["given", "equal, rare"]


def test_all_that_is_wrong_with_fields_is_said_at_once_with_its_cure() -> None:
    table = make_people(3)
    with pytest.raises(FieldsError) as raised:
        match_records(
            table, [Field("nmae", "first_name"), Field("born", "day"), Field("born", "date")]
        )
    text = str(raised.value)
    assert "nmae: the table has no such column; it has" in text
    assert "born: there is no kind 'day'; kinds are" in text
    assert "born: named twice" in text


def test_a_table_without_any_value_is_an_error_that_says_what_to_do() -> None:
    empty = pd.DataFrame({"given": [None] * 5, "born": [None] * 5})
    with pytest.raises(FieldsError, match="No record has a value in given, born"):
        match_records(empty, {"given": "first_name", "born": "date"})


@pytest.mark.parametrize("rows", [0, 1])
def test_one_record_or_none_is_no_trouble(rows: int) -> None:
    found = match_records(make_people(1, copies=1).head(rows), FIELDS)
    assert len(found.clusters) == rows
    assert "no pair to compare" in found.warnings[0]


def test_a_million_equal_records_stay_apart_and_that_is_said() -> None:
    crowd = pd.DataFrame({"given": np.repeat("anna", 1_000_000)})
    found = match_records(crowd, {"given": "first_name"})
    assert found.clusters["cluster_id"].nunique() == 1_000_000
    assert "1,000,000 records are equal" in found.warnings[0]


def test_a_crowd_of_equal_records_among_others_joins_nobody_else() -> None:
    crowd = pd.DataFrame({"given": ["anna"] * 3_000, "person": -1})
    table = pd.concat([make_people(500), crowd], ignore_index=True)
    found = match_records(table, FIELDS)
    named = table["person"] >= 0
    assert found.clusters["cluster_id"][~named].nunique() > 2_900
    assert pair_f1(table["person"][named], found.clusters["cluster_id"][named]) > 0.97


def test_equal_records_are_one_person_by_an_email_and_not_by_a_frequent_name() -> None:
    table = make_people(500)
    table["mail"] = [f"{number}@home.example" for number in table["person"]]
    names = table["given"].value_counts().index[:20]
    by_mail = pd.DataFrame({"mail": np.repeat([f"guest{i}@home.example" for i in range(20)], 3)})
    by_name = pd.DataFrame({"given": np.repeat(names.to_numpy(), 3)})
    found = match_records(
        pd.concat([table, by_mail, by_name], ignore_index=True), FIELDS | {"mail": "email"}
    )
    cluster = found.clusters["cluster_id"].to_numpy()[len(table) :]
    assert len(set(cluster[:60].tolist())) == 20
    assert len(set(cluster[60:].tolist())) == 60


def test_letters_that_look_alike_and_scripts_from_right_to_left_are_compared() -> None:
    table = make_people(500)
    other = table["person"] < 40
    latin_to_cyrillic = str.maketrans("aeo", "\u0430\u0435\u043e")
    looks = table["given"].where(~other, table["given"].str.translate(latin_to_cyrillic))
    hebrew = str.maketrans({"b": "\u05d1", "k": "\u05db", "l": "\u05dc", "m": "\u05de"})
    turned = table["family"].where(~other, table["family"].str.translate(hebrew))
    mixed = table.assign(
        given=looks.where(table.index % 2 == 0, table["given"]),
        family=turned,
    )
    assert f1(mixed, match_records(mixed, FIELDS)) > 0.97


def test_ids_that_are_there_twice_are_refused() -> None:
    table = make_people(4)
    with pytest.raises(FieldsError, match="there twice"):
        match_records(table.assign(key=1), FIELDS, record_id="key")
