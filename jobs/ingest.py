"""Raw files to bronze: each content once, each row accounted for, personal values behind tokens."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import BRONZE, RAW, job
from holdfast.jobs.runtime.spark.cache import cache_frames
from holdfast.jobs.stages import delivered_rows, raw_files, raw_rows
from holdfast.jobs.stages import ingest as stage
from holdfast.transformations.ingest import batch
from holdfast.transformations.tables.ops import BATCHES, QUARANTINE
from holdfast.transformations.tables.silver import PII_VAULT as VAULT


@job(reads=[RAW], writes=[BRONZE, VAULT, BATCHES, QUARANTINE], previous=[BATCHES], uses_as_of=False)
def ingest(ctx: Context) -> None:
    """Load what is new, after the equation of every file has been checked."""
    held = ctx.read_current(VAULT) if ctx.has(VAULT) else None
    done = ctx.read_published(BATCHES)
    new = raw_files.find_new_files(ctx.sources, ctx.root, done, ctx.published_runs.keys())
    unread = raw_files.describe_unread(ctx.sources, ctx.root, ctx.spark)
    chosen = stage.pin_files(ctx, new)
    if not chosen:
        return ctx.echo("\n".join(["no new files", *unread]))
    with raw_rows.open_unpacked(chosen, ctx.root) as files:
        rows_in = raw_rows.count_rows(ctx.spark, files)
        tokens = stage.make_tokens(ctx, held)
        with delivered_rows.open_rows(ctx, files, rows_in, tokens.keys) as rows:
            outcomes = stage.by_file(batch.count_outcomes(rows).collect() if rows else [])
            accounts = stage.account_for(files, rows_in, outcomes, ctx.opened_at)
            refused = stage.find_refused(ctx.spark, files, accounts)
            plan = stage.plan_ingest(rows, refused, tokens, ctx.run_number, ctx.opened_at)
            with cache_frames(plan.held):
                if plan.vault is not None:
                    (ctx.write if held is None else ctx.insert_new_keys)(VAULT, plan.vault)
                ctx.write_each(plan.frames)
                ctx.write(BATCHES, ctx.frame_of(BATCHES, accounts))
    stage.report_files(ctx, files, accounts, outcomes, unread)
