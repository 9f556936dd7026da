"""Figures of labels beside a truth of a few hand-written customers."""

from typing import Any, Final

import pandas as pd
import pytest

from holdfast.jobs.stages.evaluation.segment_metrics import measure_profiles, measure_segments

NEVER: Final = pd.NaT
USUAL: Final[dict[str, Any]] = {
    "as_of": pd.Timestamp("2026-01-01"),
    "segment": None,
    "true_segment": "at_risk",
    "lifecycle": "active",
    "channel_profile": "web_first",
    "main_channel": "web",
    "orders": 9,
    "left_on": NEVER,
    "aggrieved_on": NEVER,
    "tenure_days": 400.0,
    "recency_days": 10.0,
}
LEFT: Final = {"left_on": pd.Timestamp("2025-06-01")}


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    seen = {"orders_365d": 1.0, "orders_90d": 1.0, "spend_365d": 1.0}
    return pd.DataFrame([{**USUAL, **seen, "customer_id": i, **row} for i, row in enumerate(rows)])


def test_stages_are_compared_with_who_left_and_for_how_long_they_have_been_silent() -> None:
    found = measure_profiles(
        frame(
            {},
            {"recency_days": 100.0},  # stays, and the plain rule takes it for dormant
            {**LEFT, "recency_days": 120.0, "lifecycle": "dormant"},
            {**LEFT, "recency_days": 200.0, "lifecycle": "lapsed"},
            {"tenure_days": 20.0, "lifecycle": "new"},
            {"orders": 2, "lifecycle": "lapsed"},  # too few orders to be asked
        )
    )
    assert found["lifecycle_macro_f1"] == 1.0
    plain = (2 / 3 + 2 / 3 + 1 + 1) / 4  # of active, dormant, lapsed, new
    assert found["lifecycle_macro_f1_plain_rule"] == pytest.approx(plain)


def test_channels_are_compared_with_where_most_is_bought() -> None:
    found = measure_profiles(
        frame(
            {},
            {"main_channel": "app", "channel_profile": "mobile_first"},
            {"main_channel": "pos", "channel_profile": "omnichannel"},
        )
    )
    assert found["channel_macro_f1"] == pytest.approx(2 / 3)


def test_without_segments_there_are_no_figures_of_them() -> None:
    assert measure_segments(frame({}, {}), None) == {}  # type: ignore[arg-type] # not looked at
