"""Another key for a root: every personal value sealed anew, behind the token that it has."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.runtime.runs.keys import change_keys
from holdfast.jobs.stages.keys import RESEALED, make_frame
from holdfast.transformations.ingest.sealing import reseal_vault


@job(writes=[RESEALED], in_graph=False)
def rekey(ctx: Context) -> None:
    """Open the vault with the root's key and write it under HOLDFAST_NEW_KEY, in one commit."""
    before, after = (make_frame(ctx.spark, keys) for keys in change_keys(ctx))
    if ctx.has(RESEALED):
        ctx.write(RESEALED, reseal_vault(ctx.read_current(RESEALED), before, after))
