"""What is sent to other systems: changed scores of customers who allow it, and every decision that was
made.
"""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.transformations.consent import permitted
from holdfast.transformations.gold.decision_log import decision_log
from holdfast.transformations.gold.outbox import outbox
from holdfast.transformations.tables.gold import CUSTOMER_360, CUSTOMER_KEYS, DECISION_LOG, OUTBOX
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP


@job(
    reads=[CUSTOMER_360, CUSTOMER_KEYS, CONSENT_STATE, IDENTITY_MAP],
    writes=[OUTBOX, DECISION_LOG],
    previous=[OUTBOX],
)
def activate(ctx: Context) -> None:
    """Queue what the destination does not know yet, consent checked at this moment; never an
    address.
    """
    conf = ctx.settings.activation
    customers = ctx.read(CUSTOMER_360)
    basis = getattr(ctx.settings.consent.bases, conf.purpose)
    allowed = permitted(
        customers,
        ctx.read(CONSENT_STATE),
        ctx.read(IDENTITY_MAP),
        conf.purpose,
        basis,
        conf.channel,
    )
    queued = ctx.checkpoint(
        outbox(
            allowed,
            ctx.read(CUSTOMER_KEYS),
            ctx.read_published(OUTBOX),
            conf.destination,
            conf.purpose,
            ctx.run_number,
        )
    )
    ctx.write(OUTBOX, queued)
    ctx.write(DECISION_LOG, decision_log(customers, allowed, queued, ctx.as_of, ctx.run_number))
