"""How a churn model did on cut-offs it never saw, beside its rivals: rows for ops.model_metrics."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Floats
from holdfast.models.churn.bands import BandRule
from holdfast.models.churn.dataset import LABEL, RULE_HITS, column, values
from holdfast.models.churn.leavers import COVERAGE, Leavers
from holdfast.models.churn.level import Trend
from holdfast.models.churn.metrics import calibration_bins, gain_curve, measure
from holdfast.models.churn.model import ChurnModel
from holdfast.models.fitting import MetricRow
from holdfast.transformations.scoring.risk_bands import BANDS, BandCuts

MODEL: Final = "model"
PARTS: Final = 10

OfRule = tuple[str, Floats, Floats]  # a written rule, probability and outcome of its customers


def answer(model: ChurnModel, rows: pd.DataFrame, day: date) -> Floats:
    """The model's probabilities of customers of a day, on the driver."""
    return model.probability(values(rows, model.features), day)


def evaluate(model: ChurnModel, held_out: pd.DataFrame, bands: BandRule) -> list[MetricRow]:
    """Metric rows of the model in use on the day that nothing was chosen by."""
    cutoff, churned = model.evaluated_on, column(held_out, LABEL)
    probability = answer(model, held_out, cutoff)
    spread = model.levels.forecast(cutoff).spread
    cuts = bands.cut(
        float(probability.mean()), lambda share: float(np.quantile(probability, share))
    )
    found = _model_rows(probability, churned, cuts, cutoff, spread)
    found += _rule_rows(held_out, probability, cutoff)
    for name, value in model.predictor.rate_features(values(held_out, model.features)).items():
        part, figures = f"feature={name}", {"importance": value}
        found += _rows(MODEL, cutoff, figures, len(held_out), part)
    return found


def describe_level(model: ChurnModel) -> list[MetricRow]:
    """How well the level of the log-odds is known from the day on which all outcomes were."""
    spread = model.levels.forecast(model.levels.known_from).spread
    days = len(model.levels.shifts)
    return _rows(MODEL, model.evaluated_on, {"level_spread": spread}, days)


def evaluate_candidate(model: ChurnModel, held_out: pd.DataFrame) -> list[MetricRow]:
    """Metric rows of a candidate under the name of its kind."""
    cutoff, churned = model.evaluated_on, column(held_out, LABEL)
    probability = answer(model, held_out, cutoff)
    found = _rows(model.predictor.kind, cutoff, measure(probability, churned), len(churned))
    return found + _gain_rows(model.predictor.kind, probability, churned, cutoff)


def evaluate_day(
    predictor: str, probability: Floats, churned: Floats, cutoff: date
) -> list[MetricRow]:
    """Metric rows of a candidate on a day that it was compared on."""
    figures = measure(probability, churned) | {
        "expected_leavers": float(probability.sum()),
        "leavers": float(churned.sum()),
    }
    return _rows(predictor, cutoff, figures, len(churned))


def describe_trend(trend: Trend, cutoff: date) -> list[MetricRow]:
    """The share of leavers on each cut-off that counts, and by how much they trend."""
    found = _rows(MODEL, cutoff, {"rate_trend": trend.z}, sum(trend.customers.values()))
    for day, rate in trend.rates.items():
        figures = {"leaving_rate": rate}
        found += _rows(MODEL, cutoff, figures, trend.customers[day], f"as_of={day}")
    return found


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
    probability: Floats,
    churned: Floats,
    cutoff: date,
    part: str = "all",
    spread: float = 0.0,
) -> list[MetricRow]:
    """Leavers expected and real, and the 95 % interval that chance and a level known to `spread`
    leave them.
    """
    leavers = Leavers.of(probability).under(spread)
    low, high = leavers.interval()
    figures = {
        "expected_leavers": leavers.expected,
        "leavers": float(churned.sum()),
        "leavers_low": low,
        "leavers_high": high,
    }
    return _rows(MODEL, cutoff, figures, len(churned), part)


def _model_rows(
    probability: Floats, churned: Floats, cuts: BandCuts, cutoff: date, spread: float
) -> list[MetricRow]:
    """Overall, by bin of probability, by risk band, and the gain curve."""
    found = _rows(MODEL, cutoff, measure(probability, churned), len(churned))
    found += _leaver_rows(probability, churned, cutoff, spread=spread)
    for number, (expected, observed, rows) in enumerate(
        zip(*calibration_bins(probability, churned), strict=True), 1
    ):
        figures = {"mean_probability": float(expected), "observed_rate": float(observed)}
        found += _rows(MODEL, cutoff, figures, int(rows), f"bin={number:02d}")
    starts = [0.0, cuts.early, cuts.medium, cuts.high]
    place = np.searchsorted(starts[1:], probability, side="right")
    for number in np.unique(place):
        own, part = place == number, f"risk_band={BANDS[number]}"
        begins = {"from_probability": starts[number]}
        found += _rows(MODEL, cutoff, begins, int(own.sum()), part)
        found += _leaver_rows(probability[own], churned[own], cutoff, part, spread)
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
