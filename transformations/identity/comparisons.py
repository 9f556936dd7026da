"""Comparisons: one source field, one comparison, a few levels of agreement each.

Levels: 0 differ, then rising agreement; -1 where either side is unknown. Source: Fellegi and Sunter
1969; that rare names say more than common ones: Winkler 2000.
"""

from typing import Final

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.identity.comparison import Comparison
from holdfast.transformations.identity.latin import SPELT, in_latin, name_latin
from holdfast.transformations.ingest.phones import EXTENSION

COMPARISONS: Final = (
    Comparison("first_name", 5, 2, is_personal=True),
    Comparison("last_name", 5, 2),
    Comparison("address", 3, 2),
    Comparison("postcode", 2, 1),
    Comparison("email", 3, 2, is_personal=True, follows=("first_name", "last_name")),
    Comparison("phone", 2, 1),
    Comparison("birth_date", 2, 1, is_personal=True),
)
PATTERN: Final = "pattern"
NAMES: Final = ("first_name", "last_name")
_FIELDS: Final = (
    "party_kind",
    "emails",
    "phones",
    "devices",
    *NAMES,
    "first_name_rarity",
    "last_name_rarity",
    "address",
    "postcode",
    "birth_date",
    *map(name_latin, SPELT),
)
# Scripts whose letters have one reading each; that of others (Chinese characters in Japan, Arabic
# without its vowels) is a guess.
_GUESSED: Final = r"[^\p{IsLatin}\p{IsGreek}\p{IsCyrillic}\p{IsCommon}\p{IsInherited}]"
# Scripts that write no space between last and first name.
_UNSPACED: Final = r"[\p{IsHan}\p{IsHiragana}\p{IsKatakana}\p{IsHangul}\u30fc]+"


def with_rarity(records: DataFrame) -> DataFrame:
    """`records` with the rarity of each name, 0 to 2: as frequent as the names that two unrelated
    records share are on average, or more; up to four times rarer; rarer still. The average is taken
    over these records.
    """
    entries = F.array(
        *(F.struct(F.lit(name).alias("field"), F.col(name).alias("value")) for name in NAMES)
    )
    counted = (
        records.select(F.explode(entries).alias("entry"))
        .filter(F.col("entry.value").isNotNull())
        .groupBy("entry.field", "entry.value")
        .agg(F.count(F.lit(1)).alias("n"))
    )
    field = Window.partitionBy("field")
    usual = F.sum(F.col("n") * F.col("n")).over(field) / F.sum("n").over(field)
    rarity = counted.withColumn("usual", usual).select(
        "field",
        "value",
        F.when(F.col("n") >= F.col("usual"), 0)
        .when(F.col("n") * 4 >= F.col("usual"), 1)
        .otherwise(2)
        .alias("rarity"),
    )
    first, last = (
        rarity.filter(F.col("field") == F.lit(name)).select(
            F.col("value").alias(name), F.col("rarity").alias(f"{name}_rarity")
        )
        for name in NAMES
    )
    return records.join(first, on=["first_name"], how="left").join(
        last, on=["last_name"], how="left"
    )


def compare_pairs(pairs: DataFrame, records: DataFrame) -> DataFrame:
    """Each pair of `with_latin` and `with_rarity` records: its agreement pattern, whether it shares
    an e-mail, a phone, and a device, and whether its house numbers differ.
    """
    left = records.select(F.col("party_id").alias("left_party_id"), F.struct(*_FIELDS).alias("l"))
    right = records.select(F.col("party_id").alias("right_party_id"), F.struct(*_FIELDS).alias("r"))
    both = pairs.join(left, ["left_party_id"], how="inner").join(
        right, ["right_party_id"], how="inner"
    )
    levels = [
        _name("first_name"),
        _name("last_name"),
        _address(),
        _equal("postcode"),
        _email(),
        _phone(),
        _equal("birth_date"),
    ]
    return both.select(
        "left_party_id",
        "right_party_id",
        F.concat_ws(",", *(level.cast("string") for level in levels)).alias(PATTERN),
        F.arrays_overlap("l.emails", "r.emails").alias("shares_email"),
        F.arrays_overlap("l.phones", "r.phones").alias("shares_phone"),
        F.arrays_overlap("l.devices", "r.devices").alias("shares_device"),
        _has_two_numbers().alias("has_two_house_numbers"),
        (F.col("l.party_kind") == "device").alias("left_is_device"),
        (F.col("r.party_kind") == "device").alias("right_is_device"),
    )


def _sides(name: str) -> tuple[Column, Column, Column]:
    left, right = F.col(f"l.{name}"), F.col(f"r.{name}")
    return left, right, left.isNull() | right.isNull()


def _name(name: str) -> Column:
    """Equal, the rarer the more; else a typo, the same sound, an initial, or the same in another
    script; else different.
    """
    left, right, unknown = _sides(name)
    one, other = in_latin(name, "l."), in_latin(name, "r.")
    shorter = F.least(F.length(one), F.length(other))
    initial = (shorter == 1) & (F.substring(one, 1, 1) == F.substring(other, 1, 1))
    slips = F.levenshtein(one, other)
    few = F.when(shorter == 2, 1).otherwise(2)  # of two letters the other two are no typo
    near = (slips <= few) | (F.soundex(one) == F.soundex(other)) | initial
    # of names of two or three signs one is no slip: siblings share the other; a homophone may be
    near = F.when(_are_unspaced(left, right), one == other).otherwise(near)
    if name == "first_name":
        near = near | _is_within_whole()
    return (
        F.when(unknown, -1)
        .when(left == right, F.col(f"l.{name}_rarity") + 2)
        .when(near, 1)
        .when(_is_a_guess(name), -1)
        .otherwise(0)
    )


def _is_within_whole() -> Column:
    """One side's only name, in a script that writes no space in names, holds the other's first."""
    left, right, _ = _sides("first_name")
    is_whole = F.col("l.last_name").isNull() | F.col("r.last_name").isNull()
    within = left.contains(right) | right.contains(left)
    return is_whole & _are_unspaced(left, right) & within


def _are_unspaced(left: Column, right: Column) -> Column:
    """Both are names in scripts that write no space in them."""
    return F.concat(left, right).rlike(f"^{_UNSPACED}$")


def _address() -> Column:
    """Equal; else a typo, or the same in another script; else different: four slips are a typo in
    a long address and another street in a short one.
    """
    left, right, unknown = _sides("address")
    one, other = in_latin("address", "l."), in_latin("address", "r.")
    few = F.least(F.lit(4.0), F.least(F.length(one), F.length(other)) / 3)
    return (
        F.when(unknown, -1)
        .when(left == right, 2)
        .when(F.levenshtein(one, other) <= few, 1)
        .when(_is_a_guess("address"), -1)
        .otherwise(0)
    )


def _has_two_numbers() -> Column:
    """Both sides have digits in their address, and not the same."""
    left, right = (house_number(f"{side}.address") for side in ("l", "r"))
    return F.coalesce(left != right, F.lit(False))


def house_number(address: str) -> Column:
    """The digits of a street address, null where it has none: a typo in the street's name makes no
    second home.
    """
    digits = F.regexp_replace(address, "[^0-9]", "")
    return F.when(digits != "", digits)


def _is_a_guess(name: str) -> Column:
    """One side is in a script that only a guess at its reading compares with the other."""
    left, right, _ = _sides(name)
    in_one_script = (
        F.col(f"l.{name_latin(name)}").isNull() == F.col(f"r.{name_latin(name)}").isNull()
    )
    return ~in_one_script & F.concat(left, right).rlike(_GUESSED)


def _equal(name: str) -> Column:
    left, right, unknown = _sides(name)
    return F.when(unknown, -1).when(left == right, 1).otherwise(0)


def _email() -> Column:
    left, right = F.col("l.emails"), F.col("r.emails")

    def local(emails: Column) -> Column:
        return F.transform(emails, lambda email: F.substring_index(email, "@", 1))

    return (
        F.when((F.size(left) == 0) | (F.size(right) == 0), -1)
        .when(F.arrays_overlap(left, right), 2)
        .when(F.arrays_overlap(local(left), local(right)), 1)
        .otherwise(0)
    )


def _phone() -> Column:
    """Equal, or different; unknown where one names an extension of the other."""
    left, right = F.col("l.phones"), F.col("r.phones")

    def switchboard(phones: Column) -> Column:
        return F.transform(phones, lambda phone: F.substring_index(phone, EXTENSION, 1))

    at_one_desk = F.arrays_overlap(switchboard(left), right) | F.arrays_overlap(
        left, switchboard(right)
    )
    return (
        F.when((F.size(left) == 0) | (F.size(right) == 0), -1)
        .when(F.arrays_overlap(left, right), 1)
        .when(at_one_desk, -1)
        .otherwise(0)
    )
