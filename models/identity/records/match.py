"""Records of any table to people and households, with what was learnt on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Ints
from holdfast.models.identity.clusters import average_linkage, membership
from holdfast.models.identity.households import household_rows
from holdfast.models.identity.linkage_model import SAME
from holdfast.models.identity.records.columns import Column
from holdfast.models.identity.records.compare import read_columns
from holdfast.models.identity.records.copies import Copies, compare_copies, find_distinct
from holdfast.models.identity.records.explain import describe_rules, describe_weights, write_notes
from holdfast.models.identity.records.fields import Field, FieldsError, check_fields
from holdfast.models.identity.records.linkage import Linkage, link
from holdfast.models.identity.records.suggest import suggest_fields

PUBLISHED: Final = 0.01  # least probability of an edge
LIKELY: Final = 0.5  # from which on it is likelier than not
LARGEST_CLUSTER: Final = 120  # records of one person, at most


EDGE: Final = ("left", "right", "probability", "household_probability", "match_weight")


@dataclass(frozen=True, eq=False)
class Matches:
    """What was found.

    `edges`: left, right, probability, household_probability, match_weight (bits) of every pair that
    may be one person; equal records are pairs of the first of them. `clusters`: record_id,
    cluster_id (a record of it), confidence. `households`: record_id, household_id, probability.
    `rules`: the blocking rules with new_pairs, new_matches, recall, left_out. `weights`: field,
    level, and the probability of the level among pairs of one person, of one household, and
    unrelated ones, with bits. `notes` and `warnings` say what to know before the figures.
    """

    edges: pd.DataFrame
    clusters: pd.DataFrame
    households: pd.DataFrame
    rules: pd.DataFrame
    weights: pd.DataFrame
    notes: Sequence[str]
    warnings: Sequence[str]


def match_records(
    records: pd.DataFrame,
    fields: Sequence[Field] | Mapping[str, str] | None = None,
    record_id: str | None = None,
    country: str = "",
    seed: int = 0,
) -> Matches:
    """Find the records of one person.

    `fields` are the columns to compare, as Field or as a mapping of column to kind, as
    `suggest_fields` guesses them where none are given; `record_id` names the column of ids, which
    is the frame's index where none is given; `country` is where phones without a country code
    belong. Raises FieldsError where fields and table do not fit.
    """
    if fields is None:
        fields = suggest_fields(records)
    elif isinstance(fields, Mapping):
        fields = [Field(name, kind) for name, kind in fields.items()]
    check_fields(fields, [str(name) for name in records.columns])
    ids = _read_ids(records, record_id)
    columns = read_columns(records, fields, country)
    empty = [column.field.name for column in columns if not column.known]
    columns = [column for column in columns if column.known]
    if not columns and len(records):
        raise FieldsError(
            f"No record has a value in {', '.join(empty)}.\n"
            "Name columns that are filled, or look whether they were read under these names."
        )
    copies = find_distinct(columns, len(records))
    first = copies.first
    notes = [f"{name} is null in every record and was not compared" for name in empty]
    if len(first) < 2:
        return _leave_apart(ids, notes)
    own = compare_copies(columns, copies)
    distinct_columns = [column.of_records(first) for column in columns]
    linkage = link(distinct_columns, len(first), own, seed)
    return _collect(ids, distinct_columns, linkage, copies, notes)


def _read_ids(records: pd.DataFrame, record_id: str | None) -> pd.Series:
    if record_id is None:
        ids = records.index.to_series()
    elif record_id in records.columns:
        ids = records[record_id]
    else:
        raise FieldsError(
            f"{record_id}: the table has no such column for ids; leave it out or name one of "
            f"{', '.join(map(str, records.columns))}"
        )
    if ids.isna().any() or ids.duplicated().any():
        raise FieldsError(
            f"{record_id or 'index'}: ids are null or there twice; name a column that has each once"
        )
    return ids.reset_index(drop=True)


def _leave_apart(ids: pd.Series, notes: list[str]) -> Matches:
    """Nothing to compare: each record by itself."""
    if len(ids) > 1:
        warning = (
            f"All {len(ids):,} records are equal in every field: there is nothing to learn from, "
            "and they were left apart. Name more fields, or take the copies out first."
        )
    else:
        warning = f"{len(ids)} record: there is no pair to compare."
    none = pd.DataFrame()
    clusters = pd.DataFrame({"record_id": ids, "cluster_id": ids, "confidence": 1.0})
    edges = pd.DataFrame(columns=list(EDGE))
    return Matches(edges, clusters, _no_households(), none, none, notes, [warning])


def _collect(
    ids: pd.Series,
    columns: Sequence[Column],
    linkage: Linkage,
    copies: Copies,
    notes: list[str],
) -> Matches:
    """Clusters of all records from the pairs of distinct ones."""
    pairs = _list_pairs(linkage, copies)
    group = _group(linkage, copies)
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    confidence = membership(group, left, right, pairs["probability"].to_numpy())
    name = ids.to_numpy()
    edges = pairs.assign(left=name[left], right=name[right]).sort_values(
        "probability", ascending=False, ignore_index=True, kind="stable"
    )
    clusters = pd.DataFrame(
        {"record_id": name, "cluster_id": name[group], "confidence": confidence}
    )
    households = _households(linkage, copies.first, group, name)
    found, warnings = write_notes(linkage, columns, clusters, households)
    rules, weights = describe_rules(linkage), describe_weights(linkage, columns)
    return Matches(edges, clusters, households, rules, weights, [*notes, *found], warnings)


def _list_pairs(linkage: Linkage, copies: Copies) -> pd.DataFrame:
    """The columns EDGE by number of record: pairs of distinct records, and each copy with the first
    of its like.
    """
    later = copies.list_later()
    probability = np.vstack([linkage.probability, linkage.own[copies.distinct[later]]])
    left = np.append(copies.first[linkage.left], copies.first[copies.distinct[later]])
    pairs = pd.DataFrame(
        {
            "left": left,
            "right": np.append(copies.first[linkage.right], later),
            "probability": probability[:, SAME],
            "household_probability": np.append(linkage.relatives, np.zeros(len(later))),
            "match_weight": linkage.model.bits(probability),
        }
    )
    return pairs[pairs["probability"] >= PUBLISHED]


def _group(linkage: Linkage, copies: Copies) -> Ints:
    """The first record of each record's cluster."""
    same = linkage.probability[:, SAME]
    sure = same >= PUBLISHED
    of_distinct = average_linkage(
        len(copies.first),
        linkage.left[sure],
        linkage.right[sure],
        same[sure],
        LIKELY,
        LARGEST_CLUSTER,
    )
    group = copies.first[of_distinct][copies.distinct]
    later = copies.list_later()
    apart = later[linkage.own[copies.distinct[later], SAME] < LIKELY]
    group[apart] = apart  # copies that say too little to be one person's
    return group


def _households(linkage: Linkage, first: Ints, group: Ints, name: Ints) -> pd.DataFrame:
    """Records of people who live together, by household."""
    if not linkage.has_households:
        return _no_households()
    one, other = group[first[linkage.left]], group[first[linkage.right]]
    probability = linkage.relatives
    together = (one != other) & (probability >= LIKELY)
    pairs = pd.DataFrame(
        {"a": one[together], "b": other[together], "probability": probability[together]}
    )
    if pairs.empty:
        return _no_households()
    rows = pd.DataFrame(household_rows(pairs), columns=["group", "household", "probability"])
    records = pd.DataFrame({"record": np.arange(len(group)), "group": group})
    joined = records.merge(rows, on="group")
    return pd.DataFrame(
        {
            "record_id": name[joined["record"]],
            "household_id": name[joined["household"]],
            "probability": joined["probability"],
        }
    )


def _no_households() -> pd.DataFrame:
    return pd.DataFrame({"record_id": [], "household_id": [], "probability": []})
