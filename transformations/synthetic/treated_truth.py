"""What the generator knows of a retailer with a year of treatments, beside and in place of the
other truth: what each play would do at the end; read by the evaluation alone.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import pyarrow as pa

from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.cards import find_seen_lifecycles
from holdfast.transformations.synthetic.customer_behaviour import (
    CONTENT,
    expected_revenue,
    no_order_probability,
)
from holdfast.transformations.synthetic.ground_truth import (
    HORIZON,
    YEAR,
    snapshot_days,
    true_orders,
    true_snapshots,
    units_of,
)
from holdfast.transformations.synthetic.plays import (
    ARMS,
    IRRITATED,
    OFFER_DAYS,
    OFFERED,
    REDEEMED,
)
from holdfast.transformations.synthetic.responses import TreatedBlock
from holdfast.transformations.synthetic.retailer import Floats
from holdfast.transformations.synthetic.treatments import find_cure_chances, seed_of_year
from holdfast.transformations.synthetic.truth_schemas import ALL_SCHEMAS

STREAM: Final = "who stays"


def find_treated_truth(treated: TreatedBlock) -> Mapping[str, pa.Table]:
    """Orders as they came to be, snapshots by the lifecycles of their day, and the table of
    plays.
    """
    retailer = treated.before.retailer
    snapshots = [true_snapshots(treated.on(day), [day]) for day in snapshot_days(retailer)]
    tables = {
        "orders": pa.concat_tables([true_orders(treated.before), true_orders(treated.more)]),
        "snapshots": pa.concat_tables(snapshots),
        "plays": _plays(treated.on(retailer.days)),
    }
    return {name: table.cast(ALL_SCHEMAS[name]) for name, table in tables.items()}


def _plays(block: Block) -> pa.Table:
    """By person and play at the end, none among them: the chance of an order within the horizon,
    whether there would be one, and what they would spend. One person has one luck under all plays,
    so that nobody stays under a worse one and leaves under a better.
    """
    luck, day = seed_of_year(block).random(block.number, STREAM), block.retailer.days
    lot, parts = luck.random(len(block)), []
    for place, play in enumerate(ARMS):
        stays = expect_stay(block, place, day)
        parts.append(
            pa.table(
                {
                    "person_id": block.people.number,
                    "play": pa.array([play] * len(block)),
                    "stay_probability": stays,
                    "stays": lot < stays,
                    "expected_90d_amount": _expect_amount(block, place, day, HORIZON),
                    "expected_365d_amount": _expect_amount(block, place, day, YEAR),
                }
            )
        )
    return pa.concat_tables(parts)


def expect_stay(block: Block, place: int, day: int) -> Floats:
    """Chance that each orders within the horizon after an arm on a day, by its place in ARMS."""
    missing = mix_states(block, place, no_order_probability, day, HORIZON)
    return np.asarray((1.0 - missing) * _remain(block, place, day))


def _expect_amount(block: Block, place: int, day: int, horizon: int) -> Floats:
    """What each spends within the horizon, less what the play's offer takes off."""
    spent = mix_states(block, place, expected_revenue, day, horizon)
    offered = mix_states(block, place, expected_revenue, day, OFFER_DAYS)
    less = OFFERED[place] * REDEEMED * offered
    return np.asarray(units_of(block) * (spent - less) * _remain(block, place, day))


def mix_states(
    block: Block, place: int, expect: Callable[..., Floats], day: int, horizon: int
) -> Floats:
    """What is expected of each as they are and as they would be content, by the chance that the
    play makes them so.
    """
    lifecycles = find_seen_lifecycles(block)
    cured, phase = find_cure_chances(lifecycles, place, day), lifecycles.phase(day)
    content = np.full(len(block), CONTENT)
    as_is, as_content = (expect(lifecycles, state, day, horizon) for state in (phase, content))
    return np.asarray(cured * as_content + (1.0 - cured) * as_is)


def _remain(block: Block, place: int, day: int) -> Floats:
    """Chance not to leave for having been contacted."""
    is_content = block.lifecycles.phase(day) == CONTENT
    return np.where(is_content & (place > 0), 1.0 - IRRITATED, 1.0)
