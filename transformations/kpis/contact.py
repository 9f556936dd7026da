"""Rows of messages and of surveys."""

from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.kpis.cuts import cut, cut_all
from holdfast.transformations.kpis.periods import PERIOD, with_period

# Channels of which anybody can know that a message was opened, or that a link in it was followed.
_OPENED: Final = ("email", "push")
_CLICKED: Final = ("email", "sms", "push")
_SATISFIED: Final = 0.75  # 4 of 5
_PROMOTES, _DETRACTS = 0.9, 0.6  # 9 and 6 of 10


def message_rows(messages: DataFrame) -> DataFrame:
    """Events of messages with customer_id and happened_on, summed by customer, month and channel,
    in their periods, with the measures and cuts of messages.
    """
    kind, channel = F.col("event_type"), F.col("channel")
    is_received = kind == "received"
    flags = {
        "received": is_received,
        "receivable": is_received & channel.isin(*_OPENED),
        "clickable": is_received & channel.isin(*_CLICKED),
        "opened": (kind == "opened")
        & channel.isin(*_OPENED)
        & ~F.coalesce("is_machine_open", F.lit(False)),
        "clicked": (kind == "clicked") & channel.isin(*_CLICKED),
        "unsubscribed": kind.isin("unsubscribed", "spam"),
    }
    counts = (F.count_if(flag).alias(name) for name, flag in flags.items())
    month = F.trunc("happened_on", "month").alias("month_on")
    summed = messages.groupBy("customer_id", month, "channel").agg(*counts)
    return with_period(summed, "month_on").select(
        *("customer_id", *PERIOD, *flags),
        cut_all().alias("customer_cuts"),
        F.array(cut("message_channel", F.col("channel"))).alias("cuts"),
    )


def survey_rows(surveys: DataFrame) -> DataFrame:
    """Answers with a score, with customer_id, happened_on and acquired_through, in their periods,
    with the measures and cuts of surveys.
    """
    share = F.col("score_share")
    is_nps, is_csat = F.col("survey_type") == "nps", F.col("survey_type") == "csat"
    points = F.when(share >= _PROMOTES, 100).when(share <= _DETRACTS, -100).otherwise(0)
    answers = surveys.filter(share.isNotNull() & (is_nps | is_csat))
    return with_period(answers, "happened_on").select(
        *("customer_id", *PERIOD),
        is_nps.cast("int").alias("nps_answers"),
        F.when(is_nps, points).otherwise(0).alias("nps_points"),
        is_csat.cast("int").alias("csat_answers"),
        (is_csat & (share >= _SATISFIED)).cast("int").alias("satisfied"),
        cut_all(cut("acquired_through", F.col("acquired_through"))).alias("customer_cuts"),
    )
