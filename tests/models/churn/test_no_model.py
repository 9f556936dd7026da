"""When no churn model is fitted, and why that is."""

from dataclasses import replace

import pytest
from pyspark.sql import SparkSession

from holdfast.models.churn.dataset import find_shortage
from holdfast.models.churn.split import Fold, Split
from holdfast.models.churn.training import fit
from tests.models.churn.retailers import (
    CONFIG,
    FEATURES,
    HELD_OUT,
    SPLIT,
    TRAIN,
    VALIDATION,
    everyone,
    labelled,
)

SINGLE = Split((VALIDATION,), (Fold((VALIDATION,), VALIDATION, by_customer=True),), HELD_OUT)


def test_where_nothing_tells_more_than_the_written_rules_there_is_no_model(
    spark: SparkSession,
) -> None:
    result = fit(labelled(spark, everyone()), ("noise",), CONFIG, split=SPLIT)
    assert result.model is None
    assert result.decision.why.startswith("rules does better than constant on")


def test_with_too_few_leavers_it_says_so_and_fits_nothing(spark: SparkSession) -> None:
    config = replace(CONFIG, min_outcomes_per_class=150)
    result = fit(labelled(spark, everyone()), FEATURES, config, split=SINGLE)
    assert result.model is None and not result.decision.is_promoted
    assert "in the training cut-offs, 150 of each are needed" in result.decision.why


def test_the_sample_is_drawn_from_rows_that_are_kept_nowhere(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = labelled(spark, everyone())
    for name in ("localCheckpoint", "checkpoint", "persist", "cache"):
        monkeypatch.delattr(type(frame), name)
    assert fit(frame, ("noise",), CONFIG, split=SINGLE).decision.why


def test_the_part_that_is_short_is_named() -> None:
    fold, enough = Fold(TRAIN, VALIDATION), (25, 30)
    days = (*TRAIN, VALIDATION, HELD_OUT)
    counts = {(day, side): enough for day in days for side in (0, 1)}
    assert find_shortage(counts, fold, HELD_OUT, 50) == ""
    stays = counts | {(HELD_OUT, side): (0, 30) for side in (0, 1)}
    assert find_shortage(stays, fold, HELD_OUT, 1) == (
        "0 leavers and 60 stayers in the held-out cut-offs, 1 of each are needed"
    )
    del counts[VALIDATION, 0], counts[VALIDATION, 1]
    assert find_shortage(counts, fold, HELD_OUT, 1).startswith(
        "0 leavers and 0 stayers in the validation"
    )
