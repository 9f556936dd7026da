"""Bronze to silver: every mapping's targets, one row per key, with the equation of each."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import BRONZE, job
from holdfast.jobs.runtime.spark.cache import cached
from holdfast.jobs.stages import standardise as stage
from holdfast.jobs.stages.parameters import retailer_rules
from holdfast.transformations.standardise.consent_state import consent_state
from holdfast.transformations.standardise.reconcile import count_outcomes
from holdfast.transformations.tables import ops
from holdfast.transformations.tables import silver as to

WRITES = (*to.STANDARDISED, ops.DQ_RESULTS, ops.QUARANTINE)


@job(reads=[BRONZE, to.PII_VAULT], writes=WRITES, uses_as_of=False)
def standardise(ctx: Context) -> None:
    """Merge what is new into silver, then fix the run's day where it is the latest."""
    raws = [raw for source in ctx.sources for raw in source.tables if ctx.has(raw.table)]
    bronze = {raw.table: ctx.read(raw.table) for raw in raws}
    new = bronze if ctx.is_first_run else {t: ctx.read_since_last_run(t) for t in bronze}
    before = {t: ctx.read_current(t) for t in to.STANDARDISED if ctx.has(t)}
    vault, rules = ctx.read(to.PII_VAULT), retailer_rules(ctx.settings)
    feeds = stage.choose_rows(raws, bronze, new)
    plan = stage.plan_standardise(feeds, before, vault, rules, ctx.run_number, ctx.opened_at)
    with cached(plan.collapsed.values()):
        ctx.write_each(plan.changes)
        written = {t: ctx.rows_written(t) for t in plan.changes}
        now = {t: ctx.read_current(t) for t in to.STANDARDISED if ctx.has(t)}
        histories = {t: now[t] for t in plan.histories}
        outcomes = count_outcomes(plan.read, plan.collapsed, histories).collect()
        checks = stage.check_equations(plan, outcomes, written, ctx.run_number, ctx.opened_at)
        others = stage.select_refused(plan, outcomes)
        newest = None if ctx.run.as_of else stage.day_after_newest(now.get(to.ORDERS))
        if to.CONSENT_EVENTS in plan.changes:
            said, changed = now[to.CONSENT_EVENTS], plan.changes[to.CONSENT_EVENTS]
            others[to.CONSENT_STATE] = consent_state(said, changed, ctx.run_number)
        ctx.write(ops.DQ_RESULTS, ctx.frame_of(ops.DQ_RESULTS, checks))
        stage.stop_if_lost(checks)
        ctx.write_each(others)
    ctx.set_as_of(newest)
