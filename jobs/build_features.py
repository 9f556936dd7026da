"""What was knowable of each customer at each cut-off, and the purchase cells of the value models."""

from holdfast.jobs.runtime.context import Context
from holdfast.jobs.runtime.cutoffs import run_cutoffs
from holdfast.jobs.runtime.job import job
from holdfast.transformations.consent import gated
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.features.snapshots import finished, snapshots
from holdfast.transformations.features.stream import FACTS, events
from holdfast.transformations.identity.read import with_customer
from holdfast.transformations.purchase_cells import finished_cells, purchase_cells, purchase_history
from holdfast.transformations.tables.features import PURCHASE_CELLS
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP, ORDERS


@job(reads=[*FACTS, IDENTITY_MAP, CONSENT_STATE], writes=[SNAPSHOTS, PURCHASE_CELLS])
def build_features(ctx: Context) -> None:
    """All snapshots in one pass, gated by the consent of their day."""
    facts = {table.short_name: ctx.read(table) for table in FACTS if table is ORDERS or ctx.pinned(table) is not None}
    absent = {table.short_name for table in FACTS} - set(facts)
    people, currency = ctx.read(IDENTITY_MAP), ctx.settings.run.currency
    days = run_cutoffs(ctx, facts["orders"])
    features = snapshots(events(facts, currency), people, days, ctx.settings.features.partitions, absent)
    allowed = gated(features, ctx.read(CONSENT_STATE), people, days, ctx.settings.consent.bases.model_dump())
    ctx.write(SNAPSHOTS, finished(allowed, people, currency, ctx.run_number), slices=days)
    history = purchase_history(with_customer(facts["orders"], people), days)
    ctx.write(PURCHASE_CELLS, finished_cells(purchase_cells(history), ctx.run_number), slices=days)
