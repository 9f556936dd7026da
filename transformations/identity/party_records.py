"""What is known of each source record: the normal forms of its values, one row per party."""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.identity.party_id import source_id
from holdfast.transformations.local_day import local_day

SINGLE = ("first_name", "last_name", "address", "city", "postcode", "birth_date")
# a source's newest word counts: an address it has corrected must not hold two people together
LATEST = ("email", "phone")
COMPARED = (*LATEST, *SINGLE, "full_name")


def party_records(
    parties: DataFrame,
    party_values: DataFrame,
    vault: DataFrame,
    known_before: date | None = None,
) -> DataFrame:
    """party_id, party_kind, arrays of e-mails, phones and devices, and name, address and birth
    date, each as it is true now; with `known_before` as it was true when that day began in the
    `time_zone` that each row of `parties` and `party_values` then has.

    An anonymous device is its own device; a full name gives first and last where a source has no
    others. `party_values` says what is true when, the `vault` what its tokens stand for.
    """
    people = parties
    if known_before is not None:
        people = parties.filter(local_day(F.col("available_at")) < F.lit(known_before))
    held = _select_true(party_values, known_before)
    forms = vault.filter(F.col("normalised").isNotNull()).select("token", "normalised")
    known = held.join(forms, on=["token"], how="inner")
    values = known.groupBy("party_id").agg(
        F.sort_array(F.collect_set(F.when(F.col("kind") == "device", F.col("normalised")))).alias(
            "logged"
        ),
        *(_newest(kind).alias(kind) for kind in COMPARED),
    )
    named = people.select("party_id", "party_kind").join(values, on=["party_id"], how="left")
    own = F.when(F.col("party_kind") == "device", F.array(F.lower(source_id("party_id"))))
    words = F.split("full_name", " ")
    return named.select(
        "party_id",
        "party_kind",
        *(_some(F.col(kind)).alias(f"{kind}s") for kind in LATEST),
        F.coalesce(own, "logged", F.array().cast("array<string>")).alias("devices"),
        F.coalesce("first_name", F.element_at(words, 1)).alias("first_name"),
        F.coalesce("last_name", F.when(F.size(words) > 1, F.element_at(words, -1))).alias(
            "last_name"
        ),
        *SINGLE[2:],
    )


def _select_true(party_values: DataFrame, before: date | None) -> DataFrame:
    if before is None:
        return party_values.filter(F.col("valid_to").isNull())
    lasts = F.coalesce(local_day(F.col("valid_to")) >= F.lit(before), F.lit(True))
    return party_values.filter((local_day(F.col("valid_from")) < F.lit(before)) & lasts)


def _some(value: Column) -> Column:
    return F.when(value.isNotNull(), F.array(value)).otherwise(F.array().cast("array<string>"))


def _newest(kind: str) -> Column:
    return F.max_by(
        "normalised", F.when(F.col("kind") == kind, F.struct("valid_from", "normalised"))
    )
