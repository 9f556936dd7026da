"""Why something is done for a customer, or nothing: sentences from columns that are known."""

from typing import Final

from pyspark.sql import Column
from pyspark.sql import functions as F

from holdfast.transformations.features.registry import FEATURES
from holdfast.transformations.tables.vocabulary import NO_PLAY, UNCLEAR

ALONE: Final = {
    "no_purchase": "Never bought anything, so there is no custom to keep.",
    "no_analytics": "Does not allow that the data is used to decide anything.",
    "no_score": "Nothing says how likely this customer is to come again.",
    "held_out": "One of those who are never treated, so that what treatment is worth can be seen.",
    "suppressed": "Silent for so long that messages should have ended.",
    "other_currency": "Pays in a currency without a rate.",
    "no_consent": "Allows no channel of any play that fits.",
    "frequency": "Was contacted as often in seven days as anybody may be.",
    "cooldown": "Every play that fits was tried too recently.",
    "no_play": "No play is for customers like this one.",
    "drawn": "The lot of the experiment said to leave this customer alone.",
    "not_worth": "No play that fits is expected to earn more than it costs.",
    "limits": "Budget and teams went to customers with a higher expected gain.",
}


def explain() -> Column:
    """Facts of `describe_people` and of the chosen play in one sentence or a few: how long no
    order, the strongest reason with its evidence, open tickets, and what is expected.
    """
    facts = F.concat_ws("; ", _silence(), _evidence(), _tickets())
    alone = F.col("left_alone_because")
    decided = F.when(F.col("action") != F.lit(NO_PLAY), _expectation())
    for word, sentence in ALONE.items():
        decided = decided.when(alone == F.lit(word), F.lit(sentence))
    known = F.when(~alone.isin("no_purchase", "no_analytics", "no_score") | alone.isNull(), facts)
    begun = F.when(F.length(known) > 0, F.concat(known, F.lit(".")))
    return F.concat_ws(" ", begun, decided)


def justify(tiers: Column) -> Column:
    """What makes the treatment differ from that of others; `tiers` are those that the chosen play
    is for, comma-separated, empty where it is for all.
    """
    own = F.coalesce("value_tier", F.lit("unknown"))
    by_tier = F.concat(F.lit("The play is for value tiers "), tiers, F.lit("; this one is "), own)
    by_gain = F.concat(
        F.lit("Open to every value tier; gain "),
        _amount("value_amount"),
        F.lit(" beyond its cost of "),
        _amount("cost_amount"),
    )
    treated = F.when(F.length(tiers) > 0, by_tier).otherwise(by_gain)
    alone = F.concat(F.lit("Left alone: "), F.col("left_alone_because"))
    return F.when(F.col("action") != F.lit(NO_PLAY), treated).otherwise(alone)


def _silence() -> Column:
    days, gap = F.col("days_since_last_order"), F.round("expected_gap_days", 0).cast("int")
    usual = F.when(gap.isNotNull(), F.concat(F.lit(", usual gap "), gap))
    return F.when(
        days.isNotNull(),
        F.concat(F.lit("No order for "), days, F.lit(" days"), F.coalesce(usual, F.lit(""))),
    )


def _tickets() -> Column:
    open_tickets = F.col("open_tickets").cast("int")
    words = F.when(open_tickets == 1, " ticket not solved").otherwise(" tickets not solved")
    return F.when(open_tickets > 0, F.concat(open_tickets, words))


def _evidence() -> Column:
    """`Visits of the product's core functions: 4, usually 9`, of the strongest reason."""
    shown = F.when(F.lit(False), F.lit(""))
    for feature in FEATURES:
        named = F.col("evidence") == F.lit(feature.name)
        value = _measure("evidence_value", feature.unit)
        usual = F.concat(F.lit(", usually "), _measure("evidence_baseline", feature.unit))
        said = F.concat(F.lit(f"{feature.doc.rstrip('.')}: "), value, F.coalesce(usual, F.lit("")))
        shown = shown.when(named, said)
    clear = (F.col("reason") != F.lit(UNCLEAR)) & (F.col("evidence") != F.lit("open_tickets"))
    return F.when(clear, shown)


def _measure(name: str, unit: str) -> Column:
    value = F.col(name).cast("double")
    if unit == "share":
        return F.format_string("%.0f %%", value * 100)
    if unit == "log ratio":
        return F.format_string("%+.0f %%", F.expm1(value) * 100)
    return F.when(value.isNotNull(), F.regexp_replace(F.format_string("%.1f", value), r"\.0$", ""))


def _expectation() -> Column:
    kept = F.format_string("%.1f", F.col("effect").cast("double") * 100)
    return F.concat(
        F.col("title"),
        F.lit(" is expected to keep "),
        F.regexp_replace(kept, r"\.0$", ""),
        F.lit(" of 100 such customers."),
    )


def _amount(name: str) -> Column:
    return F.concat(F.format_string("%.2f", F.col(name).cast("double")), F.lit(" "), "currency")
