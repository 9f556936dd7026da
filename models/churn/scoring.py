"""Probability of each customer and the signs it rests on, in one pass: the numpy kernel and its
exact contributions.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.models.arrays import Floats
from holdfast.models.churn.model import ChurnModel
from holdfast.models.trees.scoring import apply_kernel

_SHOWN: Final = (
    "contribution",
    "share_probability",
    "evidence",
    "evidence_value",
    "evidence_baseline",
)


def score(
    frame: DataFrame,
    model: ChurnModel,
    group_of: Mapping[str, str] | None = None,
    as_of: date | None = None,
) -> DataFrame:
    """One row per row of `frame` (customer_id and the model's features): customer_id, probability
    of leaving within the horizon, and per group its contribution to the log-odds
    (`group_<name>`) and the place of the feature that contributed most (`evidence_<name>`).

    `group_of` names the group of each feature; without it each feature is a group of its own. The
    level is that of the day `as_of`, else of the first day on which all outcomes were known.

        score(customers, model, {"visits": "engagement", "opens": "engagement", "price": "price"})
    """
    group_of = group_of or _alone(model)
    calibration = model.calibration_on(as_of)
    groups, singles = model.predictor.explain(group_of), model.predictor.explain()
    names = groups.players
    members = {
        name: [place for place, feature in enumerate(singles.players) if group_of[feature] == name]
        for name in names
    }

    def kernel(values: Floats) -> dict[str, Floats]:
        by_group, by_feature = groups.contributions(values), singles.contributions(values)
        outputs = {"probability": calibration.probability(model.predictor.score(values))}
        for place, name in enumerate(names):
            own = by_feature[:, members[name]]
            outputs[f"group_{name}"] = by_group[:, place]
            outputs[f"evidence_{name}"] = np.array(members[name], dtype=np.float64)[
                own.argmax(axis=1)
            ]
        return outputs

    columns = [
        "probability",
        *(f"{kind}_{name}" for name in names for kind in ("group", "evidence")),
    ]
    return apply_kernel(frame, ["customer_id"], model.features, kernel, columns)


def score_alone(frame: DataFrame, model: ChurnModel, keys: Sequence[str]) -> DataFrame:
    """`keys` and probability of each row of `frame`, at the level of the first day on which all
    outcomes were known that the model learnt from.
    """

    def kernel(values: Floats) -> dict[str, Floats]:
        return {"probability": model.probability(values)}

    return apply_kernel(frame, keys, model.features, kernel, ["probability"])


def rank_signs(
    scores: DataFrame,
    frame: DataFrame,
    model: ChurnModel,
    group_of: Mapping[str, str] | None = None,
    baseline_of: Mapping[str, str | None] | None = None,
) -> DataFrame:
    """One row per customer and sign: customer_id, sign_rank, sign, contribution, share_probability,
    evidence, evidence_value, evidence_baseline.

    Of the answers `scores` of `score` for `frame`, the groups that push a customer towards leaving,
    the strongest first; the share is of all of them. Evidence is the group's strongest feature; its
    baseline is the column that `baseline_of` names for it (the customer's own past), else the
    median of the training rows.
    """
    ranked = _rank_groups(scores, frame, model, group_of, baseline_of)
    return ranked.select(
        "customer_id", F.col("rank").alias("sign_rank"), F.col("group").alias("sign"), *_SHOWN
    )


def _rank_groups(
    scores: DataFrame,
    frame: DataFrame,
    model: ChurnModel,
    group_of: Mapping[str, str] | None,
    baseline_of: Mapping[str, str | None] | None,
) -> DataFrame:
    """One row per customer and group that pushes towards leaving, by rank from 1."""
    pushes = _pushes(model.predictor.explain(group_of or _alone(model)).players)
    total = F.aggregate(pushes, F.lit(0.0), lambda whole, push: whole + push["contribution"])
    ranked = F.posexplode(F.reverse(F.array_sort(pushes))).alias("place", "push")
    rows = scores.select("customer_id", total.alias("total"), ranked)
    evidence = F.element_at(
        F.array(*(F.lit(name) for name in model.features)), F.col("push.place") + 1
    )
    share = F.least(F.col("push.contribution") / F.col("total"), F.lit(1.0))
    facts = _facts(frame, model, baseline_of or {})
    return rows.join(facts, on=["customer_id"], how="inner").select(
        "customer_id",
        (F.col("place") + 1).alias("rank"),
        F.col("push.group").alias("group"),
        F.col("push.contribution").cast("decimal(9,6)").alias("contribution"),
        share.cast("decimal(9,6)").alias("share_probability"),
        evidence.alias("evidence"),
        _measure("values"),
        _measure("baselines"),
    )


def _pushes(groups: Sequence[str]) -> Column:
    """Array of the groups that push towards leaving: contribution, group, place of evidence."""
    pushes = F.array(
        *(
            F.struct(
                F.col(f"group_{name}").alias("contribution"),
                F.lit(name).alias("group"),
                F.col(f"evidence_{name}").cast("int").alias("place"),
            )
            for name in groups
        )
    )
    return F.filter(pushes, lambda push: push["contribution"] > 0)


def _alone(model: ChurnModel) -> dict[str, str]:
    """Each feature a group of its own."""
    return {name: name for name in model.features}


def _facts(frame: DataFrame, model: ChurnModel, baseline_of: Mapping[str, str | None]) -> DataFrame:
    names = model.features
    own = [
        F.col(baseline)
        if (baseline := baseline_of.get(name))
        else F.lit(model.medians.get(name)).cast("double")
        for name in names
    ]
    return frame.select(
        "customer_id",
        F.array(*(F.col(name).cast("double") for name in names)).alias("values"),
        F.array(*own).alias("baselines"),
    )


def _measure(array: str) -> Column:
    return (
        F.element_at(array, F.col("push.place") + 1)
        .cast("decimal(18,4)")
        .alias(f"evidence_{array.removesuffix('s')}")
    )
