"""Charts as inline SVG that takes its colours from the page, so that it follows light and dark."""

import hashlib
import math
import re
from typing import Any, Final

import altair as alt
import pandas as pd
import vl_convert
from markupsafe import Markup, escape

INK, SOFT, LINE, ACCENT, FAINT = (
    f"var(--{name})" for name in ("ink", "soft", "line", "accent", "none")
)
WIDTH, HEIGHT = 330, 240

_GAIN_LABELS: Final = {"model": "this model", "recency": "recency alone"}
_NAMESPACES: Final = re.compile(r'\sxmlns(:\w+)?="[^"]*"')
_CLIPS: Final = re.compile(r'(id="|url\(#)(?=clip|gradient)')
_SIZE: Final = re.compile(r'\swidth="\d+(\.\d+)?" height="\d+(\.\d+)?"(?= viewBox)')


def draw_gains(points: pd.DataFrame) -> Markup:
    """Leavers reached against customers contacted: the model, recency, and chance as a dashed
    line. `points`: predictor, contacted, reached.
    """
    shown = points[points["predictor"].isin(list(_GAIN_LABELS))]
    start = [
        {"predictor": name, "contacted": 0.0, "reached": 0.0}
        for name in shown["predictor"].unique()
    ]
    frame = pd.concat([pd.DataFrame(start), shown], ignore_index=True)
    colour = alt.Color(
        "predictor:N", legend=None, scale=alt.Scale(domain=list(_GAIN_LABELS), range=[ACCENT, SOFT])
    )
    lines = (
        alt.Chart(frame)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=_share("contacted", "Customers contacted, riskiest first"),
            y=_share("reached", "Leavers reached"),
            color=colour,
        )
    )
    at = frame[frame["contacted"].round(2).isin([0.3])].assign(
        text=lambda f: f["predictor"].map(_GAIN_LABELS)
    )
    spoken = "; ".join(
        f"{_GAIN_LABELS[row.predictor]}: {row.contacted:.0%} contacted, {row.reached:.0%} reached"
        for row in at.itertuples()
    )
    return _svg(
        alt.layer(_diagonal("chance"), lines, *_gain_labels(at, colour)),
        f"Share of leavers reached against share of customers contacted. {spoken}",
    )


def _gain_labels(at: pd.DataFrame, colour: alt.Color) -> list[alt.Chart]:
    """The name of each line beside it: the model's above, recency's below."""
    above = at["predictor"] == "model"
    places: list[tuple[Any, Any, int, int]] = [(above, "right", -6, -8), (~above, "left", 8, 10)]
    return [
        alt.Chart(at[mask])
        .mark_text(align=align, dx=dx, dy=dy, fontSize=12, fontWeight=600)
        .encode(x="contacted:Q", y="reached:Q", text="text:N", color=colour)
        for mask, align, dx, dy in places
    ]


def draw_calibration(bins: pd.DataFrame) -> Markup:
    """Observed against predicted share of leavers, one point per group of customers with
    equal probability.
    """
    frame = bins.astype({"expected": float, "observed": float, "rows": float})
    end = min(1.0, math.ceil(10 * frame[["expected", "observed"]].max().max() + 0.2) / 10)
    points = (
        alt.Chart(frame)
        .mark_circle(size=70, opacity=0.9, color=ACCENT)
        .encode(
            x=_share("expected", "Predicted share who leave", end),
            y=_share("observed", "Share who left", end),
        )
    )
    spoken = "; ".join(
        f"{row.expected:.0%} predicted, {row.observed:.0%} left" for row in frame.itertuples()
    )
    return _svg(
        alt.layer(_diagonal("perfect", end), points),
        f"Predicted against real share of leavers: {spoken}",
    )


def draw_value(bins: pd.DataFrame, order: list[str], currency: str) -> Markup:
    """Customers by expected value above, the mean 90 % interval of each group below. `bins`: label,
    customers, expected, low, high.
    """
    hidden = alt.X("label:O", sort=order, title=None, axis=None)
    bars = (
        alt.Chart(bins)
        .mark_bar(color=ACCENT, cornerRadiusEnd=2)
        .encode(x=hidden, y=alt.Y("customers:Q", title="Customers", axis=_axis(",.0f", 4)))
    )
    panels = alt.vconcat(
        bars.properties(width=2 * WIDTH, height=130),
        _intervals(bins, order, currency).properties(width=2 * WIDTH, height=190),
        spacing=10,
    )
    spoken = "; ".join(
        f"from {row.label}: {row.customers:,.0f} customers, between {row.low:,.0f} and "
        f"{row.high:,.0f}"
        for row in bins.itertuples()
    )
    return _svg(
        panels, f"Customers by expected value with the mean 90 % interval of each group. {spoken}"
    )


def _intervals(bins: pd.DataFrame, order: list[str], currency: str) -> Any:
    """The mean interval of each group as a bar, its mean forecast as a point, on a log scale."""
    plain: dict[str, Any] = {
        "labelColor": SOFT,
        "titleColor": SOFT,
        "titleFontWeight": "normal",
        "ticks": False,
    }
    across = alt.X(
        "label:O",
        sort=order,
        title="Expected to spend this much or more, up to the next group",
        axis=alt.Axis(labelAngle=0, titlePadding=10, domainColor=LINE, **plain),
    )
    steps = [0, *(10**power for power in range(1, 9) if 10**power <= bins["high"].max())]
    money = alt.Axis(format=",.0f", domain=False, gridColor=LINE, values=steps, **plain)
    scale = alt.Scale(type="symlog", constant=10)
    rules = (
        alt.Chart(bins)
        .mark_rule(color=ACCENT, strokeWidth=5, opacity=0.35, strokeCap="round")
        .encode(
            x=across,
            y=alt.Y("low:Q", scale=scale, axis=money, title=f"90 % interval, {currency}"),
            y2="high:Q",
        )
    )
    points = (
        alt.Chart(bins)
        .mark_circle(color=ACCENT, size=45, opacity=1)
        .encode(x=across, y=alt.Y("expected:Q", scale=scale))
    )
    return alt.layer(rules, points)


def _diagonal(name: str, end: float = 1.0) -> Any:
    ends = pd.DataFrame({"x": [0.0, end], "y": [0.0, end]})
    line = (
        alt.Chart(ends)
        .mark_line(strokeDash=[4, 4], color=FAINT, strokeWidth=1)
        .encode(x="x:Q", y="y:Q")
    )
    text = (
        alt.Chart(pd.DataFrame({"x": [0.93 * end], "y": [0.93 * end], "t": [name]}))
        .mark_text(color=SOFT, fontSize=11, align="left", baseline="top", dx=-26, dy=12)
        .encode(x="x:Q", y="y:Q", text="t:N")
    )
    return alt.layer(line, text)


def _share(field: str, title: str, end: float = 1.0) -> Any:
    channel = alt.X if field in ("contacted", "expected") else alt.Y
    return channel(f"{field}:Q", title=title, scale=alt.Scale(domain=[0, end]), axis=_axis("%", 5))


def _axis(form: str, ticks: int) -> alt.Axis:
    return alt.Axis(
        format=form,
        tickCount=ticks,
        labelColor=SOFT,
        titleColor=SOFT,
        domain=False,
        ticks=False,
        gridColor=LINE,
        titleFontWeight="normal",
        titlePadding=8,
        labelPadding=4,
    )


def _svg(chart: Any, spoken: str) -> Markup:
    """The chart as SVG without a background, a fixed size or a namespace address; one image to a
    screen reader.
    """
    if isinstance(chart, alt.LayerChart):
        chart = chart.properties(width=WIDTH, height=HEIGHT)
    shaped = chart.configure(background="transparent", font="inherit", padding=2).configure_view(
        stroke=None
    )
    text = vl_convert.vegalite_to_svg(
        shaped.configure_axis(labelFontSize=11, titleFontSize=12).to_dict()
    )
    text = _SIZE.sub("", _NAMESPACES.sub("", text), count=1)
    text = _CLIPS.sub(
        rf"\g<1>{hashlib.sha256(text.encode()).hexdigest()[:8]}-", text
    )  # ids are the page's, not the chart's
    return Markup(text.replace("<svg", f'<svg role="img" aria-label="{escape(spoken)}"', 1))
