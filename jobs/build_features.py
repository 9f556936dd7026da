"""What was knowable of each customer at each cut-off, and the purchase cells of the
value models.
"""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.features import gated_snapshots, run_cutoffs
from holdfast.transformations.features.purchase_cells import (
    finished_cells,
    purchase_cells,
    purchase_history,
)
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.features.snapshots import finished
from holdfast.transformations.features.stream import FACTS
from holdfast.transformations.identity.join import with_customer
from holdfast.transformations.tables.features import PURCHASE_CELLS
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP, ORDERS


@job(reads=[*FACTS, IDENTITY_MAP, CONSENT_STATE], writes=[SNAPSHOTS, PURCHASE_CELLS])
def build_features(ctx: Context) -> None:
    """Snapshots of all cut-offs, and each customer's repeat purchases."""
    orders, people = ctx.read(ORDERS), ctx.read(IDENTITY_MAP)
    days = run_cutoffs(ctx, orders)
    features = finished(
        gated_snapshots(ctx, people, days), people, ctx.settings.run.currency, ctx.run_number
    )
    ctx.write(SNAPSHOTS, features, slices=days)
    history = purchase_history(with_customer(orders, people), days)
    ctx.write(PURCHASE_CELLS, finished_cells(purchase_cells(history), ctx.run_number), slices=days)
