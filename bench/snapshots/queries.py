"""The measures of the registry in DuckDB: facts once as narrow tables of whole days, then one query
per cut-off. Distinct things are counted by their last day: group by customer and thing, then by
customer. Features are the registry's own expressions over these measures.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

import duckdb

from bench.snapshots.narrow import DAY, NARROW
from holdfast.transformations.features.measures import MEASURES
from holdfast.transformations.features.registry import FEATURES


def _counts(name: str, what: str, *windows: int) -> Iterable[str]:
    """Sums of `what` in each window of days before the cut-off, 0 for the whole past."""
    for days in windows:
        within = f" FILTER (d >= cut() - {days})" if days else ""
        yield f"sum({what}){within} AS {name}_{f'{days}d' if days else 'all'}"


def _means(name: str, what: str, *windows: int) -> Iterable[str]:
    for days in windows:
        yield f"avg({what}) FILTER (d >= cut() - {days}) AS {name}_{days}d"


def _distinct(source: str, thing: str, name: str, where: str, *windows: int) -> str:
    """Customers with how many things they had in each window, by each thing's last day."""
    last = f"SELECT c, max(d) AS d FROM {source} WHERE {where} GROUP BY c, {thing}"
    return f"SELECT c, {', '.join(_counts(name, '1', *windows))} FROM ({last}) GROUP BY c"


_SEEN: Final = "d < cut() AND seen < cut()"
_NOW: Final = f"{_SEEN} AND (thru IS NULL OR thru >= cut())"
_YEAR: Final = "d >= cut() - 365"
_MONEY: Final = [
    *_counts("sales", "n", 90, 365),
    *_counts("spend", "net", 90, 365),
    *_counts("discount", "off", 365),
]
_ORDERS: Final = [
    *_counts("orders", "n", 0, 30, 90, 365),
    *_counts("coupon_order", "coupon", 90),
    *_counts("discounted_order", "cut_price", 90, 365),
    *_counts("pos_order", "pos", 365),
]
_COMPLAINTS: Final = [
    line
    for topic in ("quality", "service", "price", "feature")
    for line in _counts(f"{topic}_complaint", f"(topic = '{topic}')::INT", 180)
]
_PARTS: Final = {
    "bought": f"""
        SELECT c, cut() - min(d) AS tenure_days, cut() - max(d) AS recency_days,
            {", ".join(_ORDERS)}
        FROM (SELECT *, 1 AS n, (off > 0)::INT AS cut_price FROM o WHERE {_NOW}) GROUP BY c""",
    "money": f"""
        SELECT c, unnest(arg_max(own, (days, last, currency))) FROM (
            SELECT c, currency, count(*) AS days, max(d) AS last, {", ".join(_MONEY)}
            FROM (SELECT c, currency, d, count(*) AS n, sum(net) AS net, sum(off) AS off
                FROM o WHERE {_NOW} GROUP BY ALL) GROUP BY c, currency) own GROUP BY c""",
    "items": _distinct("l", "item", "products", f"{_NOW} AND {_YEAR}", 365),
    "kinds": _distinct(
        "l", "kind", "categories", f"{_NOW} AND {_YEAR} AND named IS NOT NULL", 90, 365
    ),
    "returned": f"""
        SELECT c, {", ".join(_counts("refund", "1", 90, 180, 365))}
        FROM r WHERE {_NOW} AND {_YEAR} GROUP BY c""",
    "visited": f"""
        SELECT c, cut() - max(d) AS session_recency, {
        ", ".join(
            [*_counts("visits", "1", 30, 180, 365), *_means("visit_seconds", "seconds", 30, 365)]
        )
    }
        FROM visits WHERE {_SEEN} GROUP BY c""",
    "looked": f"""
        SELECT c, {
        ", ".join(
            [
                *_counts("pages", "page", 30, 365),
                *_counts("views", "viewed", 30),
                *_counts("price_views", "price", 90, 180, 365),
                *_counts("competitor", "rival", 90),
                *_counts("core_use", "core", 90, 180, 365),
                *_counts("community", "talk", 90, 365),
            ]
        )
    }
        FROM w WHERE {_NOW} AND {_YEAR} GROUP BY c""",
    "tried": _distinct("adopted", "feature", "adopted", f"{_SEEN} AND {_YEAR}", 90, 180, 365),
    "mailed": f"""
        SELECT c, cut() - max(d) FILTER (used) AS email_engaged_recency,
            {
        ", ".join(
            [
                *_counts("email_received", "got::INT", 90, 365),
                *_counts("email_engaged", "used::INT", 90, 365),
                *_counts("unsubscribed", "gone::INT", 0, 90),
            ]
        )
    } FROM m WHERE {_SEEN} GROUP BY c""",
    "asked": f"""
        SELECT c, cut() - max(d) AS ticket_recency, {", ".join(_counts("ticket", "1", 90, 365))},
            countif(is_open) AS open_tickets, countif(is_open AND hot) AS open_urgent_tickets,
            {", ".join([*_means("ticket_negativity", "tone", 180)])}
        FROM t WHERE {_NOW} GROUP BY c""",
    "answers": f"""
        SELECT c, cut() - max(d) FILTER (answered) AS survey_recency,
            {
        ", ".join(
            [
                *_means("survey_score", "score", 180, 365),
                *_counts("surveys", "answered::INT", 365),
                *_means("survey_negativity", "tone", 180),
            ]
        )
    }
        FROM a WHERE {_SEEN} GROUP BY c""",
    "complaints": f"""
        SELECT c, {", ".join(_COMPLAINTS)} FROM (
            SELECT c, d, topic FROM t WHERE {_NOW}
            UNION ALL SELECT c, d, topic FROM a WHERE {_SEEN})
        WHERE topic IS NOT NULL GROUP BY c""",
    "subscribed": f"""
        SELECT c, countif(status = 'active') AS active_subscriptions,
            countif(status = 'paused') AS paused_subscriptions,
            countif(status = 'cancelled' AND d >= cut() - 180) AS cancelled_subscription_180d
        FROM b WHERE {_NOW} GROUP BY c""",
    "failed": f"""
        SELECT c, {", ".join(_counts("failed_charge", "1", 90))} FROM g WHERE {_NOW} GROUP BY c""",
    "earned": f"""
        SELECT c, {", ".join(_counts("points_earned", "points", 90, 365))}
        FROM p WHERE {_SEEN} AND {_YEAR} GROUP BY c""",
}
_JOINED: Final = " LEFT JOIN ".join(
    f"({query}) {name}{'' if name == 'bought' else ' USING (c)'}" for name, query in _PARTS.items()
)
_ZERO: Final = ("count", "sum", "distinct", "open")
_MEASURES: Final = ", ".join(
    f"{f'coalesce({m.name}, 0)' if m.aggregate in _ZERO else m.name}::DOUBLE AS {m.name}"
    for m in MEASURES
)


def _expression(text: str) -> str:
    """A feature's expression in DuckDB's words."""
    return text.replace(
        "date_sub(as_of, cast(tenure_days as int))", "(as_of - tenure_days::INTEGER)"
    )


def write_snapshots(facts: Path, cutoffs: Sequence[date], folder: Path) -> None:
    """Snapshots of the facts in one folder into another, one Parquet file per cut-off."""
    features = ", ".join(f"({_expression(f.expression)})::DOUBLE AS {f.name}" for f in FEATURES)
    folder.mkdir()
    with duckdb.connect(config={"threads": 2}) as made:
        made.execute(f"SET TimeZone = 'UTC'; SET enable_progress_bar = false; {DAY}")
        for place in facts.iterdir():
            made.execute(f"CREATE VIEW {place.name} AS FROM '{place}/*.parquet'")
        for name, query in NARROW.items():
            made.execute(f"CREATE TEMP TABLE {name} AS {query}")
        for day in cutoffs:
            number = (day - date(1970, 1, 1)).days
            made.execute(f"CREATE OR REPLACE MACRO cut() AS {number}")
            measures = f"""SELECT c::BIGINT AS customer_id, DATE '{day}' AS as_of, currency,
                100.0::DOUBLE AS minor_per_unit, {_MEASURES}
                FROM {_JOINED}"""
            query = f"SELECT customer_id, as_of, currency, {features} FROM ({measures})"
            made.execute(f"COPY ({query}) TO '{folder}/{day}.parquet'")
