#!/usr/bin/env bash
# Through Spark Connect a cast to StringType() is not the cast to "string": the column's type names its collation, and a
# Delta table created from such a frame has "string collate UTF8_BINARY" in its schema, which delta-rs refuses to open.
# The schemas of the two frames are equal in Python, and a classic session writes "string" for both.
# Seen with pyspark 4.2.0, delta-spark 4.4.0, deltalake 1.6.6 and Java 17: behind Connect the table of cast("string") opens,
# that of cast(StringType()) raises DeltaError (Unsupported Delta table type); from a classic session both open.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q "pyspark[connect]==4.2.0" delta-spark==4.4.0 deltalake==1.6.6 pyarrow
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

from deltalake import DeltaTable
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType

work, kind = sys.argv[1:]
start = {"connect": SparkSession.builder.remote, "classic": SparkSession.builder.master}[kind]
spark = (
    start("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.jars.packages", "io.delta:delta-spark_4.2_2.13:4.4.0")
    .config("spark.jars.ivy", f"{work}/ivy")
    .config("spark.sql.warehouse.dir", f"{work}/warehouse")
    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
    .getOrCreate()
)
frames = {
    name: spark.range(1).select(F.lit("x").cast(cast).alias("a"))
    for name, cast in (("text", "string"), ("type", StringType()))
}
assert frames["text"].schema == frames["type"].schema
found = {}
for name, frame in frames.items():
    path = f"{work}/{kind}/{name}"
    frame.createOrReplaceTempView(name)
    spark.sql(f"CREATE TABLE delta.`{path}` USING delta AS SELECT * FROM {name}")
    try:
        found[name] = str(DeltaTable(path).schema().fields[0].type)
    except Exception as error:
        found[name] = type(error).__name__
print(f"pyspark {version('pyspark')}, deltalake {version('deltalake')}, {kind}: {found}")
opens = 'PrimitiveType("string")'
sys.exit(found != {"text": opens, "type": "DeltaError" if kind == "connect" else opens})
PY
for kind in classic connect; do
  "$work/venv/bin/python" "$work/try.py" "$work" $kind 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
done
