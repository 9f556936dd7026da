"""Comparisons: one source field, one comparison, a few levels of agreement each.

Levels: 0 differ, then rising agreement; -1 where either side is unknown. Source: Fellegi and Sunter 1969.
"""

from collections.abc import Mapping
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

LEVELS: Final[Mapping[str, int]] = {"first_name": 3, "last_name": 3, "address": 3, "postcode": 2, "email": 3, "phone": 2,
                                    "birth_date": 2}
PERSONAL: Final = ("first_name", "birth_date", "email")
FOLLOWS: Final = {"email": ("first_name", "last_name")}  # a local part is mostly made of its owner's name
PATTERN: Final = "pattern"
_FIELDS: Final = ("party_kind", "emails", "phones", "devices", "first_name", "last_name", "address", "postcode",
                  "birth_date")


def compared(pairs: DataFrame, records: DataFrame) -> DataFrame:
    """Each pair with its agreement pattern and whether it shares an e-mail, a phone, and a device."""
    left = records.select(F.col("party_id").alias("left_party_id"), F.struct(*_FIELDS).alias("l"))
    right = records.select(F.col("party_id").alias("right_party_id"), F.struct(*_FIELDS).alias("r"))
    both = pairs.join(left, ["left_party_id"], how="inner").join(right, ["right_party_id"], how="inner")
    levels = [_name("first_name"), _name("last_name"), _address(), _equal("postcode"), _email(), _phone(),
              _equal("birth_date")]
    return both.select(
        "left_party_id", "right_party_id",
        F.concat_ws(",", *(level.cast("string") for level in levels)).alias(PATTERN),
        F.arrays_overlap("l.emails", "r.emails").alias("shares_email"),
        F.arrays_overlap("l.phones", "r.phones").alias("shares_phone"),
        F.arrays_overlap("l.devices", "r.devices").alias("shares_device"),
        (F.col("l.party_kind") == "device").alias("left_is_device"),
        (F.col("r.party_kind") == "device").alias("right_is_device"))


def _sides(name: str) -> tuple[Column, Column, Column]:
    left, right = F.col(f"l.{name}"), F.col(f"r.{name}")
    return left, right, left.isNull() | right.isNull()


def _name(name: str) -> Column:
    """Equal; else a typo, the same sound, or an initial; else different."""
    left, right, unknown = _sides(name)
    initial = (F.least(F.length(left), F.length(right)) == 1) & (F.substring(left, 1, 1) == F.substring(right, 1, 1))
    near = (F.levenshtein(left, right) <= 2) | (F.soundex(left) == F.soundex(right)) | initial
    return F.when(unknown, -1).when(left == right, 2).when(near, 1).otherwise(0)


def _address() -> Column:
    left, right, unknown = _sides("address")
    return F.when(unknown, -1).when(left == right, 2).when(F.levenshtein(left, right) <= 4, 1).otherwise(0)


def _equal(name: str) -> Column:
    left, right, unknown = _sides(name)
    return F.when(unknown, -1).when(left == right, 1).otherwise(0)


def _email() -> Column:
    left, right = F.col("l.emails"), F.col("r.emails")

    def local(emails: Column) -> Column:
        return F.transform(emails, lambda email: F.substring_index(email, "@", 1))

    return (F.when((F.size(left) == 0) | (F.size(right) == 0), -1).when(F.arrays_overlap(left, right), 2)
            .when(F.arrays_overlap(local(left), local(right)), 1).otherwise(0))


def _phone() -> Column:
    left, right = F.col("l.phones"), F.col("r.phones")
    return F.when((F.size(left) == 0) | (F.size(right) == 0), -1).when(F.arrays_overlap(left, right), 1).otherwise(0)
