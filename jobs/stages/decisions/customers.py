"""Customers as a decision looks at them: what they are, what they allow, what they were sent."""

from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.consent import CONTACTED, read_contact_consent
from holdfast.models.decisions.options import Terms
from holdfast.transformations.decisions.contacts import (
    count_contacts,
    days_since_plays,
    list_decided,
    list_sent,
    list_treated,
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
from holdfast.transformations.states import select_known
from holdfast.transformations.tables.gold import (
    CHURN_REASONS,
    CUSTOMER_360,
    CUSTOMER_REDIRECTS,
    CUSTOMER_SEGMENTS,
    DECISION_LOG,
)
from holdfast.transformations.tables.silver import IDENTITY_MAP, MESSAGE_EVENTS, TREATMENTS
from holdfast.transformations.tables.table import Table
from holdfast.transformations.tables.vocabulary import NO_PROFILE, Purpose

READS: Final = (
    CUSTOMER_360,
    CUSTOMER_SEGMENTS,
    CUSTOMER_REDIRECTS,
    CHURN_REASONS,
    SNAPSHOTS,
    MESSAGE_EVENTS,
    TREATMENTS,
    *CONTACTED,
)


def read_people(ctx: Context, terms: Terms) -> DataFrame:
    """Every current customer with all that a decision looks at."""
    conf, day = ctx.settings.decide, ctx.as_of
    people = describe_people(
        ctx.read(CUSTOMER_360),
        ctx.read(CUSTOMER_SEGMENTS),
        ctx.read(SNAPSHOTS),
        ctx.read(CHURN_REASONS),
        terms.features,
        day,
    )
    money = Conversion(terms.currency, conf.exchange_rates, conf.margin_share)
    lots = Lots(conf.seed, conf.holdout_share, conf.exploration_share)
    return with_lots(with_stakes(people, money), lots, day)


def with_contact(ctx: Context, people: DataFrame, terms: Terms) -> DataFrame:
    """Those of `read_people` who bought before the day and may be looked at, with what they allow
    (a flag per purpose and channel of plays), contacts of a week by channel, and days since each
    play.
    """
    asked = people.filter(
        F.col("leave_probability").isNotNull() & ~F.col("score_status").isin(*NO_PROFILE)
    )
    consent, day = read_contact_consent(ctx), ctx.as_of
    for number, (purpose, channel) in enumerate(terms.purposes):
        asked = consent.mark_allowed(asked, f"_allowed_{number}", Purpose(purpose), channel)
    decisions = ctx.read_published(DECISION_LOG)
    decided = list_decided(decisions, ctx.read(CUSTOMER_REDIRECTS), day)
    done = list_treated(read_known(ctx, TREATMENTS))
    logs = [decided, done, list_sent(read_known(ctx, MESSAGE_EVENTS))]
    contacts = count_contacts(logs, terms.channels, day)
    actions = decided.unionByName(done)
    since = days_since_plays(actions, [play.id for play in terms.plays], day)
    flags = [f"_allowed_{number}" for number in range(len(terms.purposes))]
    is_suppressed = F.coalesce(F.col("suppressed_from_on") <= F.lit(day), F.lit(False))
    return (
        asked.withColumns({"allowed": F.array(*flags), "is_suppressed": is_suppressed})
        .drop(*flags)
        .join(contacts, on=["customer_id"], how="left")
        .join(since, on=["customer_id"], how="left")
    )


def read_known(ctx: Context, facts: Table) -> DataFrame:
    """Rows of silver that happened and were known before the day, with customer_id."""
    known = select_known(ctx.read(facts), ctx.settings.run.time_zone, ctx.as_of)
    return with_customer(known, ctx.read(IDENTITY_MAP))
