"""Who is in the base: segments, stages and tiers of all customers, and who moved between them."""

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.bars import Bar
from holdfast.jobs.stages.report.model import ReportData
from holdfast.jobs.stages.report.parts import collect_part, count_rows
from holdfast.transformations.tables.gold import (
    CUSTOMER_SEGMENTS,
    SEGMENT_MIGRATIONS,
    SEGMENT_PROFILES,
)
from holdfast.transformations.tables.vocabulary import LIFECYCLES, VALUE_TIERS

BASE_TABLES: Final = (CUSTOMER_SEGMENTS, SEGMENT_PROFILES, SEGMENT_MIGRATIONS)
_STAGES: Final = {
    "new": "New",
    "active": "Active",
    "dormant": "Dormant",
    "lapsed": "Lapsed",
}
_TIERS: Final = {
    "top": "Top tier",
    "second": "Second tier",
    "third": "Third tier",
    "bottom": "Bottom tier",
}
_NONE: Final = "none"


@dataclass(frozen=True)
class Base:
    """Everything the section on the base shows; without segments there are stages and tiers."""

    segments: list[Bar]
    stages: list[Bar]
    tiers: list[Bar]
    moves: dict[str, Any]
    moved: str


def load_base(ctx: Context) -> dict[str, pd.DataFrame]:
    """The parts `segments`, `labels` and `moves` of the day."""
    customers, profiles, moves = (
        ctx.read_published(table).filter(F.col("as_of") == F.lit(ctx.as_of))
        for table in BASE_TABLES
    )
    labels = customers.groupBy("lifecycle", "value_tier").agg(count_rows("customers"))
    return {
        "segments": collect_part("segments", profiles),
        "labels": collect_part("labels", labels),
        "moves": collect_part("moves", moves),
    }


def describe_base(data: ReportData) -> Base | None:
    """The section; None where nobody is labelled."""
    if data.labels.empty:
        return None
    return Base(
        _segments(data.segments),
        _count(data.labels, "lifecycle", LIFECYCLES, _STAGES),
        _count(data.labels, "value_tier", VALUE_TIERS, _TIERS),
        _grid(data.moves),
        _moved(data.moves),
    )


def _segments(profiles: pd.DataFrame) -> list[Bar]:
    """The largest first, each with what its people do."""
    ordered = profiles.sort_values(["customers_share", "segment"], ascending=[False, True])
    longest = (float(ordered["customers_share"].max()) if len(ordered) else 0.0) or 1.0
    return [
        Bar(
            name_segment(row.segment),
            row.customers_share / longest,
            formatting.percent(row.customers_share),
            formatting.money(row.expected_amount, row.currency),
            facts=(_fact(row),),
        )
        for row in ordered.itertuples()
    ]


def _fact(row: Any) -> str:
    parts = [
        f"{formatting.money(row.average_order_amount, row.currency)} per order",
        f"{formatting.quantity(row.orders_a_year)} orders a year",
        f"{formatting.percent(row.discounted_share)} at a discount",
    ]
    if not formatting.is_missing(row.churn_probability):
        parts.append(f"{formatting.percent(row.churn_probability)} expected to leave")
    return ", ".join(parts)


def name_segment(code: Any) -> str:
    """`brand_loyalists` as people write it."""
    text = str(code).replace("_", " ")
    return text[:1].upper() + text[1:]


def _count(
    labels: pd.DataFrame, name: str, order: tuple[str, ...], words: dict[str, str]
) -> list[Bar]:
    sums = labels.groupby(name)["customers"].sum()
    total, longest = float(labels["customers"].sum()), float(sums.max()) if len(sums) else 1.0
    return [
        Bar(
            words[code],
            float(sums[code]) / longest,
            f"{formatting.count(sums[code])} · {formatting.percent(sums[code] / total)}",
        )
        for code in order
        if code in sums.index
    ]


def _grid(moves: pd.DataFrame) -> dict[str, Any]:
    """Segments before, down, and now, across; empty where nobody was of a segment before."""
    own = moves[(moves["label_kind"] == "segment") & (moves["from_label"] != _NONE)]
    if own.empty:
        return {}
    wide = own.pivot_table(
        index="from_label", columns="to_label", values="customers", aggfunc="sum", fill_value=0
    )
    totals = wide.sum(axis=1)
    return {
        "columns": [name_segment(code) for code in wide.columns],
        "rows": [
            (
                name_segment(code),
                [
                    (formatting.count(value) if value else formatting.DASH, value / totals[code])
                    for value in wide.loc[code]
                ],
            )
            for code in wide.index
        ],
    }


def _moved(moves: pd.DataFrame) -> str:
    """How many are of another stage than on the day compared with."""
    own = moves[(moves["label_kind"] == "lifecycle") & (moves["from_label"] != _NONE)]
    if own.empty:
        return ""
    moved = own[own["from_label"] != own["to_label"]]
    fell = moved[moved["to_label"].isin(["dormant", "lapsed"])]["customers"].sum()
    came = moved[moved["from_label"].isin(["dormant", "lapsed"])]
    back = came[came["to_label"] == "active"]["customers"].sum()
    since = formatting.day(own["from_on"].max())
    return (
        f"Since {since}, {formatting.customers(fell)} fell silent beyond their own rhythm, and "
        f"{formatting.customers(back)} came back."
    )
