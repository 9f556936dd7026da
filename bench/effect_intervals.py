"""Intervals of effects by cell over simulated histories whose true effects are known.

`make bench NAME=effect_intervals ARGS="[HISTORIES [SEED]]"` (2,000 and 1 if not given). A history
is one play on 4 drivers x 4 stages x 3 tiers, cells of 20 to 5,000 customers, propensities of .2 to
.7, risks that differ within a cell. True keep shares are drawn as the catalogue states its own
doubt (normal, uniform, two values, each with much, little or no difference between cells of a
driver), or are set: nothing works, all as in the catalogue, half of it, and a fifth of cells
harmed.

The claim is about each size of cell of each driver, and of each stage, over all histories. In each
world that is set, no interval that pools can hold: where the catalogue is right to the digit it
covers more, and where a fifth of cells is harmed, it covers less of the cells that are small.
"""

import json
import sys
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Floats, Ints
from holdfast.models.uplift.cells import Cells, estimate_effects
from holdfast.models.uplift.history import Arm

SIZES: Final = np.array([20, 60, 200, 1000, 5000])
RISKS: Final = np.array([0.15, 0.3, 0.45, 0.6])  # by stage
KEEPS: Final = np.array([0.12, 0.04, 0.04, 0.04])  # by driver: the first one matches
TIERS: Final = 3
PSEUDO: Final = 200.0
PROPENSITIES: Final = (0.2, 0.5, 0.7)
WITHIN: Final = (0.0, 0.05, 0.3)  # share of the catalogue's doubt that lies between cells
DOUBTS: Final = ("normal", "uniform", "two values")
WORLDS: Final = (*DOUBTS, "nothing works", "as in the catalogue", "half of it", "a fifth is harmed")
LEVEL: Final = 0.95
NORMAL: Final = 1.959964


def draw_doubt(random: np.random.Generator, kind: str, size: int) -> Floats:
    """Values of mean 0 and variance 1."""
    if kind == "normal":
        return random.normal(size=size)
    if kind == "uniform":
        return random.uniform(-np.sqrt(3.0), np.sqrt(3.0), size)
    return random.choice([-1.0, 1.0], size)


def draw_keeps(random: np.random.Generator, world: str, driver: Ints) -> Floats:
    """The true keep share of each cell."""
    prior, cells = KEEPS[driver], len(driver)
    if world in DOUBTS:
        risk = RISKS.mean()
        doubt = np.sqrt(4.0 * (1.0 - risk) / (risk * PSEUDO))
        within = random.choice(WITHIN)
        means = draw_doubt(random, world, len(KEEPS)) * np.sqrt(1.0 - within)
        return prior + doubt * (means[driver] + draw_doubt(random, world, cells) * np.sqrt(within))
    return {
        "nothing works": np.zeros(cells),
        "as in the catalogue": prior,
        "half of it": 0.5 * prior + 0.03 * random.normal(size=cells),
        "a fifth is harmed": np.where(random.random(cells) < 0.2, -0.3, 1.5 * prior),
    }[world]


def simulate(random: np.random.Generator, world: str) -> pd.DataFrame:
    """One history: a row per cell, whether its interval covers the true effect, how wide it is, and
    the same of the cell alone.
    """
    driver, stage, _ = (part.ravel() for part in np.indices((len(KEEPS), len(RISKS), TIERS)))
    risk, cells = RISKS[stage], len(driver)
    size = random.choice(SIZES, cells)
    keeps = np.clip(draw_keeps(random, world, driver), -0.95 * np.minimum(1 / risk - 1, 1), 0.95)
    cell = np.repeat(np.arange(cells), size)
    own_risk = risk[cell] * random.choice([0.7, 1.3], len(cell))
    propensity = random.choice(PROPENSITIES, len(cell))
    is_treated = random.random(len(cell)) < propensity
    stayed = random.random(len(cell)) >= own_risk * (1.0 - keeps[cell] * is_treated)
    chosen = np.where(is_treated, propensity, 1.0 - propensity)
    treated, untreated = (
        Arm.add_up(cell[rows], cells, stayed[rows], chosen[rows])
        for rows in (is_treated, ~is_treated)
    )
    names = np.full(cells, "play"), driver.astype(str)
    prior = KEEPS[driver], np.full(cells, PSEUDO)
    found = estimate_effects(Cells(*names, risk, *prior, treated, untreated), LEVEL)
    true = keeps * np.bincount(cell, own_risk) / size
    is_both = (treated.count > 0) & (untreated.count > 0)
    alone, reach = treated.rate - untreated.rate, np.sqrt(treated.variance + untreated.variance)
    return pd.DataFrame(
        {
            "world": world,
            "customers": size,
            "driver": driver,
            "stage": stage,
            "covered": (found.low <= true) & (true <= found.high),
            "width": found.high - found.low,
            "alone covered": np.where(is_both, abs(alone - true) <= NORMAL * reach, np.nan),
            "alone width": np.where(is_both, 2 * NORMAL * reach, np.nan),
        }
    )


def main() -> None:
    """Print coverage and width by size of cell and world, and the JSON line."""
    histories, seed = (int(text) for text in [*sys.argv[1:], *["2000", "1"][len(sys.argv) - 1 :]])
    random = np.random.default_rng(seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = [simulate(random, WORLDS[number % len(WORLDS)]) for number in range(histories)]
    cells = pd.concat(drawn)
    figures = (
        cells.drop(columns=["world", "driver", "stage"]).groupby("customers").mean().astype(float)
    )
    figures["narrower"] = 1.0 - figures["width"] / figures["alone width"]
    print(figures.round(3).to_string())
    print(cells.pivot_table("covered", "world", "customers", "mean").round(3).to_string())
    every = cells.groupby(["customers", "driver", "stage"])["covered"].mean()
    print(f"by customers, driver and stage at once: {every.min():.3f} to {every.max():.3f}")
    classes = np.concatenate(
        [cells.groupby(["customers", name])["covered"].mean() for name in ("driver", "stage")]
    )
    print(
        json.dumps(
            {
                "name": "effect_intervals",
                "covered": dict(figures["covered"].round(4)),
                "classes": [round(float(classes.min()), 4), round(float(classes.max()), 4)],
                "narrower": dict(figures["narrower"].round(3)),
                "goal": [0.93, 0.97],
                "met": bool(classes.min() >= 0.93 and classes.max() <= 0.97),
            }
        )
    )


if __name__ == "__main__":
    main()
