"""Bronze to silver: every mapping's targets, folded to their contracts, with the
equation of each.
"""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import BRONZE, job
from holdfast.jobs.stages.standardise import Standardising
from holdfast.transformations.standardise.consent_state import consent_state
from holdfast.transformations.tables.ops import DQ_RESULTS, QUARANTINE
from holdfast.transformations.tables.silver import (
    CONSENT_EVENTS,
    CONSENT_STATE,
    PII_VAULT,
    STANDARDISED,
)


@job(reads=[BRONZE, PII_VAULT], writes=[*STANDARDISED, DQ_RESULTS, QUARANTINE], uses_as_of=False)
def standardise(ctx: Context) -> None:
    """Merge what is new into silver, then fix the run's day where it is the latest."""
    work = Standardising(ctx)
    changes = work.tables()
    ctx.write_each(changes)
    if CONSENT_EVENTS in changes:
        ctx.write(
            CONSENT_STATE,
            consent_state(
                ctx.read_current(CONSENT_EVENTS), changes[CONSENT_EVENTS], ctx.run_number
            ),
        )
    refused = work.account()
    if refused is not None:
        ctx.write(QUARANTINE, refused)
    work.fix_day()
    work.release()
