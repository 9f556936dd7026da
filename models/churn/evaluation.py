"""How a churn model did on a cut-off it never saw, beside plain rivals: rows for
ops.model_metrics.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Floats
from holdfast.models.churn.calibrate import platt
from holdfast.models.churn.dataset import RULE_HITS, column, values
from holdfast.models.churn.leavers import COVERAGE, Leavers
from holdfast.models.churn.level import Trend
from holdfast.models.churn.metrics import calibration_bins, gain_curve, log_loss, measure
from holdfast.models.churn.model import ChurnModel
from holdfast.models.fitting import Decision, MetricRow
from holdfast.models.trees.importance import importances
from holdfast.transformations.scoring.risk_bands import BANDS, BandCuts

MODEL: Final = "model"
PARTS: Final = 10
# predictor to the one feature it goes by, where the frame has it
RIVALS: Final = {"recency": "recency_days", "frequency": "orders_365d"}

OfRule = tuple[str, Floats, Floats]  # a written rule, probability and outcome of its customers


def evaluate(
    held_out: pd.DataFrame,
    probability: Floats,
    validation: pd.DataFrame,
    cutoff: date,
    bands: BandCuts,
    kernel_difference: float,
) -> list[MetricRow]:
    """Metric rows of the model and of its one-feature rivals, whose line in log-odds is fitted on
    validation rows.
    """
    churned = column(held_out, "churned")
    found = _model_rows(probability, churned, bands, cutoff)
    found += _rule_rows(held_out, probability, cutoff)
    found += _rows(MODEL, cutoff, {"kernel_difference": kernel_difference}, len(churned))
    for name, feature in RIVALS.items():
        if feature not in held_out:
            continue
        score, before = _impute(held_out, feature), _impute(validation, feature)
        sign = 1.0 if name == "recency" else -1.0
        curve = platt(sign * before, column(validation, "churned"))
        found += _rows(
            name,
            cutoff,
            measure(curve.probability(sign * score), churned, sign * score),
            len(churned),
        )
        found += _gain_rows(name, sign * score, churned, cutoff)
    return found


def evaluate_logistic(score: Floats, held_out: pd.DataFrame, cutoff: date) -> list[MetricRow]:
    """Metric rows of the logistic regression, given its log-odds."""
    churned, probability = column(held_out, "churned"), 1.0 / (1.0 + np.exp(-score))
    return _rows(
        "logistic", cutoff, measure(probability, churned, score), len(churned)
    ) + _gain_rows("logistic", score, churned, cutoff)


def rate_features(model: ChurnModel, held_out: pd.DataFrame) -> list[MetricRow]:
    """A metric row of each feature: its mean absolute contribution to what the trees say."""
    found = importances(model.nodes, values(held_out, model.nodes.features))
    return [
        row
        for name, value in found.items()
        for row in _rows(
            MODEL, model.evaluated_on, {"importance": value}, len(held_out), f"feature={name}"
        )
    ]


def describe_trend(trend: Trend, cutoff: date) -> list[MetricRow]:
    """The share of leavers on each cut-off that counts, and by how much they trend."""
    found = _rows(MODEL, cutoff, {"rate_trend": trend.z}, sum(trend.customers.values()))
    for day, rate in trend.rates.items():
        figures = {"leaving_rate": rate}
        found += _rows(MODEL, cutoff, figures, trend.customers[day], f"as_of={day}")
    return found


def compare(probability: Floats, held_out: pd.DataFrame, champion: ChurnModel | None) -> Decision:
    """Whether to take the champion's place, and why: by log loss on the held-out cut-off, of which
    neither has learnt.
    """
    if champion is None:
        return Decision(True, "there is no champion for this horizon and these features")
    churned = column(held_out, "churned")
    ours = log_loss(probability, churned)
    theirs = log_loss(champion.probability(values(held_out, champion.nodes.features)), churned)
    outcome = "better than" if ours < theirs else "not better than"
    return Decision(
        ours < theirs,
        f"log loss {ours:.6f}, {outcome} the champion's {theirs:.6f} (evaluated before on "
        f"{champion.evaluated_on})",
    )


def find_alarms(held_out: pd.DataFrame, probability: Floats) -> tuple[str, ...]:
    """The written rules whose customers left more often than their probabilities say, beyond what
    chance does to any of that many rules in 5 of 100 cases: they know what the model does not.
    """
    return _choose_alarms(_split_by_rule(held_out, probability))


def _choose_alarms(rules: Sequence[OfRule]) -> tuple[str, ...]:
    coverage = 1 - (1 - COVERAGE) / max(len(rules), 1)
    return tuple(
        rule
        for rule, expected, churned in rules
        if churned.sum() > Leavers.of(expected).interval(coverage)[1]
    )


def _split_by_rule(held_out: pd.DataFrame, probability: Floats) -> list[OfRule]:
    """Each rule that fired, by name."""
    hits, churned = held_out[RULE_HITS].str.split(","), column(held_out, "churned")
    rules = []
    for rule in sorted({name for fired in hits for name in fired if name}):
        of_rule = np.array([rule in fired for fired in hits])
        rules.append((rule, probability[of_rule], churned[of_rule]))
    return rules


def _rule_rows(held_out: pd.DataFrame, probability: Floats, cutoff: date) -> list[MetricRow]:
    """Each rule's customers, and whether it raises an alarm of its own."""
    rules, found = _split_by_rule(held_out, probability), []
    alarms = _choose_alarms(rules)
    for rule, expected, churned in rules:
        is_alarm, part = {"is_alarm": float(rule in alarms)}, f"rule={rule}"
        found += _leaver_rows(expected, churned, cutoff, part)
        found += _rows(MODEL, cutoff, is_alarm, len(churned), part)
    return found


def _leaver_rows(
    probability: Floats, churned: Floats, cutoff: date, part: str = "all"
) -> list[MetricRow]:
    """Leavers expected and real, and the 95 % interval that chance alone leaves them."""
    leavers = Leavers.of(probability)
    low, high = leavers.interval()
    figures = {
        "expected_leavers": leavers.expected,
        "leavers": float(churned.sum()),
        "leavers_low": low,
        "leavers_high": high,
    }
    return _rows(MODEL, cutoff, figures, len(churned), part)


def _model_rows(
    probability: Floats, churned: Floats, cuts: BandCuts, cutoff: date
) -> list[MetricRow]:
    """Overall, by bin of probability, by risk band, and the gain curve."""
    found = _rows(MODEL, cutoff, measure(probability, churned), len(churned))
    found += _leaver_rows(probability, churned, cutoff)
    for number, (expected, observed, rows) in enumerate(
        zip(*calibration_bins(probability, churned), strict=True), 1
    ):
        figures = {"mean_probability": float(expected), "observed_rate": float(observed)}
        found += _rows(MODEL, cutoff, figures, int(rows), f"bin={number:02d}")
    place = np.searchsorted([cuts.early, cuts.medium, cuts.high], probability, side="right")
    for number in np.unique(place):
        own, part = place == number, f"risk_band={BANDS[number]}"
        found += _leaver_rows(probability[own], churned[own], cutoff, part)
    return found + _gain_rows(MODEL, probability, churned, cutoff)


def _gain_rows(predictor: str, score: Floats, churned: Floats, cutoff: date) -> list[MetricRow]:
    """Of contacting the riskiest tenth, two tenths, ...: the share of leavers reached (gain), and
    that over the share contacted (lift).
    """
    found: list[MetricRow] = []
    for part, gain in enumerate(gain_curve(score, churned, PARTS), 1):
        share = part / PARTS
        figures = {"gain": float(gain), "lift": float(gain) / share}
        found += _rows(predictor, cutoff, figures, len(churned), f"contacted={share:.1f}")
    return found


def _rows(
    predictor: str, cutoff: date, figures: Mapping[str, float], rows: int, part: str = "all"
) -> list[MetricRow]:
    return [
        {
            "predictor": predictor,
            "cutoff_on": cutoff,
            "slice": part,
            "metric": metric,
            "value": float(value),
            "rows": rows,
        }
        for metric, value in figures.items()
    ]


def _impute(rows: pd.DataFrame, feature: str) -> Floats:
    """A feature with gaps at its median."""
    score = column(rows, feature)
    known = score[np.isfinite(score)]
    return np.where(np.isfinite(score), score, np.median(known) if len(known) else 0.0)
