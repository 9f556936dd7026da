"""Latin spellings of names and streets in other scripts, beside the original: with them records can
be compared across scripts, but never be equal.
"""

from collections.abc import Iterator
from typing import Final

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.transformations.ingest.normal_form import latin_form

SPELT: Final = ("first_name", "last_name", "address")


def with_latin(records: DataFrame) -> DataFrame:
    """`records` with `<name>_latin` of each of SPELT, null where the value is Latin itself."""
    added = [T.StructField(name_latin(name), T.StringType()) for name in SPELT]
    return records.mapInArrow(_spell_batches, T.StructType([*records.schema.fields, *added]))


def name_latin(name: str) -> str:
    """The column of a field's Latin spelling."""
    return f"{name}_latin"


def in_latin(name: str, record: str = "") -> Column:
    """A field in Latin letters; `record` is the prefix of the struct it is in, `l.` or `r.`."""
    return F.coalesce(F.col(f"{record}{name_latin(name)}"), F.col(f"{record}{name}"))


def _spell_batches(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        spelt = [_spell(batch[name]) for name in SPELT]
        names = [*batch.schema.names, *map(name_latin, SPELT)]
        yield pa.RecordBatch.from_arrays([*batch.columns, *spelt], names=names)


def _spell(forms: pa.Array) -> pa.Array:
    """Latin forms of a column, each distinct one spelt once."""
    coded = forms.dictionary_encode()
    spelt = pa.array(map(latin_form, coded.dictionary.to_pylist()), pa.string())
    return spelt.take(coded.indices)
