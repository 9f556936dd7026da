"""What each play changed where it was drawn by chance, as far as its outcome is known."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.decisions import effects as stage
from holdfast.jobs.stages.decisions.planning import list_plays
from holdfast.models.decisions.tried import estimate_tried
from holdfast.transformations.decisions.history import add_up
from holdfast.transformations.tables.gold import DECISION_LOG, PLAY_EFFECTS


@job(reads=stage.READS, writes=[PLAY_EFFECTS], previous=[DECISION_LOG])
def estimate_effects(ctx: Context) -> None:
    """Add up the history by cell and pool it with the catalogue; write nothing where there is none
    and never was.
    """
    plays = list_plays(ctx)
    rows, effects = stage.read_history(ctx, plays), []
    if rows is not None:
        sums = add_up(rows, stage.read_outcomes(ctx, rows)).toPandas()
        effects = estimate_tried(sums, plays, ctx.settings.decide.harm_share)
    if effects or ctx.has(PLAY_EFFECTS):
        ctx.write(PLAY_EFFECTS, stage.fill_rows(ctx, effects))
