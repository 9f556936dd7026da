"""Who is one person: a retailer's records compared on Spark, weighed as those of any table."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.models.fitting import keep_computed, make_frame
from holdfast.models.identity.copied import CopyCounts, weigh_copies
from holdfast.models.identity.grouping import Resolution, group_records
from holdfast.models.identity.matching import IdentityConfig
from holdfast.models.identity.retailer import COMPARED_PAIR, PATTERN, block_people, compare_pairs
from holdfast.models.identity.study import SAMPLE, Study, ValueCounts, read_counts, study_sample
from holdfast.models.identity.weighing import SCORED, FittedPeople, fit_people
from holdfast.transformations.identity import blocking, people, shared_keys
from holdfast.transformations.identity.latin import with_latin


@dataclass(frozen=True, eq=False)
class _Known:
    """All records (party_id, first_party_id), the different people among them with counts of their
    values, a sample of these, and blocks by contacts.
    """

    names: DataFrame
    people: DataFrame
    sample: pd.DataFrame
    counts: ValueCounts
    contacts: DataFrame

    @property
    def size(self) -> int:
        """How many different people there may be."""
        return len(self.sample) if len(self.sample) < SAMPLE else self.people.count()

    @property
    def copied(self) -> DataFrame:
        """People who are there more than once."""
        return self.people.filter(F.col("copies") > 1)


def resolve_records(records: DataFrame, parameters: IdentityConfig) -> Resolution:
    """Resolve records of the columns of `party_records`.

    The driver sees a sample of people, on which blocking rules are chosen, how often each value and
    pattern occurs, and which records could join at all, as numbers; all else is Spark's.
    """
    known = _prepare(records, parameters)
    compared, study, skipped = _compare(known, parameters)
    fitted, patterns = _fit(known, compared, study, parameters)
    scores = make_frame(fitted.score(patterns), SCORED, beside=records)
    pairs = compared.join(F.broadcast(scores), [PATTERN], how="inner")
    own = keep_computed(fitted.score_copies(known.copied))
    notes = [
        f"{rule}: {parties:,} records share one with too many to compare"
        for rule, parties in sorted((row["rule"], row["parties"]) for row in skipped.collect())
    ]
    notes += _note_copies(own, parameters, is_compared=len(patterns) > 0)
    logins = _list_logins(known, parameters)
    return group_records(known.names, pairs, own, logins, parameters, "; ".join(notes))


def _prepare(records: DataFrame, parameters: IdentityConfig) -> _Known:
    """Take out what says nothing, and count what is left."""
    own = shared_keys.without_placeholders(records, parameters.placeholder_mailboxes)
    contacts = keep_computed(blocking.block_by_contacts(with_latin(own)))
    limits = (parameters.max_block_size, parameters.max_people_per_key)
    each = people.with_copies(shared_keys.without_shared_keys(own, contacts, *limits))
    each = keep_computed(each)
    different = people.select_distinct(each)
    values = keep_computed(people.count_values(different))
    counted = keep_computed(people.with_counts(different, values))
    in_order = counted.orderBy(F.xxhash64("party_id"), "party_id")
    return _Known(
        each.select("party_id", "first_party_id"),
        counted,
        pd.DataFrame(in_order.limit(SAMPLE).toPandas()),
        read_counts(pd.DataFrame(people.count_counts(values).toPandas())),
        contacts,
    )


def _is_unusable(parameters: IdentityConfig) -> Column:
    return shared_keys.is_unusable(parameters.max_block_size, parameters.max_people_per_key)


def _compare(
    known: _Known, parameters: IdentityConfig
) -> tuple[DataFrame, Study | None, DataFrame]:
    """left, right, pattern of people under the keys that a sample shows to pay, what that showed,
    and how many records were left out by rule.
    """
    skipped = blocking.count_skipped_blocks(known.contacts, _is_unusable(parameters))
    if len(known.sample) < 2:
        party = F.col("party_id")
        nobody = known.people.select(*map(party.alias, COMPARED_PAIR)).limit(0)
        return nobody, None, skipped
    study = study_sample(known.sample, known.counts, parameters.random_pairs)
    blocks = keep_computed(blocking.gather_parties(block_people(known.people, study.parts)))
    is_too_large = shared_keys.is_too_large(parameters.max_block_size)
    candidates = blocking.pair_parties(blocks.filter(~is_too_large), parameters.max_block_size)
    compared = keep_computed(compare_pairs(candidates, known.people, known.counts.usual))
    left_out = blocking.count_skipped_blocks(blocks, is_too_large)
    return compared, study, skipped.unionByName(left_out)


def _fit(
    known: _Known, compared: DataFrame, study: Study | None, parameters: IdentityConfig
) -> tuple[FittedPeople, Sequence[str]]:
    """The classes, fitted to what is counted in one job, and the patterns there are."""
    copies = CopyCounts.of(known.counts, known.size)
    one = compared.select(PATTERN, F.lit(1.0).alias("weight"), F.lit(False).alias("is_copy"))
    own = weigh_copies(known.copied, copies).withColumn("is_copy", F.lit(True))
    counted = one.unionByName(own).groupBy("is_copy", PATTERN).agg(F.sum("weight").alias("weight"))
    table = pd.DataFrame(counted.toPandas())
    pairs, copied = (
        dict(zip(rows[PATTERN], rows["weight"], strict=True))
        for rows in (table[~table["is_copy"]], table[table["is_copy"]])
    )
    return fit_people(study, known.counts, pairs, copied, copies, parameters), sorted(pairs)


def _note_copies(own: DataFrame, parameters: IdentityConfig, *, is_compared: bool) -> list[str]:
    """What to say of equal records that too little is known of, or where there is no pair."""
    is_apart = F.col("match_probability") < F.lit(parameters.match_probability)
    apart = F.sum(F.when(is_apart, F.col("copies") - 1))
    copied, copies = own.agg(F.count(F.lit(1)), apart).collect()[0]
    if copies:
        return [f"{copies:,} records equal another, in too little to be one person with it"]
    return [] if copied or is_compared else ["no pair to compare"]


def _list_logins(known: _Known, parameters: IdentityConfig) -> DataFrame:
    """Pairs of an anonymous device and a party on it, where it is not one of many people."""
    is_device = F.col("rule") == F.lit(shared_keys.DEVICE)
    devices = known.contacts.filter(is_device & ~_is_unusable(parameters))
    return blocking.pair_devices(devices, parameters.max_block_size)
