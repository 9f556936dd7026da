"""What is read of JSON and of tables before values get their types: text, nested as it stands."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.transformations.ingest.casts import as_text
from holdfast.transformations.ingest.records import CORRUPT, is_as_read
from holdfast.transformations.sources.contract import RawColumn, RawTable
from holdfast.transformations.sources.types import spark_type


def raw_schema(raw: RawTable) -> T.StructType:
    """What to read: every scalar as text, in arrays too, so that a value of the wrong type is one
    refused row.
    """
    tree: dict[str, object] = {}
    places = [(column, path) for column in raw.in_file for path in column.paths]
    for column, path in places:
        node = tree
        *parents, leaf = path.split(".")
        for parent in parents:
            node = node.setdefault(parent, {})  # type: ignore[assignment]  # a tree of dicts with types as leaves
        node[leaf] = as_text(spark_type(column.type))
    return T.StructType([*_fields(tree), T.StructField(CORRUPT, T.StringType())])


def with_texts(table: DataFrame, raw: RawTable) -> DataFrame:
    """What a table holds nested with text in place of scalars, as JSON is read."""
    held = {field.name: field.dataType for field in table.schema}
    texts = {
        path: _texts_of(F.col(f"`{path}`"), column)
        for column in raw.in_file
        for path in column.paths
        if not is_as_read(column) and isinstance(held.get(path), T.ArrayType | T.StructType)
    }
    return table.withColumns(texts) if texts else table


def _texts_of(value: Column, column: RawColumn) -> Column:
    kind = as_text(spark_type(column.type))
    assert isinstance(kind, T.ArrayType | T.StructType)
    return F.from_json(F.to_json(value), kind)


def _fields(tree: dict[str, object]) -> list[T.StructField]:
    return [
        T.StructField(name, T.StructType(_fields(kind)) if isinstance(kind, dict) else kind)  # type: ignore[arg-type]  # leaves are types
        for name, kind in tree.items()
    ]
