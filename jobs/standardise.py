"""Bronze to silver: every mapping's targets, one row per key, with the equation of each."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import BRONZE, job
from holdfast.jobs.runtime.spark.cache import cache_frames
from holdfast.jobs.stages import checks, feeds, keys, mappings, parameters, silver_checks, words
from holdfast.jobs.stages import standardise as stage
from holdfast.transformations.standardise.reconcile import count_outcomes
from holdfast.transformations.tables import ops, silver

WRITES = (*silver.STANDARDISED, silver.FACT_PARTIES, ops.DQ_RESULTS, ops.QUARANTINE)


@job(reads=[BRONZE, silver.PII_VAULT], writes=WRITES, uses_as_of=False)
def standardise(ctx: Context) -> None:
    """Merge what is new into silver, or all anew under a changed mapping; fix the run's day."""
    raws = [raw for source in ctx.sources for raw in source.tables if ctx.has(raw.table)]
    bronze = {raw.table: ctx.read(raw.table) for raw in raws}
    anew = mappings.begin_anew(ctx, silver.STANDARDISED)
    new = bronze if anew else {t: ctx.read_since_last_run(t) for t in bronze}
    before = {t: ctx.read_current(t) for t in silver.STANDARDISED if ctx.has(t) and not anew}
    if not (chosen := feeds.choose_rows(raws, bronze, new)):
        return
    vault, rules = keys.read_vault(ctx), parameters.retailer_rules(ctx.settings)
    plan = stage.plan_standardise(chosen, before, vault, rules, ctx.opened_at)
    with cache_frames(plan.collapsed.values()):
        ctx.write_each({**plan.changes, **plan.states})
        written = {t: ctx.rows_written(t) for t in plan.changes}
        now = {t: ctx.read_current(t) for t in silver.STANDARDISED if ctx.has(t)}
        outcomes = count_outcomes(plan.read, plan.collapsed, now).collect()
        equations = silver_checks.check_equations(plan, outcomes, written)
        alarms = silver_checks.find_emptied(plan, outcomes, now)
        newest = None if ctx.run.as_of else stage.day_after_newest(now.get(silver.ORDERS))
        said = words.check_words(ctx, plan, outcomes, rules)
        checks.record_checks(ctx, [*equations, *alarms, *said])
        checks.stop_if_lost(equations, "bronze and silver")
        derived = stage.derive_tables(plan, feeds.select_spoken(raws, bronze, new), now)
        ctx.write_each(derived | stage.refuse_rows(ctx, plan, outcomes))
    ctx.set_as_of(newest)
    checks.raise_alarms(ctx, [alarm["detail"] for alarm in alarms])
