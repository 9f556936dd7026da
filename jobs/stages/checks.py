"""Equations as rows of ops.dq_results, two sides that were counted apart, and what follows where
one does not hold.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.runtime.runs.context import Context
from holdfast.transformations.tables.ops import DQ_RESULTS

Check = dict[str, Any]


def make_check(
    name: str, subject: str, expected: int | Decimal, actual: int | Decimal, detail: str
) -> Check:
    """A row of ops.dq_results without its run; it is passed where both sides are equal."""
    return {
        "check_name": name,
        "subject": subject,
        "expected": float(expected),
        "actual": float(actual),
        "is_passed": expected == actual,
        "detail": detail,
    }


def record_checks(ctx: Context, checks: Sequence[Check]) -> None:
    """Write the checks of one job."""
    stamped = [{**check, "at": ctx.opened_at} for check in checks]
    ctx.write(DQ_RESULTS, ctx.frame_of(DQ_RESULTS, stamped))


def stop_if_lost(checks: Sequence[Check], between: str) -> None:
    """Raises InputError where an equation does not hold; `between` names the two layers."""
    wrong = [check["detail"] for check in checks if not check["is_passed"]]
    if wrong:
        raise InputError(
            f"Rows were lost between {between}: " + "; ".join(wrong),
            cure="This is a fault of Holdfast: please report the mapping that shows it.",
        )


def raise_alarms(ctx: Context, alarms: Sequence[str]) -> None:
    """Say each in red, for a run that must not end so without a word; raises InputError, before
    anything is published, where settings ask for it.
    """
    for alarm in alarms:
        ctx.echo(alarm, is_alarm=True)
    if alarms and ctx.settings.run.stop_on_alarm:
        raise InputError(
            "; ".join(alarms),
            cure="Mend the files or the mapping and run again with --abandon; "
            "--set run.stop_on_alarm=false publishes all the same.",
        )
