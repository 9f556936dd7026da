"""The generated retailer is the one it claims to be: numbers of people, chances that come true, the
same rows always.
"""

from collections import Counter
from datetime import date

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from holdfast.transformations.synthetic import activity, customer_behaviour
from holdfast.transformations.synthetic.block import block_lines, written_book
from holdfast.transformations.synthetic.exports import BY_KEY
from holdfast.transformations.synthetic.generator import SyntheticRetailer
from holdfast.transformations.synthetic.ground_truth import SCHEMAS, block_truth

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
        fate = customer_behaviour.fates(made, block)
        phase = activity.phases(fate, made)
        bought = activity.orders(made, block, fate, phase)
        kept, n = bought.cancelled < 0, len(fate.rate)
        last = np.full(n, -999)
        np.maximum.at(
            last, bought.person[kept & (bought.day < DAY)], bought.day[kept & (bought.day < DAY)]
        )
        later = np.bincount(bought.person[kept & (bought.day >= DAY)], minlength=n)
        spent = np.bincount(bought.line_order, bought.line_net, len(bought.person))
        for name, values in {
            "chance": customer_behaviour.no_order_probability(fate, fate.phase(DAY), DAY, HORIZON),
            "left": later == 0,
            "silence": DAY - last,
            "segment": fate.segment,
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
    at_once, in_four = (block_lines(retailer(200, deliveries), 0) for deliveries in (1, 4))
    assert Counter(at_once["line"].to_pylist()) == Counter(in_four["line"].to_pylist())
    assert set(at_once["delivery"].to_pylist()) == {1} and set(in_four["delivery"].to_pylist()) == {
        1,
        2,
        3,
        4,
    }


def test_a_block_is_the_same_however_large_the_retailer() -> None:
    assert block_lines(retailer(2_000), 1).equals(block_lines(retailer(5_000), 1))


def test_every_csv_line_has_the_fields_of_its_header() -> None:
    book = written_book(retailer(300), 0)
    for key, lines in book.lines.items():
        if columns := BY_KEY[key].columns:
            assert {line.count(",") + 1 for line in lines} == {len(columns)}, key


def test_a_cause_is_only_whose_grievance_began() -> None:
    made = retailer(1_000)
    people = block_truth(made, 0, "people").to_pandas()
    fate = customer_behaviour.fates(made, 0)
    assert (people["cause"][fate.onset >= made.days] == "none").all()
    assert set(SCHEMAS) == {"records", "people", "snapshots", "outcomes"}
