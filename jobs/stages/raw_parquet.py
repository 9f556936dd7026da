"""Columns of Parquet files in types that Spark reads: only those that a mapping declares, so that
no other column can stop a file.
"""

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.errors import PySparkException
from pyspark.sql import types as T
from pyspark.sql.pandas.types import from_arrow_type

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.transformations.sources.contract import RawTable

_UNSIGNED = {
    pa.uint8(): T.ShortType(),
    pa.uint16(): T.IntegerType(),
    pa.uint32(): T.LongType(),
    pa.uint64(): T.DecimalType(20, 0),
}


def list_kinds(file: pq.ParquetFile, schema: T.StructType) -> tuple[tuple[str, str], ...]:
    """The columns of a schema with the names of their types in the file, in order."""
    kinds, old = file.schema_arrow, _list_old_instants(file)
    return tuple(
        (name, "int96" if name in old else str(kinds.field(name).type)) for name in schema.names
    )


def read_schema(file: pq.ParquetFile, raw: RawTable, title: str) -> T.StructType:
    """The declared columns of a file for Spark to read; one that is never anything is left out.

    Instants in nanoseconds are whole numbers: Spark knows none so short. Raises InputError where a
    column is of a type that Spark does not read; `title` names the file.
    """
    names, old = set(file.schema_arrow.names), _list_old_instants(file)
    fields = []
    for name in sorted({column.top_in(names) for column in raw.in_file} & names):
        kind = file.schema_arrow.field(name).type
        try:
            found = T.TimestampType() if name in old else _spark_type(kind)
        except PySparkException as error:
            raise InputError(
                f"{title}: the column {name} is of type {kind}, which cannot be read.",
                cure="Write it as text or another type, or take it out of the mapping.",
            ) from error
        if not isinstance(found, T.NullType):
            fields.append(T.StructField(name, found))
    return T.StructType(fields)


def _list_old_instants(file: pq.ParquetFile) -> set[str]:
    """Columns of instants as Hive, Impala and older Spark write them."""
    columns = [file.schema.column(place) for place in range(len(file.schema.names))]
    return {column.path for column in columns if column.physical_type == "INT96"}


def _spark_type(kind: pa.DataType) -> T.DataType:
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return T.LongType()
    if pa.types.is_dictionary(kind):
        return _spark_type(kind.value_type)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return T.ArrayType(_spark_type(kind.value_type))
    if pa.types.is_struct(kind):
        return T.StructType([T.StructField(f.name, _spark_type(f.type)) for f in kind])
    return _UNSIGNED.get(kind) or from_arrow_type(kind, prefer_timestamp_ntz=True)
