"""What was said and taken back: facts, e-mails and consents against what they truly came to."""

from collections.abc import Mapping
from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.stages.evaluation.identity_metrics import Figures
from holdfast.transformations.consent import Consent
from holdfast.transformations.tables.silver import (
    ENDED,
    ORDER_LINES,
    ORDERS,
    STANDING,
    TICKETS,
    WITHDRAWN,
)
from holdfast.transformations.tables.table import Table
from holdfast.transformations.tables.vocabulary import Purpose
from holdfast.transformations.union import union_by_name

COMPARED: Final = (ORDERS, ORDER_LINES, TICKETS)
MARKETING: Final = "marketing"  # in the truth a state of persons, by their number


def measure_states(facts: Mapping[Table, DataFrame], truth: DataFrame) -> Figures:
    """Facts whose newest state is not the true one; a fact that silver does not hold is
    withdrawn.
    """
    held = union_by_name([_newest(facts[table], table) for table in COMPARED])
    true = truth.filter(F.col("fact_table") != F.lit(MARKETING))
    found = true.join(held, on=["fact_table", "fact_id"], how="left")
    differs = F.coalesce("held", F.lit(WITHDRAWN)) != F.col("status")
    return {"facts_in_another_state": float(found.filter(differs).count())}


def measure_emails(party_values: DataFrame, vault: DataFrame, truth: DataFrame) -> Figures:
    """Records whose e-mail changed and does not stand in the vault as it is now."""
    now = party_values.filter((F.col("kind") == F.lit("email")) & F.col("valid_to").isNull())
    held = now.join(vault.select("token", "normalised"), on=["token"], how="inner")
    found = truth.join(held.select("party_id", "normalised"), on=["party_id"], how="left")
    differs = ~F.col("normalised").eqNullSafe(F.lower("email"))
    return {"e_mails_of_another_time": float(found.filter(differs).count())}


def measure_marketing(consent: Consent, persons: DataFrame, truth: DataFrame) -> Figures:
    """Customers who may be written to though their person does not allow it, and the other way
    round.
    """
    said = truth.filter(F.col("fact_table") == F.lit(MARKETING)).select(
        F.col("fact_id").cast("long").alias("person_id"), "status"
    )
    people = persons.join(said, on=["person_id"], how="inner")
    allowed = consent.filter_rows(people, Purpose.MARKETING, "email")
    wrongly = allowed.filter(F.col("status") == F.lit(ENDED)).count()
    rightly = allowed.filter(F.col("status") == F.lit(STANDING)).count()
    agree = people.filter(F.col("status") == F.lit(STANDING)).count()
    return {
        "marketing_against_consent": float(wrongly),
        "marketing_forgone": float(agree - rightly),
    }


def _newest(facts: DataFrame, table: Table) -> DataFrame:
    ended = F.lit(False) if table.end is None else F.col(table.end).isNotNull()
    status = (
        F.when(F.col("withdrawn_at").isNotNull(), WITHDRAWN).when(ended, ENDED).otherwise(STANDING)
    )
    return facts.select(
        F.lit(table.short_name).alias("fact_table"),
        F.col(table.keys[0]).alias("fact_id"),
        status.alias("held"),
    )
