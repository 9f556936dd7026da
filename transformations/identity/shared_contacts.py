"""E-mail addresses and phones that several customers have."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.identity.shared_keys import KEYS

CONTACTS = ("email", "phone")


def list_shared_contacts(records: DataFrame, memberships: DataFrame) -> DataFrame:
    """silver.shared_contacts: `records` of `party_records` and the customer_id of each by party_id.

    Whatever identity makes of an address, be it one of a role or of too many people: who says no
    there says it for all who have it.
    """
    contacts = F.flatten(F.array(*map(_each, CONTACTS)))
    held = records.join(memberships, on=["party_id"], how="inner").select(
        "party_id", "customer_id", F.explode(contacts).alias("contact")
    )
    holders = held.groupBy("contact.kind", "contact.value").agg(
        F.min("party_id").alias("held_with"),
        (F.min("customer_id") < F.max("customer_id")).alias("is_shared"),
        F.collect_set("party_id").alias("parties"),  # any order: a row each
    )
    return holders.filter("is_shared").select(
        F.explode("parties").alias("party_id"), "kind", "held_with"
    )


def _each(kind: str) -> Column:
    return F.transform(
        KEYS[kind], lambda value: F.struct(F.lit(kind).alias("kind"), value.alias("value"))
    )
