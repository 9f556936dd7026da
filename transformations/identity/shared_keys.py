"""Keys that say nothing about who somebody is: an e-mail, phone or device that many people use (a
till, a kiosk, a firm), and mailboxes that stand for a role or for no address.
"""

from collections.abc import Collection
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.identity.latin import in_latin
from holdfast.transformations.identity.party_id import source_of
from holdfast.transformations.tables.vocabulary import FACT_PARTY_KINDS

DEVICE: Final = "device"  # kind of party that is an anonymous device
# Rules whose key many people may have: what it blocks by, and the mailbox of one at another host.
MAILBOX: Final = "local_part"
_SHAREABLE: Final = ("email", "phone", DEVICE, MAILBOX)
KEYS: Final = {"email": "emails", "phone": "phones", DEVICE: "devices"}  # rule to what it blocks by
TRAITS: Final = ("name", "phone", "home", "birth_date")  # of which one person has few
# E-mails, phones, homes or birth dates that one person leaves under one key, at most: what is more,
# where no name says whose they are, is of several people.
OF_ONE_PERSON: Final = 3
LARGEST: Final = 10  # times max_block_size, beyond which a block is left out
# Mailboxes of a role, whoever holds it: those of RFC 2142 that a shop's customers write, and like
# ones.
ROLES: Final = (
    *("info", "sales", "support", "marketing", "webmaster", "postmaster", "hostmaster", "abuse"),
    *("admin", "office", "contact", "kontakt", "hello", "billing", "accounts", "service", "help"),
)
# Kinds of parties made from facts that carry an id of their own at the source, as accounts do: not
# those of guests, who are a party with each order.
_ACCOUNTS: Final = tuple(kind for kind in FACT_PARTY_KINDS if kind != "guest")


def count_people() -> Column:
    """How many people the records of a key are of, at least; null for what nobody could share.

    The highest number there is of what one person has few of: names by first letter and sound, so
    that a typo makes nobody new; phones; homes by house number and postcode; birth dates; and
    accounts that only facts name, per source. What is unknown counts for none.
    """
    records = F.col("records")
    accounts = F.size(F.array_compact(records["account_of"]))
    per_source = F.try_divide(accounts, _distinct(records, "account_of")).cast("int")
    traits = [_distinct(records, trait) for trait in TRAITS]
    people = F.greatest(*traits, F.coalesce(per_source, F.lit(0)))
    return F.when(F.col("rule").isin(*_SHAREABLE), people)


def count_nameless() -> Column:
    """How many phones, homes, e-mails or birth dates the records of a key have that say no name."""
    nameless = F.filter("records", lambda record: record["name"].isNull())
    traits = [_distinct(nameless, trait) for trait in ("email", *TRAITS[1:])]
    return F.when(F.col("rule").isin(*_SHAREABLE), F.greatest(*traits))


def _distinct(records: Column, trait: str) -> Column:
    return F.size(F.array_distinct(F.array_compact(records[trait])))


def list_traits() -> list[Column]:
    """What one person has few of, and the source of an account that only facts name."""
    initial = F.substring(in_latin("first_name"), 1, 1)
    both = F.concat(initial, F.soundex(in_latin("last_name")))
    name = F.coalesce(both, in_latin("first_name"))
    is_account = F.col("party_kind").isin(*_ACCOUNTS)
    return [
        name.alias("name"),
        F.get("emails", F.lit(0)).alias("email"),
        F.get("phones", F.lit(0)).alias("phone"),
        F.concat(house_number("address"), F.lit("|"), "postcode").alias("home"),
        F.col("birth_date"),
        F.when(is_account, source_of("party_id")).alias("account_of"),
    ]


def house_number(address: str) -> Column:
    """The digits of a street address, null where it has none: a typo in the street's name makes no
    second home.
    """
    digits = F.regexp_replace(address, "[^0-9]", "")
    return F.when(digits != "", digits)


def is_too_large(max_block_size: int) -> Column:
    """Under a key are more parties than are compared."""
    return F.size("parties") > LARGEST * max_block_size


def is_unusable(max_block_size: int, max_people_per_key: int) -> Column:
    """A key under which are too many parties to compare, or that is shared: of more people than
    `max_people_per_key`, of more nameless ones than one, or of a role.
    """
    is_of_many = (F.col("people") > max_people_per_key) | (F.col("nameless") > OF_ONE_PERSON)
    is_role = F.col("rule").isin("email", MAILBOX) & F.substring_index("key", "@", 1).isin(*ROLES)
    is_shared = is_of_many | (is_role & (F.size("parties") >= 2))
    return is_too_large(max_block_size) | (F.col("rule").isin(*_SHAREABLE) & is_shared)


def without_shared_keys(
    records: DataFrame, blocked: DataFrame, max_block_size: int, max_people_per_key: int
) -> DataFrame:
    """`records` with the e-mails, phones and devices taken out that too many parties or people use,
    and is_mailbox_shared: whether an e-mail's mailbox is at some host.
    """
    unusable = blocked.filter(is_unusable(max_block_size, max_people_per_key))
    held = unusable.select(F.explode("parties").alias("party_id"), "rule", "key")
    shared = held.groupBy("party_id").agg(
        *(
            F.sort_array(F.collect_set(F.when(F.col("rule") == rule, F.col("key")))).alias(
                f"shared_{rule}"
            )
            for rule in _SHAREABLE
        )
    )
    kept = {
        column: F.coalesce(F.array_except(column, f"shared_{rule}"), F.array_distinct(column))
        for rule, column in KEYS.items()
    }
    is_mailbox_shared = F.coalesce(F.size(f"shared_{MAILBOX}") > 0, F.lit(False))
    return (
        records.join(shared, ["party_id"], how="left")
        .withColumns(kept | {"is_mailbox_shared": is_mailbox_shared})
        .drop(*(f"shared_{rule}" for rule in _SHAREABLE))
    )


def list_mailboxes() -> Column:
    """What stands before the @ of each e-mail."""
    return F.transform("emails", lambda email: F.substring_index(email, "@", 1))


def without_placeholders(records: DataFrame, mailboxes: Collection[str]) -> DataFrame:
    """`records` without the e-mails of mailboxes that stand for no address: `mailboxes` are local
    parts, in lower case, without marks.
    """

    def is_own(email: Column) -> Column:
        local = F.regexp_replace(F.substring_index(email, "@", 1), "[^a-z0-9]", "")
        return ~local.isin(*mailboxes)

    return records.withColumn("emails", F.filter("emails", is_own))
