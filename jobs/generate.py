"""Make a retailer up: raw exports of nine vendors' systems, and beside them the truth that only the
judge reads.
"""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.synthetic_files import world_of, write_exports, write_truth
from holdfast.transformations.synthetic.frames import TRUTH_COLUMNS, lines, truth


@job(in_graph=False)
def generate(ctx: Context) -> None:
    """Write the first delivery to raw/, later ones to deliveries/<n>/ (each is copied into raw/ on
    its day).
    """
    world = world_of(ctx.settings.world)
    blocks = ctx.spark.range(0, world.blocks, 1, numPartitions=world.blocks)
    written = write_exports(ctx, lines(blocks, world), world)
    for name in TRUTH_COLUMNS:
        write_truth(ctx, truth(blocks, world, name), name)
    ctx.echo(
        f"{written:,} lines of {world.customers:,} customers, {world.start} to {world.end}, in "
        f"{ctx.root / 'raw'}"
    )
