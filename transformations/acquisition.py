"""How customers first came: which channel a touch is of, and each customer's first one."""

from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.identity.join import with_customer
from holdfast.transformations.local_day import local_day
from holdfast.transformations.states import select_standing
from holdfast.transformations.tables.vocabulary import ACQUISITION_CHANNELS, UNKNOWN

# A site is known by any part of its name between points, so that google is www.google.de, or by
# the whole of it. The commonest of Google's own lists.
_SEARCH: Final = """google bing yahoo duckduckgo baidu yandex ecosia qwant naver startpage aol ask
brave"""
_SOCIAL: Final = """facebook fb instagram ig tiktok pinterest twitter t.co x.com linkedin lnkd
reddit snapchat threads whatsapp meta"""
_SHOPPING: Final = "amazon ebay etsy walmart alibaba shopzilla mercari"
_VIDEO: Final = "youtube youtu.be vimeo twitch dailymotion netflix hulu"
_IS_PAID: Final = "^(.*cp.*|ppc|retargeting|paid.*)$"
_IS_SHOPPING: Final = "^(.*(([^a-df-z]|^)shop|shopping).*)$"
_IS_EMAIL: Final = "^e[-_ ]?mail$"
_UNNAMED: Final = ("", "(none)", "(not set)")
_DISPLAY: Final = ("display", "banner", "expandable", "interstitial", "cpm")
_IS_SOCIAL: Final = "^(sm|social([- ](network|media))?)$"


def first_touches(touches: DataFrame, identity_map: DataFrame, as_of: date) -> DataFrame:
    """One row per customer with a touch known before `as_of`: touched_at, channel and the UTM
    values of the earliest, of equal ones that of the lower id.

    `touches` are of silver.acquisition_touches, each with its `time_zone`.
    """
    happened, known = local_day(F.col("event_at")), local_day(F.col("available_at"))
    seen = select_standing(touches).filter(F.greatest(happened, known) < F.lit(as_of))
    values = ("campaign_source", "campaign_medium", "campaign_name", "referring_domain")
    first = F.min_by(
        F.struct(F.col("event_at").alias("touched_at"), channel_of().alias("channel"), *values),
        F.struct("event_at", "touch_id"),
    )
    grouped = with_customer(seen, identity_map).groupBy("customer_id").agg(first.alias("first"))
    return grouped.select("customer_id", "first.*")


def channel_of() -> Column:
    """The channel of a row of silver.acquisition_touches, in ACQUISITION_CHANNELS.

    The rules and their order are those of GA4's default channel groups
    (support.google.com/analytics/answer/9756891), with the sites above for its lists. Without UTM
    values the site that led there is the source, and its link a referral.
    """
    source = _lower(F.coalesce("campaign_source", "referring_domain"))
    untagged = F.coalesce("campaign_source", "campaign_medium", "campaign_name").isNull()
    medium = F.when(untagged, F.lit("referral")).otherwise(_lower(F.col("campaign_medium")))
    rules = _rules(source, medium, _lower(F.col("campaign_name")))
    return F.coalesce(
        *(F.when(rules[name], F.lit(name)) for name in ACQUISITION_CHANNELS if name in rules),
        F.lit(UNKNOWN),
    )


def _rules(source: Column, medium: Column, campaign: Column) -> dict[str, Column]:
    """By channel, what is so of its touches and of those of channels further down its list."""
    is_paid, is_shopping = medium.rlike(_IS_PAID), campaign.rlike(_IS_SHOPPING)
    shops, searches = _is_of(source, _SHOPPING), _is_of(source, _SEARCH)
    socials, videos = _is_of(source, _SOCIAL), _is_of(source, _VIDEO)
    return {
        "direct": source.isin("(direct)", "direct") & medium.isin(*_UNNAMED),
        "cross_network": campaign.contains("cross-network"),
        "paid_shopping": (shops | is_shopping) & is_paid,
        "paid_search": searches & is_paid,
        "paid_social": socials & is_paid,
        "paid_video": videos & is_paid,
        "display": medium.isin(*_DISPLAY),
        "paid_other": is_paid,
        "organic_shopping": shops | is_shopping,
        "organic_social": socials | medium.rlike(_IS_SOCIAL),
        "organic_video": videos | medium.contains("video"),
        "organic_search": searches | (medium == "organic"),
        "referral": medium.isin("referral", "app", "link"),
        "email": source.rlike(_IS_EMAIL) | medium.rlike(_IS_EMAIL),
        "affiliates": medium.isin("affiliate", "affiliates"),
        "audio": medium == "audio",
        "sms": (source == "sms") | (medium == "sms"),
        "mobile_push": medium.rlike("push$|mobile|notification") | (source == "firebase"),
    }


def _lower(value: Column) -> Column:
    return F.lower(F.trim(F.coalesce(value, F.lit(""))))


def _is_of(source: Column, sites: str) -> Column:
    names = F.concat(F.split(source, "[.]"), F.array(source))
    return F.arrays_overlap(names, F.array(*map(F.lit, sites.split())))
