"""What a retailer's records are compared by: a table of fields like any other, batch by batch on
Spark.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.models.arrays import Ints
from holdfast.models.identity.records.columns import Column, read_forms
from holdfast.models.identity.records.compare import compare, count_patterns
from holdfast.models.identity.records.fields import Field
from holdfast.models.identity.records.keys import MAILBOX, write_keys
from holdfast.transformations.identity.people import COMPARED, name_count

PATTERN: Final = "pattern"
FIELDS: Final = tuple(Field(name, "date" if name == "birth_date" else name) for name in COMPARED)
_PAIR: Final = ("left_party_id", "right_party_id")
COMPARED_PAIR: Final = ("left", "right", PATTERN)
_Batches = Iterator[pa.RecordBatch]


def read_people(people: pd.DataFrame) -> list[Column]:
    """The fields of `with_counts` records on the driver, each value as frequent as it is there."""
    return [read_forms(field, people[field.name]) for field in FIELDS]


def block_people(people: DataFrame, parts: Sequence[tuple[str, ...]]) -> DataFrame:
    """rule, key, party_id of `with_counts` records: the keys of such parts that each has.

    A mailbox that is shared at some host (`is_mailbox_shared`) is no key without its host.
    """
    each = people.select(
        "party_id",
        "is_mailbox_shared",
        F.explode_outer("emails").alias("email"),
        "phones",
        *COMPARED[2:],
    ).select("*", F.explode_outer("phones").alias("phone"))
    return each.select("party_id", "is_mailbox_shared", *COMPARED).mapInArrow(
        _write_keys(parts), "rule string, key string, party_id string"
    )


def _write_keys(parts: Sequence[tuple[str, ...]]) -> Callable[[_Batches], _Batches]:
    is_by_mailbox = [any(name.endswith(MAILBOX) for name in names) for names in parts]

    def kernel(batches: _Batches) -> _Batches:
        for batch in batches:
            table = batch.to_pandas()
            party, is_open = table["party_id"], ~table["is_mailbox_shared"]
            keys = write_keys(read_people(table), parts)
            for (rule, texts), by_mailbox in zip(keys, is_by_mailbox, strict=True):
                text = pd.Series(texts, dtype="string")
                known = text.notna() & (is_open | (not by_mailbox))
                rows = pd.DataFrame({"rule": rule, "key": text[known], "party_id": party[known]})
                yield pa.RecordBatch.from_pandas(rows, _KEYS, preserve_index=False)

    return kernel


_KEYS: Final = pa.schema([(name, pa.string()) for name in ("rule", "key", "party_id")])


def compare_pairs(pairs: DataFrame, people: DataFrame, usual: Mapping[str, float]) -> DataFrame:
    """left, right of each pair of `with_counts` records, and its pattern: levels of FIELDS, joined
    by commas.

    `usual` is by field how many records have a value that two unrelated ones share.
    """
    held = ("emails", "phones", *COMPARED[2:], *map(name_count, COMPARED))
    left, right = (
        people.select(F.col("party_id").alias(name), F.struct(*held).alias(name[0]))
        for name in _PAIR
    )
    both = pairs.join(left, [_PAIR[0]], how="inner").join(right, [_PAIR[1]], how="inner")
    sides = [column for side in "lr" for column in _take_side(side)]
    schema = ", ".join(f"{name} string" for name in COMPARED_PAIR)
    return both.select(*_PAIR, *sides).mapInArrow(_compare(dict(usual)), schema)


def _take_side(side: str) -> list[SparkColumn]:
    """Values of one side and how often each occurs; of several e-mails or phones one that both
    sides have.
    """
    several = {
        name: F.coalesce(
            F.get(F.array_intersect(f"l.{name}s", f"r.{name}s"), F.lit(0)),
            F.get(f"{side}.{name}s", F.lit(0)),
        )
        for name in COMPARED[:2]
    }
    held = [*COMPARED[2:], *map(name_count, COMPARED)]
    values = several | {name: F.col(f"{side}.{name}") for name in held}
    return [value.alias(f"{side}_{name}") for name, value in values.items()]


def _compare(usual: Mapping[str, float]) -> Callable[[_Batches], _Batches]:
    def kernel(batches: _Batches) -> _Batches:
        for batch in batches:
            if batch.num_rows:
                patterns = pa.array(_compare_sides(batch.to_pandas(), usual), pa.string())
                columns = [batch.column(name) for name in _PAIR]
                yield pa.RecordBatch.from_arrays([*columns, patterns], list(COMPARED_PAIR))

    return kernel


def _compare_sides(pairs: pd.DataFrame, usual: Mapping[str, float]) -> list[str]:
    def both(name: str) -> pd.Series:
        return pd.concat([pairs[f"l_{name}"], pairs[f"r_{name}"]], ignore_index=True)

    columns = [
        read_forms(field, both(field.name)).with_counts(
            both(name_count(field.name)).fillna(1).to_numpy(np.int64), usual[field.name]
        )
        for field in FIELDS
    ]
    size = len(pairs)
    return write_patterns(compare(columns, np.arange(size), np.arange(size, 2 * size)))


def write_patterns(levels: Ints) -> list[str]:
    """Patterns such as `2,0,-1` of rows of levels."""
    different, row, _ = count_patterns(levels, np.ones(len(levels)))
    texts = [",".join(map(str, levels)) for levels in different.tolist()]
    return [texts[place] for place in row.tolist()]
