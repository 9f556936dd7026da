"""Everyone who is at risk of leaving, and who of them may be contacted."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.consent import read_published_consent
from holdfast.jobs.stages.report.population import AT_RISK
from holdfast.transformations.tables.gold import CUSTOMER_360
from holdfast.transformations.tables.vocabulary import Purpose


def is_at_risk() -> Column:
    """Whether a row's band is one of those at risk."""
    return F.col("risk_band").isin(*AT_RISK)


def read_people_at_risk(ctx: Context) -> DataFrame:
    """Rows of the published gold.customer_360 at risk, with is_contact_allowed: whether the newest
    consent allows what `activation` sends.
    """
    people = ctx.read_published(CUSTOMER_360).filter(
        (F.col("score_status") == F.lit("scored")) & is_at_risk()
    )
    conf = ctx.settings.activation
    allowed = read_published_consent(ctx).filter_rows(
        people.select("customer_id"), Purpose(conf.purpose), conf.channel
    )
    marked = allowed.withColumn("is_contact_allowed", F.lit(True))
    return people.join(marked, on=["customer_id"], how="left").fillna(False, ["is_contact_allowed"])


def order_by_risk(people: DataFrame, currency: str | None) -> DataFrame:
    """Those with the most at risk first; amounts in another currency than the main one are not
    comparable with its own and come behind.
    """
    return people.orderBy(
        F.coalesce(F.col("currency") != F.lit(currency), F.lit(True)),
        "currency",
        F.desc_nulls_last("value_at_risk_amount"),
        F.col("risk_band") != F.lit("high"),
        F.desc_nulls_last("expected_365d_amount"),
        "customer_id",
    )
