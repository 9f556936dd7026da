"""Reasons of each customer in one pass over the features, with the evidence behind them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.models.arrays import Floats
from holdfast.models.churn.reasons import (
    ENGAGEMENT,
    FEATURES,
    GRIEVANCES,
    LEAST_EVIDENCE,
    LEAST_LOSS,
    LEAST_PROBABILITY,
    ReasonModel,
    Rows,
)
from holdfast.models.trees.scoring import MISSING, apply_kernel
from holdfast.transformations.tables.vocabulary import UNCLEAR

MOST_REASONS: Final = 3
_WIDE: Final = 900.0  # log-odds beyond which nothing is distinguished, and the contract has no room
_KINDS: Final = ("weight", "probability", "piece", "value", "baseline")


def score_reasons(
    frame: DataFrame, model: ReasonModel, keys: Sequence[str] = ("customer_id",)
) -> DataFrame:
    """One row per customer and reason: `keys`, reason_rank, reason, contribution,
    share_probability, evidence, evidence_value, evidence_baseline.

    `frame` has one row per `keys` with FEATURES. Up to three grievances are named, the most
    likely first; lost interest where there is none, and where it does not show either, `unclear`
    without evidence. The contribution is the weight of all the reason's evidence in log-odds, the
    evidence its strongest piece, the baseline what would be usual.
    """
    columns = [f"{kind}_{name}" for name in (*GRIEVANCES, ENGAGEMENT) for kind in _KINDS]

    def kernel(values: Floats) -> dict[str, Floats]:
        known = np.where(values == MISSING, np.nan, values)
        return _answers(model, dict(zip(FEATURES, known.T, strict=True)))

    scored = apply_kernel(frame, keys, FEATURES, kernel, columns)
    named = F.slice(F.reverse(F.array_sort(_grievances(model))), 1, MOST_REASONS)
    rest = F.when(F.col(f"weight_{ENGAGEMENT}") >= F.lit(LEAST_LOSS), F.array(_lost(model)))
    reasons = F.when(F.size(named) > 0, named).otherwise(F.coalesce(rest, F.array(_unclear())))
    rows = scored.select(*keys, F.posexplode(reasons).alias("rank", "found"))
    return rows.select(
        *keys,
        (F.col("rank") + 1).alias("reason_rank"),
        F.col("found.reason").alias("reason"),
        F.col("found.contribution").cast("decimal(9,6)").alias("contribution"),
        F.col("found.probability").cast("decimal(9,6)").alias("share_probability"),
        F.col("found.evidence").alias("evidence"),
        F.nanvl("found.value", F.lit(None)).cast("decimal(18,4)").alias("evidence_value"),
        F.nanvl("found.baseline", F.lit(None)).cast("decimal(18,4)").alias("evidence_baseline"),
    )


def _answers(model: ReasonModel, rows: Rows) -> dict[str, Floats]:
    """By reason: the weight of its evidence, its probability (nan for lost interest), the strongest
    piece, that feature's value, and what would be usual.
    """
    weights = model.weigh(rows)
    chances = model.probabilities(weights)
    found = {}
    for reason, own in weights.items():
        pieces = model.pieces_of(reason)
        strongest = own.argmax(axis=1)
        every = np.arange(len(own))
        values = np.column_stack([rows[piece.of.feature] for piece in pieces])
        usual = np.column_stack([piece.baseline(rows) for piece in pieces])
        found[f"weight_{reason}"] = own.sum(axis=1).clip(-_WIDE, _WIDE)
        found[f"probability_{reason}"] = chances.get(reason, np.full(len(own), np.nan))
        found[f"piece_{reason}"] = strongest.astype(np.float64)
        found[f"value_{reason}"] = values[every, strongest]
        found[f"baseline_{reason}"] = usual[every, strongest]
    return found


def _grievances(model: ReasonModel) -> Column:
    """Array of the grievances that may be named."""
    named = (
        F.when(
            (F.col(f"weight_{name}") > F.lit(LEAST_EVIDENCE))
            & (F.col(f"probability_{name}") >= F.lit(LEAST_PROBABILITY)),
            _reason(model, name, F.col(f"probability_{name}")),
        )
        for name in GRIEVANCES
    )
    return F.array_compact(F.array(*named))


def _lost(model: ReasonModel) -> Column:
    return _reason(model, ENGAGEMENT, F.lit(None))


def _reason(model: ReasonModel, name: str, probability: Column) -> Column:
    """A reason, first the fields by which it is ranked."""
    pieces = F.array(*(F.lit(piece.of.feature) for piece in model.pieces_of(name)))
    return F.struct(
        probability.cast("double").alias("probability"),
        F.col(f"weight_{name}").alias("contribution"),
        F.lit(name).alias("reason"),
        F.element_at(pieces, F.col(f"piece_{name}").cast("int") + 1).alias("evidence"),
        F.col(f"value_{name}").alias("value"),
        F.col(f"baseline_{name}").alias("baseline"),
    )


def _unclear() -> Column:
    nothing = F.lit(None).cast("double")
    return F.struct(
        nothing.alias("probability"),
        nothing.alias("contribution"),
        F.lit(UNCLEAR).alias("reason"),
        F.lit(None).cast("string").alias("evidence"),
        nothing.alias("value"),
        nothing.alias("baseline"),
    )
