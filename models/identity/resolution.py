"""Who is one person: a retailer's records compared on Spark, weighed as those of any table."""

from dataclasses import dataclass

import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.models.fitting import keep_computed
from holdfast.models.identity.grouping import Resolution, group_records
from holdfast.models.identity.matching import IdentityConfig
from holdfast.models.identity.retailer import COMPARED_PAIR, block_people, compare_pairs
from holdfast.models.identity.study import SAMPLE, Study, ValueCounts, read_counts, study_sample
from holdfast.models.identity.weighing import weigh_people
from holdfast.transformations.identity import blocking, people, shared_keys
from holdfast.transformations.identity.latin import with_latin


@dataclass(frozen=True, eq=False)
class _Known:
    """All records by name (party_id, is_person, is_device, first_party_id), the different people
    among them with counts of their values, and blocks by contacts.
    """

    names: pd.DataFrame
    people: DataFrame
    counts: ValueCounts
    contacts: DataFrame

    @property
    def size(self) -> int:
        """How many different people there may be."""
        is_first = self.names["party_id"] == self.names["first_party_id"]
        return int((self.names["is_person"] & is_first).sum())


def resolve_records(records: DataFrame, parameters: IdentityConfig) -> Resolution:
    """Resolve records of the columns of `party_records`.

    Blocking rules are chosen on a sample of people that the driver sees; blocks, pairs and levels
    are Spark's, and the driver has the compared pairs in the end.
    """
    known = _prepare(records, parameters)
    compared, study, skipped = _compare(known, parameters)
    copied = pd.DataFrame(known.people.filter(F.col("copies") > 1).toPandas())
    copied = copied.sort_values("party_id", ignore_index=True)
    pairs, own = weigh_people(study, known.counts, compared, copied, known.size, parameters)
    notes = [
        f"{rule}: {parties:,} records share one with too many to compare"
        for rule, parties in sorted((row["rule"], row["parties"]) for row in skipped.collect())
    ]
    apart = own["match_probability"] < parameters.match_probability
    if apart.any():
        copies = int((copied["copies"][apart] - 1).sum())
        notes.append(f"{copies:,} records equal another, in too little to be one person with it")
    notes += [] if len(pairs) or len(own) else ["no pair to compare"]
    devices = _list_logins(known, parameters)
    return group_records(known.names, pairs, own, devices, parameters, "; ".join(notes))


def _prepare(records: DataFrame, parameters: IdentityConfig) -> _Known:
    """Take out what says nothing, and count what is left."""
    own = shared_keys.without_placeholders(records, parameters.placeholder_mailboxes)
    known = keep_computed(with_latin(own))
    contacts = keep_computed(blocking.block_by_contacts(known))
    limits = (parameters.max_block_size, parameters.max_people_per_key)
    each = people.with_copies(shared_keys.without_shared_keys(known, contacts, *limits))
    each = keep_computed(each)
    different = people.select_distinct(each)
    values = keep_computed(people.count_values(different))
    is_device = (F.col("party_kind") == F.lit(shared_keys.DEVICE)).alias("is_device")
    names = pd.DataFrame(
        each.select("party_id", "is_person", is_device, "first_party_id").toPandas()
    )
    return _Known(
        names.sort_values("party_id", ignore_index=True),
        keep_computed(people.with_counts(different, values)),
        read_counts(pd.DataFrame(people.count_counts(values).toPandas())),
        contacts,
    )


def _is_unusable(parameters: IdentityConfig) -> Column:
    return shared_keys.is_unusable(parameters.max_block_size, parameters.max_people_per_key)


def _compare(
    known: _Known, parameters: IdentityConfig
) -> tuple[pd.DataFrame, Study | None, DataFrame]:
    """Pairs of people under the keys that a sample shows to pay, what that showed, and how many
    records were left out by rule.
    """
    skipped = blocking.count_skipped_blocks(known.contacts, _is_unusable(parameters))
    in_order = known.people.orderBy(F.xxhash64("party_id"), "party_id")
    sample = pd.DataFrame(in_order.limit(SAMPLE).toPandas())
    if len(sample) < 2:
        return pd.DataFrame(columns=list(COMPARED_PAIR)), None, skipped
    study = study_sample(sample, known.counts, parameters.random_pairs)
    blocks = keep_computed(blocking.gather_parties(block_people(known.people, study.parts)))
    is_too_large = shared_keys.is_too_large(parameters.max_block_size)
    candidates = blocking.pair_parties(blocks.filter(~is_too_large), parameters.max_block_size)
    compared = compare_pairs(candidates, known.people, known.counts.usual)
    left_out = blocking.count_skipped_blocks(blocks, is_too_large)
    return pd.DataFrame(compared.toPandas()), study, skipped.unionByName(left_out)


def _list_logins(known: _Known, parameters: IdentityConfig) -> pd.DataFrame:
    """left, right: parties on one device, which is not one of many people."""
    is_device = F.col("rule") == F.lit(shared_keys.DEVICE)
    devices = known.contacts.filter(is_device & ~_is_unusable(parameters))
    pairs = blocking.pair_parties(devices, parameters.max_block_size)
    return pd.DataFrame(pairs.toPandas()).set_axis(["left", "right"], axis=1)
