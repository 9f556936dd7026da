"""Today's customers beside those that the churn model learnt from, as rows of ops.drift."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.errors import DriftError
from holdfast.jobs.runtime.registry.champions import champion_rows
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.consent import read_consent
from holdfast.jobs.stages.training import CHURN_MODEL, collect_cutoffs
from holdfast.models.arrays import Floats
from holdfast.models.drift.cells import Counts, count_cells, find_edges, sample_values
from holdfast.models.drift.distances import jensen_shannon, population_stability
from holdfast.models.drift.stability import find_smallest_shift, rate_features
from holdfast.transformations.features.registry import NAMES, SNAPSHOTS
from holdfast.transformations.tables.drift import ALL_FEATURES
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.gold import CHURN_SCORES
from holdfast.transformations.tables.ops import MODEL_EVENTS, MODEL_METRICS
from holdfast.transformations.tables.vocabulary import DriftMeasure, Purpose

SCORE: Final = "churn_probability"
# Their spread moves with the calendar whatever customers do: measured, and no part of the test.
CALENDAR: Final = ("tenure_days", "season_month", "cohort_year")
_SHOWN: Final = 5  # features named in an alarm

Row = dict[str, Any]


@dataclass(frozen=True)
class Reference:
    """The newest cut-offs that the champion learnt from, oldest first, its version, and the
    held-out day it was evaluated on.
    """

    days: tuple[date, ...]
    version: int
    held_out: date


@dataclass(frozen=True)
class Features:
    """Rows of ops.drift about features, what the user reads of them, and the alarm, if any."""

    rows: list[Row]
    summary: str
    alarm: str


def find_reference(ctx: Context) -> Reference | None:
    """What the churn model of record learnt from; None before there was one."""
    runs = {*ctx.published_runs, ctx.run_number}
    champion = champion_rows(ctx.read(MODEL_EVENTS), runs).get(CHURN_MODEL.name)
    if champion is None:
        return None
    cutoffs = sorted(collect_cutoffs(ctx.read(LABELS)))
    learnt = [day for day in cutoffs if day <= champion.trained_through_on]
    days = tuple(learnt[-ctx.settings.drift.cutoffs :])
    return Reference(days, champion.model_version, champion.evaluated_on) if days else None


def compare_features(ctx: Context, reference: Reference) -> Features:
    """Customers who are asked about, today and on the days of the reference."""
    counts, days = _count_features(ctx, reference), reference.days
    tested = {name: one for name, one in counts.items() if name not in CALENDAR}
    rate = ctx.settings.drift.false_alarms
    p_values = dict(zip(tested, map(float, rate_features(tested.values())), strict=True))
    p_values[ALL_FEATURES] = min(p_values.values())
    one = next(iter(counts.values()))
    halves = (float(one.half_before.sum()), float(one.half_today.sum()))
    shift = find_smallest_shift(*halves, len(tested), rate)
    rows = [row for name, one in counts.items() for row in _distances(name, one, days)]
    rows.append(_row(ALL_FEATURES, "smallest_shift", shift, halves, days))
    for name, p_value in p_values.items():
        row = _row(name, "p_value", p_value, halves, days)
        rows.append(row | {"is_alarm": p_value < rate})
    moved = sorted((p, name) for name, p in p_values.items() if p < rate and name != ALL_FEATURES)
    return Features(rows, _summary(days, p_values[ALL_FEATURES], shift), _alarm(moved))


def _count_features(ctx: Context, reference: Reference) -> dict[str, Counts]:
    """Counts of every feature, cut on the reference."""
    days = F.col("as_of").isin(*reference.days, ctx.as_of)
    is_asked = F.col("recency_days") <= F.lit(float(ctx.settings.features.eligible_days))
    snapshots = ctx.read(SNAPSHOTS).filter(days & is_asked)
    allowed = read_consent(ctx).filter_rows(snapshots, Purpose.ANALYTICS)
    values = sample_values(allowed.filter(F.col("as_of") < F.lit(ctx.as_of)), NAMES)
    edges = {name: find_edges(known) for name, known in values.items()}
    return count_cells(allowed, edges, reference.days, ctx.as_of)


def compare_scores(ctx: Context, reference: Reference) -> list[Row]:
    """Today's scores beside those of the held-out day, which the model had not seen, as
    ops.model_metrics holds them: equal groups by their mean. And how many left then, beside how
    many it had expected.
    """
    metrics = _read_metrics(ctx, reference)
    groups = metrics[metrics["metric"] == "mean_probability"].sort_values("value")
    means, customers = (np.asarray(groups[name], dtype=float) for name in ("value", "rows"))
    whole = metrics[metrics["slice"] == "all"].set_index("metric")["value"]
    day = (reference.held_out,)
    rows = [_gap_row(whole, int(customers.sum()), day)] if "leavers_low" in whole else []
    edges = np.unique((means[1:] + means[:-1]) / 2)
    today = _count_scores(ctx, edges) if len(edges) else np.zeros(1)
    if not today.sum():
        return rows
    then = np.zeros(len(today))
    np.add.at(then, np.searchsorted(edges, means), customers)
    return rows + _distances(SCORE, Counts(then[None, :], today, then, today), day)


def _read_metrics(ctx: Context, reference: Reference) -> pd.DataFrame:
    """The model's own figures on its held-out day: slice, metric, value, rows."""
    whole_or_bin = (F.col("slice") == F.lit("all")) | F.col("slice").startswith("bin=")
    own = ctx.read(MODEL_METRICS).filter(
        (F.col("model_name") == F.lit(CHURN_MODEL.name))
        & (F.col("model_version") == F.lit(reference.version))
        & (F.col("predictor") == F.lit("model"))
        & (F.col("cutoff_on") == F.lit(reference.held_out))
        & whole_or_bin
    )
    return pd.DataFrame(own.select("slice", "metric", "value", "rows").toPandas())


def _count_scores(ctx: Context, edges: Floats) -> Floats:
    """Customers scored today by a probability, in the cells between the edges."""
    chance = F.col(SCORE).cast("double")
    scored = ctx.read(CHURN_SCORES).filter(
        (F.col("as_of") == F.lit(ctx.as_of)) & chance.isNotNull()
    )
    allowed = read_consent(ctx).filter_rows(scored, Purpose.ANALYTICS)
    ends = F.array(*(F.lit(float(edge)) for edge in edges))
    cell = F.size(F.filter(ends, lambda end: end < chance)).alias("cell")
    found = allowed.groupBy(cell).agg(F.count(F.lit(1)).alias("customers")).collect()
    counts = np.zeros(len(edges) + 1)
    for row in found:
        counts[row["cell"]] = row["customers"]
    return counts


def _distances(subject: str, counts: Counts, days: tuple[date, ...]) -> list[Row]:
    sides = counts.reference, counts.today
    sizes = (float(sides[0].sum()), float(sides[1].sum()))
    return [
        _row(subject, "psi", population_stability(*sides), sizes, days),
        _row(subject, "jensen_shannon", jensen_shannon(*sides), sizes, days),
    ]


def _gap_row(figures: Mapping[str, float], customers: int, days: tuple[date, ...]) -> Row:
    left = figures["leavers"]
    low, high = (float(figures[name] - left) for name in ("leavers_low", "leavers_high"))
    gap = float(figures["expected_leavers"] - left)
    row = _row(SCORE, "calibration_gap", gap, (customers, customers), days)
    return row | {"low": low, "high": high, "is_alarm": not low <= 0 <= high}


def _row(
    subject: str,
    measure: DriftMeasure,
    value: float,
    sizes: tuple[float, float],
    days: tuple[date, ...],
) -> Row:
    return {
        "subject": subject,
        "measure": measure,
        "value": value,
        "reference_from_on": days[0],
        "reference_to_on": days[-1],
        "reference_rows": int(sizes[0]),
        "rows": int(sizes[1]),
    }


def _summary(days: tuple[date, ...], p_value: float, shift: float) -> str:
    return (
        f"today beside {len(days)} cut-offs from {days[0]} to {days[-1]}: p = {p_value:.2g} over "
        f"all features; one that moves by {shift:.2f} standard deviations is found"
    )


def _alarm(moved: list[tuple[float, str]]) -> str:
    if not moved:
        return ""
    named = ", ".join(name for _, name in moved[:_SHOWN])
    more = f" and {len(moved) - _SHOWN} more" if len(moved) > _SHOWN else ""
    return f"Customers are not those that the churn model learnt from: {named}{more} moved"


def raise_alarm(ctx: Context, features: Features) -> None:
    """Say an alarm in red; raises DriftError, before anything is published, where settings ask for
    it.
    """
    if not features.alarm:
        return
    ctx.echo(features.alarm, is_alarm=True)
    if ctx.settings.drift.stop_on_alarm:
        raise DriftError(
            features.alarm,
            cure="Look into ops.drift. --set drift.stop_on_alarm=false --resume publishes all the "
            "same, --abandon undoes the run.",
        )
