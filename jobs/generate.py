"""Make a retailer up: raw exports of twelve vendors' systems, and beside them the truth that only
the evaluation reads.
"""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.parameters import synthetic_retailer
from holdfast.jobs.stages.synthetic_files import write_retailer


@job(in_graph=False)
def generate(ctx: Context) -> None:
    """Write the first delivery to raw/, later ones to deliveries/<n>/ (each is copied into raw/ on
    its day).
    """
    retailer = synthetic_retailer(ctx.settings)
    lines = write_retailer(ctx.spark, str(ctx.root), retailer)
    ctx.echo(
        f"{lines:,} lines of {retailer.customers:,} customers, {retailer.start} to "
        f"{retailer.end}, in {ctx.root / 'raw'}"
    )
