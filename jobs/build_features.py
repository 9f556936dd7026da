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
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP


@job(reads=[*FACTS, IDENTITY_MAP, CONSENT_STATE], writes=[SNAPSHOTS, PURCHASE_CELLS])
def build_features(ctx: Context) -> None:
    """All snapshots in one pass, gated by the consent of their day."""
    facts = {table.short_name: ctx.read(table) for table in FACTS}
    people = ctx.read(IDENTITY_MAP)
    days = run_cutoffs(ctx, facts["orders"])
    features = snapshots(events(facts), people, days, ctx.settings.features.partitions)
    allowed = gated(features, ctx.read(CONSENT_STATE), people, days, ctx.settings.consent.bases.model_dump())
    ctx.write(SNAPSHOTS, finished(allowed, people, ctx.settings.run.currency, ctx.run_number), slices=days)
    history = purchase_history(with_customer(facts["orders"], people), days)
    ctx.write(PURCHASE_CELLS, finished_cells(purchase_cells(history), ctx.run_number), slices=days)
