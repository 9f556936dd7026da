"""Words of the sources that no list has: kept as `unknown`, counted and named."""

from collections.abc import Sequence
from typing import Final

from pyspark.sql import Row

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.checks import Check, make_check
from holdfast.jobs.stages.feeds import Feed
from holdfast.jobs.stages.standardise import StandardisePlan
from holdfast.transformations.standardise.rules import RetailerRules
from holdfast.transformations.standardise.unknown_words import find_unknown_words

SHOWN: Final = 5  # words of one column that are named


def check_words(
    ctx: Context, plan: StandardisePlan, outcomes: Sequence[Row], rules: RetailerRules
) -> list[Check]:
    """Failed checks, one per source, table and column that got a word nobody listed, each said; one
    small action for each table that has any.
    """
    hurt = {(row.source, row.target) for row in outcomes if row.unknown}
    feeds = [f for f in plan.feeds if (f.raw.source, f.target.table.name) in hurt]
    checks = [check for feed in feeds for check in _check(feed, rules)]
    for check in checks:
        ctx.echo(check["detail"])
    return checks


def _check(feed: Feed, rules: RetailerRules) -> list[Check]:
    found = find_unknown_words(feed.bronze, feed.raw, feed.target, rules)
    rows = [] if found is None else sorted(found.collect(), key=lambda row: (-row["rows"], row))
    checks = []
    for column in dict.fromkeys(row.column for row in rows):
        mine = [row for row in rows if row.column == column]
        named = ", ".join(f"{row.word} ({row['rows']:,})" for row in mine[:SHOWN])
        rest = f" and {len(mine) - SHOWN:,} more" if len(mine) > SHOWN else ""
        subject = f"{feed.raw.source} > {feed.target.table.name}.{column}"
        detail = f"{subject}: kept as unknown: {named}{rest}"
        number = sum(row["rows"] for row in mine)
        checks.append(make_check("words_are_known", subject, 0, number, detail))
    return checks
