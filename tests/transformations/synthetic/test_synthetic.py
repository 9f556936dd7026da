"""The generated retailer is the one it claims to be: numbers of people, chances that come true, the
same rows always.
"""

import json
from collections import Counter
from datetime import date, timedelta
from functools import reduce

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from holdfast.transformations.synthetic import customer_behaviour
from holdfast.transformations.synthetic.activity import CHANNELS, draw_orders
from holdfast.transformations.synthetic.block import draw_block
from holdfast.transformations.synthetic.cards import draw_card_holders
from holdfast.transformations.synthetic.contacts import draw_people, record_contacts
from holdfast.transformations.synthetic.export_writer import PartyRecords
from holdfast.transformations.synthetic.exports import BY_KEY, EXPORTS
from holdfast.transformations.synthetic.generator import generate_block
from holdfast.transformations.synthetic.ground_truth import truth_tables
from holdfast.transformations.synthetic.retailer import SyntheticRetailer
from holdfast.transformations.synthetic.truth_schemas import SCHEMAS
from holdfast.transformations.synthetic.vendors.square import export_square

DAY, HORIZON = 731 - 90, 90


def retailer(customers: int, deliveries: int = 1) -> SyntheticRetailer:
    return SyntheticRetailer(7, customers, date(2024, 1, 1), 731, deliveries, 0.004, 0.02, 0.0005)


@pytest.fixture(scope="module")
def drawn() -> dict[str, np.ndarray]:
    """20,000 people."""
    return draw(20_000)


def draw(customers: int) -> dict[str, np.ndarray]:
    """What was true of so many people 90 days before the end, and what then happened."""
    made = retailer(customers)
    parts: dict[str, list[np.ndarray]] = {}
    for block in range(made.blocks):
        lifecycles = customer_behaviour.draw_lifecycles(made, block)
        bought = draw_orders(made, block, lifecycles, lifecycles.phase(np.arange(made.days)))
        kept, n = bought.cancelled < 0, len(lifecycles.rate)
        last = np.full(n, -999)
        np.maximum.at(
            last, bought.person[kept & (bought.day < DAY)], bought.day[kept & (bought.day < DAY)]
        )
        later = np.bincount(bought.person[kept & (bought.day >= DAY)], minlength=n)
        spent = np.bincount(bought.line_order, bought.line_net, len(bought.person))
        for name, values in {
            "chance": customer_behaviour.no_order_probability(
                lifecycles, lifecycles.phase(DAY), DAY, HORIZON
            ),
            "left": later == 0,
            "silence": DAY - last,
            "segment": lifecycles.segment,
            "orders": np.bincount(bought.person, minlength=n),
            "spend": np.bincount(bought.person, spent, n) / 100,
        }.items():
            parts.setdefault(name, []).append(values)
    return {name: np.concatenate(values) for name, values in parts.items()}


def asked(drawn: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True chance, outcome and days of silence of those who bought within half a year."""
    recent = drawn["silence"] <= 180
    return drawn["chance"][recent], drawn["left"][recent], drawn["silence"][recent]


def test_true_chances_come_true(drawn: dict[str, np.ndarray]) -> None:
    chance, left, _ = asked(drawn)
    assert abs(chance.mean() - left.mean()) < 0.01
    for part in np.array_split(np.argsort(chance), 10):
        assert (
            abs(chance[part].mean() - left[part].mean()) < 0.03
        )  # 1,300 people a tenth: two standard errors


def test_the_truth_of_a_day_is_of_orders_that_the_shop_sees() -> None:
    made, parts = retailer(5_000), []
    for number in range(made.blocks):
        block = draw_block(made, number)
        orders, has_card = block.orders, draw_card_holders(block.random("square"), len(block))
        seen = (orders.channel != CHANNELS.index("pos")) | has_card[orders.person]
        seen &= (orders.cancelled < 0) & (orders.day >= DAY)
        true = truth_tables(block, PartyRecords([], np.array([], np.int64)), [], [])["snapshots"]
        at = true.to_pandas()
        now = at[at["as_of"] == made.start + timedelta(days=DAY)]
        times = np.bincount(orders.person[seen], minlength=len(block))
        parts.append(now.assign(has_card=has_card, left=times == 0))
    known = pd.concat(parts).dropna()
    error = known["left"] - known["no_order_90d_probability"]
    assert abs(error.mean()) < 0.015
    assert abs(error[~known["has_card"]].mean()) < 0.03  # of 1,000 people: two standard errors


def test_the_truth_knows_the_card_holders_of_the_export() -> None:
    block = draw_block(retailer(1_000), 0)
    orders, has_card = block.orders, draw_card_holders(block.random("square"), len(block))
    at_till = np.unique(orders.person[orders.channel == CHANNELS.index("pos")])
    (holders,) = export_square(block).parties
    assert set(holders.person.tolist()) == set(at_till[has_card[at_till]].tolist())


def test_the_oracle_ranks_well_and_recency_alone_much_worse(drawn: dict[str, np.ndarray]) -> None:
    chance, left, silence = asked(drawn)
    oracle = roc_auc_score(left, chance)
    assert 0.85 <= oracle <= 0.93
    assert roc_auc_score(left, silence) <= oracle - 0.05


@pytest.mark.slow
def test_of_100000_people_the_chances_are_true_to_a_hundredth_and_the_oracle_keeps_its_place() -> (
    None
):
    chance, left, silence = asked(draw(100_000))
    for part in np.array_split(np.argsort(chance), 10):
        assert abs(chance[part].mean() - left[part].mean()) < 0.01
    oracle = roc_auc_score(left, chance)
    assert 0.85 <= oracle <= 0.92
    assert roc_auc_score(left, silence) <= oracle - 0.05


def test_segments_have_their_shares_and_order_values(drawn: dict[str, np.ndarray]) -> None:
    for number, (share, value) in enumerate(
        zip(customer_behaviour.SHARES, customer_behaviour.ORDER_VALUE, strict=True)
    ):
        mine = drawn["segment"] == number
        assert mine.mean() == pytest.approx(share, abs=0.01)
        assert drawn["spend"][mine].sum() / drawn["orders"][mine].sum() == pytest.approx(
            value, rel=0.03
        )


def test_the_number_of_deliveries_changes_no_line() -> None:
    at_once, in_four = (generate_block(retailer(200, d), 0).lines for d in (1, 4))
    assert {delivery for _, delivery in at_once} == {1}
    assert {delivery for _, delivery in in_four} == {1, 2, 3, 4}
    for key in (export.key for export in EXPORTS):
        arrived = [line for (of, _), lines in in_four.items() if of == key for line in lines]
        assert Counter(at_once[key, 1]) == Counter(arrived)


def test_a_block_is_the_same_however_large_the_retailer() -> None:
    small, large = (generate_block(retailer(customers), 1) for customers in (2_000, 5_000))
    assert small.lines == large.lines
    for name in SCHEMAS:  # as pandas, for which an unknown chance equals another
        assert small.truth[name].to_pandas().equals(large.truth[name].to_pandas())


def test_exports_have_gaps_and_the_truth_knows_who_is_meant() -> None:
    block = generate_block(SyntheticRetailer(7, 1_000, date(2024, 1, 1), 731, 1, 0.0, 0.0, 0.0), 0)

    def values(key: str, name: str) -> set[str]:
        """What the lines of an export hold under a name, blanks left out."""
        lines = block.lines[key, 1]
        if not BY_KEY[key].columns:
            rows = map(json.loads, lines)
            return {reduce(dict.__getitem__, name.split("."), row) for row in rows} - {None}
        place = BY_KEY[key].columns.index(name)
        return {line.split(",")[place] for line in lines} - {""}

    named = values("shopify/orders", "customer_id") - values("shopify/customers", "id")
    odd = {one for one in named if one.endswith(".0")}
    people = {
        "shopify": named,
        "square": values("square/orders", "customer_id") - values("square/customers", "id"),
        "zendesk": values("zendesk/tickets", "requester_id") - values("zendesk/users", "id"),
        "klaviyo": values("klaviyo/events", "relationships.profile.data.id")
        - values("klaviyo/profiles", "id"),
        "rudderstack": values("rudderstack/pages", "user_id")
        - values("rudderstack/identifies", "user_id"),
    }
    assert all(len(ids) >= 5 for ids in (odd, named - odd, *people.values()))
    meant = {row["party_id"]: row["person_id"] for row in block.truth["records"].to_pylist()}
    assert {f"{source}:{one}" for source, ids in people.items() for one in ids} <= set(meant)
    assert {meant[f"shopify:{one}"] for one in odd} == {
        meant[f"shopify:{one.removesuffix('.0')}"] for one in odd
    }
    assert any(one.startswith("$device:") for one in values("rudderstack/pages", "anonymous_id"))
    assert "noemail@shop.example" in values("shopify/orders", "email")
    assert values("shopify/order_lines", "order_id") - values("shopify/orders", "id")


@pytest.mark.parametrize("customers", [1, 7, 1_001])
def test_a_block_of_a_few_people_has_its_truth_and_lines(customers: int) -> None:
    made = retailer(customers)
    last = generate_block(made, made.blocks - 1)
    assert last.truth["people"].num_rows == customers % 1_000
    assert last.lines


def test_every_csv_line_has_the_fields_of_its_header() -> None:
    spotless = SyntheticRetailer(7, 300, date(2024, 1, 1), 731, 1, 0.0, 0.0, 0.0)
    for (key, _), lines in generate_block(spotless, 0).lines.items():
        if columns := BY_KEY[key].columns:
            assert {line.count(",") + 1 for line in lines} == {len(columns)}, key


def test_a_cause_is_only_whose_grievance_began() -> None:
    made = retailer(1_000)
    people = generate_block(made, 0).truth["people"].to_pandas()
    lifecycles = customer_behaviour.draw_lifecycles(made, 0)
    begun = people["aggrieved_on"].notna()
    assert (begun == (lifecycles.onset < made.days)).all()
    assert (people["cause"][~begun] == "none").all()
    days = pd.to_datetime(people["aggrieved_on"][begun]) - pd.Timestamp(made.start)
    assert days.dt.days.tolist() == lifecycles.onset[begun].tolist()


def test_nobody_is_recorded_where_nobody_is_asked_for() -> None:
    made, nobody = retailer(100), np.array([], dtype=np.int64)
    contacts = record_contacts(made.random(0, "none"), draw_people(made, 0), nobody, nobody)
    assert len(contacts.name) == len(contacts.address) == 0
