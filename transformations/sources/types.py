"""Types that a mapping may declare, as Spark's."""

import re
from typing import Final

from pyspark.sql import types as T


class MappingError(ValueError):
    """Everything that is wrong with one mapping, by name."""


_SIMPLE: Final = {
    "string": T.StringType(),
    "int": T.IntegerType(),
    "bigint": T.LongType(),
    "long": T.LongType(),
    "double": T.DoubleType(),
    "boolean": T.BooleanType(),
    "date": T.DateType(),
    "timestamp": T.TimestampType(),
}


def spark_type(ddl: str) -> T.DataType:
    """The type a DDL text names: simple types, decimal(p,s), array<...> and struct<...>. Needs no
    session.
    """
    text = ddl.strip()
    if text.lower() in _SIMPLE:
        return _SIMPLE[text.lower()]
    if match := re.fullmatch(r"decimal\((\d+),\s*(\d+)\)", text, re.IGNORECASE):
        return T.DecimalType(int(match[1]), int(match[2]))
    if match := re.fullmatch(r"array<(.*)>", text, re.IGNORECASE | re.DOTALL):
        return T.ArrayType(spark_type(match[1]))
    if match := re.fullmatch(r"struct<(.*)>", text, re.IGNORECASE | re.DOTALL):
        fields = [field.split(":", 1) for field in _split(match[1])]
        return T.StructType(
            [T.StructField(name.strip(), spark_type(kind)) for name, kind in fields]
        )
    raise MappingError(f"{ddl} is not a type that can be declared")


def _split(fields: str) -> list[str]:
    """Split at commas that no bracket encloses."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(fields):
        depth += (character in "<(" and 1) or (character in ">)" and -1) or 0
        if character == "," and depth == 0:
            parts.append(fields[start:position])
            start = position + 1
    return [*parts, fields[start:]]
