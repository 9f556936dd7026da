"""A published root in small: silver and scores of 24 customers written by the store, gold and outbox by their own jobs.

Customer i pays 40 i in the next year and leaves with probability i / 32. 1 to 20 are scored; 21 gave no consent, 22
objected, 23 fell silent, 24 never bought. Number 20 pays in euros. 99 is an old id of 2. Odd ones allow e-mails.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from pyspark.sql import SparkSession

from holdfast.jobs.runtime import settings
from holdfast.jobs.runtime.ledger import JobRun, Ledger
from holdfast.jobs.runtime.marks import Txn
from holdfast.jobs.runtime.progress import Lines
from holdfast.jobs.runtime.runner import Runner
from holdfast.jobs.runtime.store import Store
from holdfast.jobs.runtime.tracking import Tracking
from holdfast.transformations.tables.gold import CHURN_REASONS, CHURN_SCORES, CUSTOMER_VALUES, PUBLISHED_RUNS
from holdfast.transformations.tables.ops import BATCHES, JOB_RUNS, MODEL_EVENTS, MODEL_METRICS, RUNS
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP, ORDERS, PARTIES
from holdfast.transformations.tables.table import History, Table
from tests.rows import rows

DAY: Final = date(2026, 1, 1)
CHANNELS: Final = ("web", "pos", "app")
SCORED: Final = range(1, 21)
Rows = list[dict[str, Any]]


def opened(spark: SparkSession, root: Path, *overrides: str, catalog: str = "") -> Runner:
    """A runner on the root, as a new process would make it."""
    store = Store(spark, str(root), catalog)
    values = settings.load("local", [f"run.as_of={DAY}", *overrides]).values
    return Runner(store, Ledger(store, 15), Tracking(root), values, [], Lines(quiet=True), str)


def publish(spark: SparkSession, root: Path, tables: Sequence[tuple[Table, Rows]], jobs: list[str],
            catalog: str = "") -> Runner:
    """Write tables as one job of a new run, let the real jobs follow, and publish."""
    runner = opened(spark, root, catalog=catalog)
    # an append makes a folder's table of itself; a catalog's must be there
    runner.store.create([RUNS, JOB_RUNS, PUBLISHED_RUNS, *(table for table, _ in tables if catalog)])
    run = runner.ledger.start(f"run-{len(runner.ledger.runs)}", DAY, {})
    written = {}
    for table, values in tables:
        frame = rows(spark, table, [{**value, "run_number": run.number} for value in values])
        if table.layer == "gold" or (isinstance(table.write, History) and runner.store.exists(table)):
            runner.store.write(table, frame, Txn(f"seed.{table.name}", run.number), [DAY])
        else:
            runner.store.append_log(table, frame)  # a third of the time; what is read back is the same
        written[table.name] = runner.store.version(table) or 0
    now = datetime.now(UTC)
    runner.ledger.record_jobs([JobRun(run.number, "seed", "done", now, now, len(written), "", {}, written)])
    runner.run(jobs, resume=True)
    return runner


def first_day() -> list[tuple[Table, Rows]]:
    """Everything the jobs after scoring read."""
    people = range(1, 25)
    members: Rows = [{"party_id": f"shop:{i}", "customer_id": i, "probability": 1} for i in people]
    members += [{"party_id": f"klaviyo:k{i}", "customer_id": i, "probability": 0.9} for i in range(1, 6)]
    moved = {"party_id": "till:2", "probability": 0.8}
    members += [{**moved, "customer_id": 99, "valid_from": "2025-01-01", "valid_to": "2025-06-01"},
                {**moved, "customer_id": 2, "valid_from": "2025-06-01"}]
    return [
        (IDENTITY_MAP, members),
        (PARTIES, [{"party_id": f"shop:{i}", "party_kind": "customer", "event_at": "2025-01-01"} for i in people]),
        (ORDERS, [_order(i) for i in range(1, 24)]),
        (CONSENT_STATE, [*(_consent(i, "marketing", "email", is_allowed=i % 2 == 1) for i in people),
                         _consent(21, "analytics", "all", is_allowed=False),
                         {**_consent(22, "analytics", "all", is_allowed=False), "is_objection": True}]),
        (CHURN_SCORES, [_score(i) for i in SCORED]),
        (CHURN_REASONS, [{"as_of": DAY, "customer_id": i, "reason_rank": 1, "reason": ("price", "recency")[i % 2], "evidence":
                          "recency_days", "evidence_value": 10 * i, "evidence_baseline": 7} for i in SCORED]),
        (CUSTOMER_VALUES, [_value(i, days) for i in SCORED for days in (90, 365)]),
        (MODEL_EVENTS, [{"model_name": "churn", "model_version": v, "is_champion": v != 2, "why": f"why {v}",
                         "event": f"event {v}"} for v in (1, 2, 3)]),
        (MODEL_METRICS, [{"model_name": "churn", "model_version": v, "predictor": "model", "slice": "all", "metric": "auc",
                          "value": 0.8 + v / 100, "cutoff_on": "2025-10-01"} for v in (1, 2, 3)]),
        (BATCHES, [{"source": "shop", "input": f"orders-{i}.csv", "rows_in": 100, "rows_loaded": 90, "rows_quarantined": 7,
                    "rows_duplicate": 3, "rows_suppressed": 0} for i in (1, 2)]),
    ]


def _currency(i: int) -> str:
    return "EUR" if i == 20 else "USD"


def _order(i: int) -> dict[str, Any]:
    day = "2025-03-01" if i == 23 else f"2025-12-{1 + i % 20:02d}"
    return {"order_id": f"shop:o{i}", "party_id": f"shop:{i}", "source": "shop", "event_at": day, "ordered_on": day,
            "channel": CHANNELS[i % 3], "currency": _currency(i), "net_amount": 20 + i}


def _consent(i: int, purpose: str, channel: str, *, is_allowed: bool) -> dict[str, Any]:
    return {"party_id": f"shop:{i}", "purpose": purpose, "channel": channel, "is_allowed": is_allowed}


def _score(i: int) -> dict[str, Any]:
    band = "high" if i > 16 else "medium" if i > 10 else "none"
    return {"as_of": DAY, "customer_id": i, "churn_probability": i / 32, "risk_band": band, "rule_band": "none",
            "score_basis": "model", "model_name": "churn", "rule_hits": "high.idle,early..browsing" if i > 16 else None}


def _value(i: int, days: int) -> dict[str, Any]:
    amount = 40 * i if days == 365 else 10 * i
    return {"as_of": DAY, "customer_id": i, "horizon_days": days, "currency": _currency(i), "expected_amount": amount,
            "low_amount": amount / 2, "high_amount": 2 * amount, "value_basis": "bg_nbd", "model_name": "value"}
