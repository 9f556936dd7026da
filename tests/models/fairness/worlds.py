"""People with what they are and how they were treated, and the sums that an audit reads of them."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Floats
from holdfast.models.fairness.audit import Measure, Rule
from holdfast.models.fairness.comparison import Sums

MEASURES: Final = (
    Measure("score", "score", 0.0),
    Measure("action_share", "action", 0.0, is_share=True),
    Measure("action_share_alike", "action", 0.0, is_share=True, is_alike=True),
    Measure("cost", "cost", 0.0, scale="cost"),
)
RULE: Final = Rule(least=50, false_alarms=0.05, coverage=0.95)
GROUPS: Final = {"sex": (0.5, 0.5), "age": (0.3, 0.3, 0.3, 0.1), "region": (0.6, 0.35, 0.05)}


def sums_of(values: Floats) -> Sums:
    """Sums of one stratum."""
    return Sums(*(np.array([(values**power).sum()]) for power in range(4)))


def people(random: np.random.Generator, count: int = 1_500) -> pd.DataFrame:
    """A fair world: strata differ in everything, groups in nothing."""
    stratum = random.integers(0, 4, count)
    action = random.random(count) < np.array([0.02, 0.1, 0.3, 0.6])[stratum]
    drawn = {
        name: random.choice(len(shares), count, p=shares).astype(str)
        for name, shares in GROUPS.items()
    }
    return pd.DataFrame(
        {
            "stratum": stratum.astype(str),
            "score": random.beta(1, 3 + stratum),
            "action": action.astype(float),
            "cost": action * random.lognormal(0, 1.2, count),
            **drawn,
        }
    )


def cells_of(world: pd.DataFrame, attributes: Mapping[str, object] = GROUPS) -> pd.DataFrame:
    """Sums by attribute, word and stratum, as Spark gives them."""
    long = pd.concat(
        [world.assign(attribute=name, word=world[name]) for name in attributes], ignore_index=True
    )
    values = ("score", "action", "cost")
    powers = {
        f"{name}_{kind}": long[name] ** power
        for name in values
        for power, kind in enumerate(("count", "total", "squares", "cubes"))
    }
    keys = [long["attribute"], long["word"], long["stratum"]]
    return pd.DataFrame(powers).groupby(keys).sum().reset_index()
