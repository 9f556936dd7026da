"""What decisions earn on a generated retailer after a year of treatments, beside an oracle that
knows what each play would do for whom, and the rules that are usual.

`make bench NAME=policy ARGS="[FOLDER [SEED ...]]"` (a folder that is thrown away and seeds 7, 8, 9
if not given; what the folder has is not made again). 3,000 customers each. Every policy gives each
customer one of the five plays that the generated world knows, or none, of those that the decision
finds eligible, within one budget of catalogue costs: a fifth of what the discount would cost for
all who may get it. What is earned is the true expected margin of the horizon less what contacts and
offers truly cost; the truth is looked at afterwards.

The oracle knows who has which grievance, and that no shop can. `true effects` is what the decision
would earn if it knew the mean effect of each play on the customers of each driver exactly.
"""

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import yaml
from pyspark.sql import functions as F

from holdfast.jobs.cli.bootstrap import open_runner, run_standalone
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.runs.runner import Runner
from holdfast.jobs.stages.evaluation.identity_metrics import match_customers_to_persons
from holdfast.jobs.stages.parameters import synthetic_retailer
from holdfast.models.allocation.customers import CustomersInMemory
from holdfast.models.allocation.kernels import NONE
from holdfast.models.allocation.pairs import sort_pairs
from holdfast.models.allocation.plan import Limit, allocate
from holdfast.models.arrays import Flags, Floats
from holdfast.transformations.synthetic.block import draw_block
from holdfast.transformations.synthetic.customer_behaviour import expected_revenue
from holdfast.transformations.synthetic.ground_truth import units_of
from holdfast.transformations.synthetic.plays import ARMS, OFFER_DAYS, OFFERED, PLAYS, REDEEMED
from holdfast.transformations.synthetic.responses import treat_block
from holdfast.transformations.synthetic.treated_truth import mix_states
from holdfast.transformations.tables.gold import ACTION_EFFECTS, DECISION_LOG
from holdfast.transformations.tables.silver import IDENTITY_MAP
from holdfast.transformations.tables.vocabulary import NO_PLAY

JOBS: Final = (
    "ingest", "standardise", "resolve_identity", "build_features", "build_labels", "train_churn",
    "train_value", "score_churn", "score_value", "segment_customers", "build_gold", "decide",
)  # fmt: skip
PACKAGED: Final = Path(__file__).parents[1] / "conf" / "plays"
COSTS: Final = {play.id: float(play.cost) for play in PLAYS}
DISCOUNT: Final = "favourite_discount"
BUDGET: Final = 0.2
DRAWS: Final = 2_000
SEEDS: Final = (7, 8, 9)
GOAL: Final = 0.85
RIVALS: Final = ("marketer's rule", "churn x value")
TRUE: Final = "true effects"


def name_settings(root: Path, seed: int) -> list[str]:
    """What a world is made with."""
    return [
        f"synthetic.seed={seed}",
        f"synthetic.treatment_seed={100 + seed}",
        "synthetic.customers=3000",
        f"decide.plays={root.parent / 'plays'}",
        "spark.codegen=false",
    ]


def write_plays(folder: Path) -> None:
    """A catalogue of those plays alone whose truth is known, as the packaged one has them."""
    folder.mkdir(exist_ok=True)
    for path in PACKAGED.glob("*.yml"):
        family = yaml.safe_load(path.read_text(encoding="utf-8"))
        family["plays"] = [play for play in family["plays"] if play["id"] in COSTS]
        text = yaml.safe_dump(family, sort_keys=False)
        (folder / path.name).write_text(text, encoding="utf-8")


def find_pairs(root: Path, seed: int) -> dict[str, pd.DataFrame]:
    """Customers and the plays that the decision finds eligible, as it sees them before and after
    effects were estimated.
    """
    files = {name: root.with_name(f"{root.name}-{name}.parquet") for name in ("priors", "cells")}
    if not all(path.exists() for path in files.values()):
        asked = name_settings(root, seed)
        is_new = not (root / "gold").exists()
        if is_new:
            with open_runner("demo", str(root), asked, as_of="latest", quiet=True) as runner:
                run_standalone(runner, "generate")
        with open_runner("demo", str(root), asked, as_of="latest", quiet=True) as runner:
            runner.run(list(JOBS) if is_new else ["decide"])
            read_pairs(runner, root).to_parquet(files["priors"])
        with open_runner("demo", str(root), asked, as_of="latest", quiet=True) as runner:
            runner.run(["estimate_effects", "decide"])
            read_pairs(runner, root).to_parquet(files["cells"])
    return {name: pd.read_parquet(path) for name, path in files.items()}


def read_pairs(runner: Runner, root: Path) -> pd.DataFrame:
    """gold.action_effects with the person behind each customer and the probability to leave."""
    read, spark = runner.store.read, runner.store.spark
    records = spark.read.parquet(str(root / "truth" / "records.parquet"))
    persons = match_customers_to_persons(read(IDENTITY_MAP), records)
    leave = F.max_by("leave_probability", "run_number").cast("double").alias("leave")
    driver = F.max_by("reason", "run_number").alias("driver")
    leaves = read(DECISION_LOG).groupBy("customer_id").agg(leave, driver)
    numbers = [F.col(name).cast("double") for name in ("effect", "margin_amount", "cost_amount")]
    pairs = read(ACTION_EFFECTS).select("customer_id", "play", "basis", *numbers)
    known = pairs.join(persons, on=["customer_id"], how="inner")
    return known.join(leaves, on=["customer_id"], how="inner").toPandas()


def find_gains(root: Path, seed: int) -> pd.DataFrame:
    """What each play truly earns with each person, and its effect on the probability to stay:
    person_id, play, gain, change.
    """
    values = settings.load("demo", name_settings(root, seed)).values
    share, retailer = values.decide.margin_share, synthetic_retailer(values)
    truth = pd.read_parquet(root / "truth" / "plays.parquet")
    amounts, stays = (
        truth.pivot(index="person_id", columns="play", values=name)
        for name in ("expected_90d_amount", "stay_probability")
    )
    parts = []
    for number in range(retailer.blocks):
        block = treat_block(draw_block(retailer, number)).on(retailer.days)
        own, stay = amounts.loc[block.people.number], stays.loc[block.people.number]
        for place, play in enumerate(ARMS[1:], 1):
            offered = mix_states(block, place, expected_revenue, retailer.days, OFFER_DAYS)
            given = OFFERED[place] * REDEEMED * offered
            more = (own[play] - own[NO_PLAY]).to_numpy() / units_of(block)  # in one currency
            gain = share * (more + given) - given - COSTS[play]  # amounts are less what is given
            change = (stay[play] - stay[NO_PLAY]).to_numpy()
            part = {"person_id": block.people.number, "play": play, "gain": gain, "change": change}
            parts.append(pd.DataFrame(part))
    return pd.concat(parts)


def average_effects(pairs: pd.DataFrame) -> Floats:
    """What the true mean effect of each play and driver makes of each customer's probability to
    leave.
    """
    groups = pairs.groupby(["play", "driver"], dropna=False)[["change", "leave"]]
    mean = groups.transform("mean")
    return (mean["change"] / mean["leave"] * pairs["leave"]).to_numpy()


def plan(pairs: pd.DataFrame, value: Floats, budget: float) -> Flags:
    """The pairs that the product's allocation takes."""
    number = {play: at for at, play in enumerate(ARMS)}
    play = pairs["play"].map(number).to_numpy(np.int64)
    ids = pairs["customer_id"].to_numpy(np.int64)
    uses = pairs["cost_amount"].to_numpy()[None]
    customers = CustomersInMemory(sort_pairs(ids, play, value, uses))
    found = allocate(customers, [Limit("budget", budget)])
    people, plays, _ = customers.choose(found.rule)
    given = dict(zip(people.tolist(), plays.tolist(), strict=True))
    return np.array([given[one] == own != NONE for one, own in zip(ids, play, strict=True)])


def take_first(pairs: pd.DataFrame, score: Floats, is_asked: Flags, budget: float) -> Flags:
    """The pairs of the highest score, of those asked about, as far as the budget goes."""
    order = np.lexsort((pairs["customer_id"], -score))
    order = order[is_asked[order]]
    spent = np.cumsum(pairs["cost_amount"].to_numpy()[order])
    taken = np.zeros(len(pairs), dtype=np.bool_)
    taken[order[spent <= budget]] = True
    return taken


def choose(world: Mapping[str, pd.DataFrame], gains: pd.DataFrame) -> pd.DataFrame:
    """What each policy truly earns with each customer: a row per customer, a column per policy."""
    by = ["customer_id", "play"]
    known = {
        name: world[name].merge(gains, on=["person_id", "play"]).sort_values(by, ignore_index=True)
        for name in ("priors", "cells")
    }
    pairs = known["priors"]
    gain, cost = (pairs[name].to_numpy() for name in ("gain", "cost_amount"))
    leave, is_discount = pairs["leave"].to_numpy(), (pairs["play"] == DISCOUNT).to_numpy()
    budget = BUDGET * float(cost[is_discount].sum())
    worth = (pairs["margin_amount"] / pairs["effect"]).fillna(0.0).to_numpy()
    taken = {
        "oracle": plan(pairs, gain, budget),
        TRUE: plan(pairs, average_effects(pairs) * worth - cost, budget),
        **{
            name: plan(own, (own["margin_amount"] - own["cost_amount"]).to_numpy(), budget)
            for name, own in known.items()
        },
        RIVALS[0]: take_first(pairs, leave, is_discount, budget),
        RIVALS[1]: take_first(pairs, leave * worth, is_discount, budget),
    }
    for name, rows in taken.items():
        spent = cost[rows].sum()
        print(f"  {name:16} {rows.sum():5} treated, {spent:8.2f} of {budget:.2f} spent")
    earned = {name: np.where(rows, gain, 0.0) for name, rows in taken.items()}
    return (
        pd.DataFrame({"customer_id": pairs["customer_id"], **earned}).groupby("customer_id").sum()
    )


def compare(earned: pd.DataFrame) -> dict[str, float]:
    """Shares of what the oracle earns, and the lower ends of what ours earns more than each rival,
    over bootstrapped customers.
    """
    random = np.random.default_rng(1)
    rows = random.multinomial(len(earned), np.full(len(earned), 1.0 / len(earned)), DRAWS)
    drawn = rows @ earned.to_numpy()
    sums = pd.DataFrame(drawn, columns=earned.columns)
    found = {}
    for name in earned.columns:
        share = sums[name] / sums["oracle"]
        low, high = np.quantile(share, [0.025, 0.975])
        found[name] = float(earned[name].sum() / earned["oracle"].sum())
        print(f"  {name:16} {found[name]:6.1%} of the oracle [{low:.1%}, {high:.1%}]")
    for ours in ("cells", "priors"):
        for rival in RIVALS:
            more = (sums[ours] - sums[rival]) / sums["oracle"]
            found[f"{ours} less {rival}"] = float(np.quantile(more, 0.025))
    return found


def main() -> None:
    """Print every policy by seed and over all, and the JSON line."""
    folder, *seeds = sys.argv[1:] or [tempfile.mkdtemp()]
    write_plays(Path(folder) / "plays")
    worlds = []
    for seed in map(int, seeds or SEEDS):
        root = Path(folder) / f"world{seed}"
        print(f"seed {seed}")
        worlds.append(choose(find_pairs(root, seed), find_gains(root, seed)))
        compare(worlds[-1])
    print("all")
    found = compare(pd.concat(worlds, ignore_index=True))
    met = (
        found["cells"] >= GOAL
        and all(found[f"cells less {rival}"] > 0.0 for rival in RIVALS)
        and all(found["priors"] > found[rival] for rival in RIVALS)
    )
    figures = {name: round(value, 4) for name, value in found.items()}
    print(json.dumps({"name": "policy", **figures, "goal": GOAL, "met": bool(met)}))


if __name__ == "__main__":
    main()
