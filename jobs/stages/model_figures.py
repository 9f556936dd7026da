"""Pictures of a fitted model for MLflow, drawn from its metric rows."""

from collections.abc import Sequence
from typing import Final

import altair as alt
import pandas as pd
import vl_convert

from holdfast.models.fitting import MetricRow

_SHARE: Final = alt.Axis(format="%")
_WHOLE: Final = alt.Scale(domain=[0, 1])
_MOST: Final = 20  # features that are drawn


def draw_figures(metrics: Sequence[MetricRow]) -> dict[str, str]:
    """SVG by name, of what the metrics have: `calibration` (observed rate against probability, by
    bin), `gain` (leavers reached against customers contacted, beside rivals), `importance` (mean
    absolute Shapley value of the weightiest features).
    """
    if not metrics:
        return {}
    rows = pd.DataFrame(metrics, columns=["predictor", "slice", "metric", "value"])
    parts = rows["slice"].str.partition("=")
    sliced = rows.assign(by=parts[0], at=parts[2])
    drawn = {
        "calibration": _draw_calibration(sliced[sliced["by"] == "bin"]),
        "gain": _draw_gain(sliced[sliced["metric"] == "gain"]),
        "importance": _draw_importance(sliced[sliced["by"] == "feature"]),
    }
    return {
        name: vl_convert.vegalite_to_svg(chart.to_dict()) for name, chart in drawn.items() if chart
    }


def _draw_calibration(bins: pd.DataFrame) -> alt.Chart | None:
    if bins.empty:
        return None
    wide = bins.pivot(index="at", columns="metric", values="value").reset_index()
    chart: alt.Chart = (
        alt.Chart(wide, width=360, height=360)
        .mark_circle(size=60)
        .encode(
            x=alt.X("mean_probability:Q", title="probability", axis=_SHARE, scale=_WHOLE),
            y=alt.Y("observed_rate:Q", title="share who left", axis=_SHARE, scale=_WHOLE),
        )
    )
    return chart


def _draw_gain(gains: pd.DataFrame) -> alt.Chart | None:
    if gains.empty:
        return None
    shown = gains.assign(contacted=gains["at"].astype(float))[["predictor", "contacted", "value"]]
    chart: alt.Chart = (
        alt.Chart(shown, width=360, height=360)
        .mark_line(point=True)
        .encode(
            x=alt.X("contacted:Q", title="customers contacted", axis=_SHARE, scale=_WHOLE),
            y=alt.Y("value:Q", title="leavers reached", axis=_SHARE, scale=_WHOLE),
            color=alt.Color("predictor:N", title="ranked by"),
        )
    )
    return chart


def _draw_importance(features: pd.DataFrame) -> alt.Chart | None:
    if features.empty:
        return None
    first = features.nlargest(_MOST, "value")[["at", "value"]]
    chart: alt.Chart = (
        alt.Chart(first, width=360)
        .mark_bar()
        .encode(
            x=alt.X("value:Q", title="mean absolute Shapley value"),
            y=alt.Y("at:N", title=None, sort="-x"),
        )
    )
    return chart
