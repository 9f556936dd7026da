"""What reports that do not exist say of data and runs."""

from datetime import date
from typing import Any

import pandas as pd

from holdfast.jobs.stages.report.model import COLUMNS


def frame(name: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """A frame of a report from tuples in the order of COLUMNS."""
    return pd.DataFrame(rows, columns=list(COLUMNS[name]))


def batches() -> pd.DataFrame:
    """Rows of six sources and what became of them."""
    return frame(
        "batches",
        [
            ("shopify", 12, 48210, 47993, 61, 156, 0),
            ("square", 4, 9020, 9011, 9, 0, 0),
            ("klaviyo", 6, 181233, 181190, 12, 31, 0),
            ("rudderstack", 9, 402177, 402050, 88, 39, 0),
            ("zendesk", 3, 2411, 2408, 3, 0, 0),
            ("onetrust", 2, 6400, 6400, 0, 0, 0),
        ],
    )


def quarantine() -> pd.DataFrame:
    """Rows rejected, by rule."""
    return frame(
        "quarantine",
        [
            ("rudderstack", "ingest", "unreadable", 74),
            ("shopify", "standardise", "net_amount_in_range", 31),
            ("shopify", "ingest", "required:order_id", 19),
            ("rudderstack", "standardise", "event_not_in_the_future", 14),
            ("klaviyo", "standardise", "currency_known", 12),
        ],
    )


def checks() -> pd.DataFrame:
    """Three checks that hold."""
    return frame(
        "checks",
        [
            ("bronze_to_silver", f"shopify/{name}#0", 100.0, 100.0, True, f"read 100 = {name}")
            for name in ("orders", "refunds", "products")
        ],
    )


def freshness() -> pd.DataFrame:
    """Newest events of four tables."""
    return frame(
        "freshness",
        [
            ("shopify", "silver.orders", 30112, date(2023, 6, 1), date(2025, 12, 31)),
            ("shopify", "silver.refund_lines", 2210, date(2023, 6, 1), date(2025, 12, 30)),
            ("klaviyo", "silver.message_events", 180100, date(2023, 6, 1), date(2025, 12, 31)),
            ("zendesk", "silver.tickets", 2408, date(2023, 6, 1), date(2025, 12, 18)),
        ],
    )


def grocers_freshness() -> pd.DataFrame:
    """A year of baskets and nothing else."""
    orders = ("journey", "silver.orders", 155848, date(2025, 1, 1), date(2025, 12, 31))
    return frame("freshness", [orders])


def jobs() -> pd.DataFrame:
    """What each job of a run cost."""
    return frame(
        "jobs",
        [
            ("ingest", "done", 31.2, 34),
            ("standardise", "done", 28.4, 15),
            ("resolve_identity", "done", 21.7, 4),
            ("build_features", "done", 19.9, 2),
            ("train_churn", "done", 33.1, 2),
            ("train_value", "unchanged", 0.0, 0),
            ("score_churn", "done", 6.3, 2),
            ("score_value", "done", 4.1, 1),
            ("build_gold", "done", 5.2, 5),
        ],
    )
