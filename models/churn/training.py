"""Fit the churn model: searched and calibrated on past cut-offs, judged on a later one it has not seen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.models.churn import growing, judging
from holdfast.models.churn.calibration import Calibration, calibrate
from holdfast.models.churn.growing import LABEL
from holdfast.models.churn.metrics import Floats, log_loss
from holdfast.models.churn.model import ChurnModel
from holdfast.models.churn.split import Split
from holdfast.models.trees.nodes import NodeTable
from holdfast.models.trees.scoring import apply_kernel, leaf_counts, log_odds, margins
from holdfast.models.tuning import Params, TrialStore, best, search
from holdfast.transformations.risk_bands import Cuts, Rules, with_rule_band

Materialise = Callable[[DataFrame], DataFrame]
Counts = Mapping[date, tuple[int, int]]
_MILLION = 1_000_000


@dataclass(frozen=True)
class Asked:
    """What is asked for; each is explained in conf/base/churn.yml."""

    horizon_days: int
    trials: int
    trees: int
    training_rows: int
    smallest_leaf: int
    fewest: int
    seed: int
    cuts: Cuts
    rules: Rules


@dataclass(frozen=True, eq=False)
class Trained:
    """A fitted model, its metric rows, and whether the champion should give way and why."""

    model: ChurnModel
    metrics: list[judging.Row]
    params: Params
    is_better: bool
    why: str


@dataclass(frozen=True, eq=False)
class Parts:
    """Rows that teach, rows that choose and calibrate, both together, and the held-out ones."""

    teach: DataFrame
    check: DataFrame
    whole: DataFrame
    test: DataFrame


def fit(frame: DataFrame, features: Sequence[str], split: Split, asked: Asked, champion: ChurnModel | None,
        store: TrialStore, materialise: Materialise) -> Trained | str:
    """Fit on `frame` (as_of, customer_id, `churned` as 0 or 1, features) by `split`; where too little is known, why not.

    The model of record is refitted on training and validation cut-offs with the parameters found, keeps the calibration
    made on validation rows that its forerunner never saw, and is judged as it is on the held-out cut-off.
    """
    rows = materialise(with_rule_band(frame, asked.rules))
    counts = _counted(rows)
    if too_few := _too_few(counts, split, asked.fewest):
        return too_few
    parts = _parts(rows, counts, split, asked.training_rows)
    trials = search(lambda params: _loss(parts, features, params, asked), growing.space(asked.trees), asked.trials,
                    asked.seed, store, growing.first_guess(asked.trees))
    params = best(trials).params
    forerunner = growing.as_data(_grown(parts.teach, features, params, asked), features)
    calibration = _calibration(parts.check, forerunner)
    fitted = _grown(parts.whole, features, params, asked)
    nodes = growing.as_data(fitted, features)
    nodes = nodes.with_cover(leaf_counts(parts.whole.select(*features), nodes))
    difference = growing.kernel_difference(fitted, nodes, growing.vectors(parts.test, features))
    model = ChurnModel(nodes, calibration, asked.horizon_days, _medians(parts.whole, features), split.validation,
                       split.held_out, _card(split, params, calibration))
    held = _scored(parts.test, nodes, ["rule_band", *judging.RIVALS.values()])
    probability = calibration.probability(judging.column(held, "score"))
    is_better, why = _compare(probability, held, champion, parts.test)
    model = replace(model, card={**model.card, "why": why, "log_loss": log_loss(probability, judging.column(held, LABEL))})
    past = _scored(parts.check, forerunner, [*judging.RIVALS.values()])
    metrics = judging.judged(held, probability, past, split.held_out, asked.cuts, difference)
    metrics += judging.logistic_rows(growing.logistic(parts.teach, parts.test, features), held, split.held_out)
    return Trained(model, metrics, params, is_better, why)


def _grown(rows: DataFrame, features: Sequence[str], params: Params, asked: Asked) -> Any:
    return growing.grow(growing.vectors(rows, features), params, asked.smallest_leaf, asked.seed)


def _counted(rows: DataFrame) -> Counts:
    counted = rows.groupBy("as_of").agg(F.count(F.lit(1)).alias("rows"), F.sum(LABEL).alias("left")).collect()
    return {row["as_of"]: (int(row["left"]), int(row["rows"] - row["left"])) for row in counted}


def _too_few(counts: Counts, split: Split, fewest: int) -> str:
    for part, days in (("training", split.train), ("validation", (split.validation,)), ("held-out", (split.held_out,))):
        left, stayed = (sum(counts.get(day, (0, 0))[place] for day in days) for place in (0, 1))
        if min(left, stayed) < fewest:
            return f"{left} leavers and {stayed} stayers in the {part} cut-offs, {fewest} of each are needed"
    return ""


def _parts(rows: DataFrame, counts: Counts, split: Split, most: int) -> Parts:
    """One cut-off alone is divided by customer between teaching and checking."""
    known = sum(sum(counts[day]) for day in {*split.train, split.validation} if day in counts)
    teaches = F.pmod(F.xxhash64(F.lit("teaches"), "customer_id", "as_of"), F.lit(_MILLION)) < F.lit(
        int(_MILLION * min(1.0, most / known)))
    train, check = F.col("as_of").isin(list(split.train)), F.col("as_of") == F.lit(split.validation)
    if split.by_customer:
        train, check = train & (_half() == 0), check & (_half() == 1)
    return Parts(rows.filter(train & teaches), rows.filter(check), rows.filter((train | check) & teaches),
                 rows.filter(F.col("as_of") == F.lit(split.held_out)))


def _half() -> Column:
    return F.pmod(F.xxhash64(F.lit("half"), "customer_id"), F.lit(2))


def _scored(frame: DataFrame, nodes: NodeTable, keep: Sequence[str]) -> pd.DataFrame:
    """customer_id, churned, half, `keep` and the log-odds `score` of each row, on the driver."""
    rows = frame.withColumn("half", F.pmod(F.xxhash64(F.lit("calibrates"), "customer_id"), F.lit(2)))
    renamed = rows.select("*", *(F.col(name).alias(f"kept_{name}") for name in keep))
    scored = apply_kernel(renamed, ["customer_id", LABEL, "half", *(f"kept_{name}" for name in keep)], nodes.features,
                          lambda values: {"score": log_odds(margins(nodes, values))}, ["score"])
    found = pd.DataFrame(scored.toPandas()).rename(columns={f"kept_{name}": name for name in keep})
    return found.sort_values("customer_id", ignore_index=True)


def _loss(parts: Parts, features: Sequence[str], params: Params, asked: Asked) -> float:
    nodes = growing.as_data(_grown(parts.teach, features, params, asked), features)
    found = _scored(parts.check, nodes, [])
    score, churned = judging.column(found, "score"), judging.column(found, LABEL)
    return log_loss(_curve(found).probability(score), churned)


def _calibration(check: DataFrame, nodes: NodeTable) -> Calibration:
    return _curve(_scored(check, nodes, []))


def _curve(found: pd.DataFrame) -> Calibration:
    return calibrate(*(judging.column(found, name) for name in ("score", LABEL, "half")))


def _medians(rows: DataFrame, features: Sequence[str]) -> dict[str, float | None]:
    found = rows.agg(*(F.median(name).alias(name) for name in features)).collect()[0]
    return {name: None if found[name] is None else float(found[name]) for name in features}


def _compare(probability: Floats, held: pd.DataFrame, champion: ChurnModel | None, test: DataFrame) -> tuple[bool, str]:
    """Whether to take the champion's place: by log loss on the held-out cut-off, of which neither has learnt."""
    if champion is None:
        return True, "first model"
    day = str(champion.judged_on)
    theirs = _scored(test, champion.nodes, [])
    own = log_loss(probability, judging.column(held, LABEL))
    old = log_loss(champion.calibration.probability(judging.column(theirs, "score")), judging.column(theirs, LABEL))
    better = own < old
    verdict = "better than" if better else "not better than"
    return better, f"log loss {own:.6f}, {verdict} the champion's {old:.6f} (judged before on {day})"


def _card(split: Split, params: Params, calibration: Calibration) -> dict[str, Any]:
    days = {**asdict(split), "train": [str(day) for day in split.train], "validation": str(split.validation),
            "held_out": str(split.held_out)}
    return {"split": days, "params": dict(params), "calibration": calibration.kind,
            "refitted": "on training and validation cut-offs; calibrated before, judged after"}

