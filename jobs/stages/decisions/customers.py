"""Customers as a decision looks at them: what they are, what they allow, what they were sent."""

from collections.abc import Sequence
from functools import reduce
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.decisions import BoundSettings
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.consent import CONTACTED, read_contact_consent
from holdfast.transformations.decisions.contacts import (
    count_contacts,
    days_since_plays,
    past_actions,
)
from holdfast.transformations.decisions.people import (
    Conversion,
    Lots,
    describe_people,
    with_lots,
    with_stakes,
)
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.identity.join import with_customer
from holdfast.transformations.kpis.periods import select_known
from holdfast.transformations.plays.play import Play
from holdfast.transformations.tables.gold import (
    CHURN_REASONS,
    CUSTOMER_360,
    CUSTOMER_REDIRECTS,
    CUSTOMER_SEGMENTS,
    DECISION_LOG,
)
from holdfast.transformations.tables.silver import IDENTITY_MAP, MESSAGE_EVENTS
from holdfast.transformations.tables.vocabulary import Purpose

READS: Final = (
    CUSTOMER_360,
    CUSTOMER_SEGMENTS,
    CUSTOMER_REDIRECTS,
    CHURN_REASONS,
    SNAPSHOTS,
    MESSAGE_EVENTS,
    *CONTACTED,
)
_EVERYWHERE: Final = ("onsite", "store")  # where nobody is written to: no consent to a channel


def find_currency(ctx: Context) -> str:
    """The money of the decision: that of settings, else that of most customers."""
    if ctx.settings.decide.currency:
        return ctx.settings.decide.currency
    counted = ctx.read(CUSTOMER_360).filter(F.col("currency").isNotNull()).groupBy("currency")
    most = counted.count().orderBy(F.desc("count"), "currency").limit(1).collect()
    return most[0]["currency"] if most else ctx.settings.run.currency


def read_people(ctx: Context, plays: Sequence[Play], currency: str) -> DataFrame:
    """Every current customer with all that a decision looks at."""
    conf, day = ctx.settings.decide, ctx.as_of
    features = {name for play in plays for name in play.when} | set(conf.vulnerable)
    people = describe_people(
        ctx.read(CUSTOMER_360),
        ctx.read(CUSTOMER_SEGMENTS),
        ctx.read(SNAPSHOTS),
        ctx.read(CHURN_REASONS),
        sorted(features),
        day,
    )
    money = Conversion(currency, conf.exchange_rates, conf.margin_share)
    lots = Lots(conf.seed, conf.holdout_share, conf.exploration_share)
    return with_lots(with_stakes(people, money), lots, day)


def with_contact(ctx: Context, people: DataFrame, plays: Sequence[Play]) -> DataFrame:
    """Those of `read_people` who bought before the day and may be looked at, with what they allow
    (one flag a purpose and channel of plays), contacts of a week by channel, and days since each
    play.
    """
    asked = people.filter(
        F.col("leave_probability").isNotNull()
        & ~F.col("score_status").isin("no_consent", "objected")
    )
    consent, day = read_contact_consent(ctx), ctx.as_of
    pairs = list_purposes(plays)
    for number, (purpose, channel) in enumerate(pairs):
        stated = "all" if channel in _EVERYWHERE else channel
        asked = consent.mark_allowed(asked, f"_allowed_{number}", Purpose(purpose), stated)
    redirects = ctx.read(CUSTOMER_REDIRECTS)
    actions = past_actions(ctx.read_published(DECISION_LOG), redirects, day)
    known = select_known(ctx.read(MESSAGE_EVENTS), ctx.settings.run.time_zone, day)
    messages = with_customer(known, ctx.read(IDENTITY_MAP))
    contacts = count_contacts(messages, actions, list_channels(ctx), day)
    since = days_since_plays(actions, [play.id for play in plays], day)
    flags = [f"_allowed_{number}" for number in range(len(pairs))]
    return (
        asked.withColumn("allowed", F.array(*flags))
        .drop(*flags)
        .join(contacts, on=["customer_id"], how="left")
        .join(since, on=["customer_id"], how="left")
        .withColumns(
            {
                "is_vulnerable": is_vulnerable(ctx),
                "is_suppressed": F.coalesce(
                    F.col("suppressed_from_on") <= F.lit(day), F.lit(False)
                ),
            }
        )
    )


def list_purposes(plays: Sequence[Play]) -> list[tuple[str, str]]:
    """The purposes and channels that plays need consent for."""
    return sorted({(play.purpose, play.channel) for play in plays})


def list_channels(ctx: Context) -> list[str]:
    """Channels whose contacts are counted and capped."""
    return sorted(set(ctx.settings.decide.contacts_a_week.model_dump()) - {"all"})


def is_vulnerable(ctx: Context) -> Column:
    """Whether a customer is in a state that settings call vulnerable."""
    bounds = ctx.settings.decide.vulnerable.items()
    states = [_holds(F.col(name), bound) for name, bound in bounds]
    return reduce(lambda one, other: one | other, states, F.lit(False))


def _holds(value: Column, bound: BoundSettings) -> Column:
    low, high = bound.at_least, bound.at_most
    above = F.lit(True) if low is None else value >= low
    below = F.lit(True) if high is None else value <= high
    return F.coalesce(above & below, F.lit(False))
