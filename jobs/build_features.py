"""What was knowable of each customer at each cut-off, and the purchase cells of value models."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.consent import read_consent
from holdfast.jobs.stages.features import build_snapshots, plan_cutoffs, read_facts
from holdfast.jobs.stages.orders import read_customer_orders
from holdfast.transformations.features.purchase_cells import purchase_cells, purchase_history
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.features.stream import FACTS
from holdfast.transformations.identity.join import with_identity_run
from holdfast.transformations.tables.features import PURCHASE_CELLS
from holdfast.transformations.tables.silver import CONSENT_STATE, FACT_STATES, IDENTITY_MAP, ORDERS


@job(reads=[*FACTS, FACT_STATES, IDENTITY_MAP, CONSENT_STATE], writes=[SNAPSHOTS, PURCHASE_CELLS])
def build_features(ctx: Context) -> None:
    """Snapshots of all cut-offs, and each customer's repeat purchases."""
    conf, consent, orders = ctx.settings, read_consent(ctx), ctx.read(ORDERS)
    days = plan_cutoffs(orders, ctx.as_of, conf.outcome.horizon_days, conf.features.cutoffs)
    features = build_snapshots(read_facts(ctx), consent, days)
    ctx.write(SNAPSHOTS, with_identity_run(features, consent.identity_map), slices=days)
    history = purchase_history(read_customer_orders(ctx, consent.identity_map), days)
    ctx.write(PURCHASE_CELLS, purchase_cells(history), slices=days)
