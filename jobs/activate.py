"""What is sent to other systems: changed scores and next actions of customers who allow it."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.consent import CONTACTED, read_contact_consent
from holdfast.transformations.gold.outbox import outbox
from holdfast.transformations.tables.gold import (
    CUSTOMER_360,
    CUSTOMER_KEYS,
    NEXT_BEST_ACTIONS,
    OUTBOX,
)
from holdfast.transformations.tables.vocabulary import Purpose


@job(
    reads=[CUSTOMER_360, CUSTOMER_KEYS, NEXT_BEST_ACTIONS, *CONTACTED],
    writes=[OUTBOX],
    previous=[OUTBOX],
)
def activate(ctx: Context) -> None:
    """Queue what the destination does not know yet, consent checked at this moment; never an
    address.
    """
    conf, customers = ctx.settings.activation, ctx.read(CUSTOMER_360)
    purpose = Purpose(conf.purpose)
    allowed = read_contact_consent(ctx).filter_rows(customers, purpose, conf.channel)
    known = ctx.read(CUSTOMER_KEYS), ctx.read(NEXT_BEST_ACTIONS), ctx.read_published(OUTBOX)
    ctx.write(OUTBOX, outbox(allowed, *known, conf.destination, purpose))
