#!/usr/bin/env bash
# DataFrameWriterV2.clusterBy, which Spark 4 offers, cannot create a clustered Delta table: Delta takes the
# transform for a partitioning by an expression and refuses it. The same table by SQL, CREATE TABLE ...
# CLUSTER BY ... AS SELECT, is created with its clustering columns.
# Seen with pyspark 4.2.0 and delta-spark 4.4.0, Java 17: DELTA_OPERATION_NOT_ALLOWED, then ["a","b"].
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q pyspark==4.2.0 delta-spark==4.4.0
cat > "$work/try.py" <<'PY'
import sys
from delta import configure_spark_with_delta_pip
from pyspark.sql import SparkSession

builder = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
)
spark = configure_spark_with_delta_pip(builder).getOrCreate()
frame = spark.sql("SELECT 1 AS a, 2 AS b")
frame.createOrReplaceTempView("rows")
try:
    frame.writeTo(f"delta.`{sys.argv[1]}/writer`").using("delta").clusterBy("a", "b").create()
    first = "created"
except Exception as error:
    first = str(error).partition("]")[0].strip("[")
spark.sql(f"CREATE TABLE delta.`{sys.argv[1]}/sql` USING delta CLUSTER BY (a, b) AS SELECT * FROM rows")
second = spark.sql(f"DESCRIBE DETAIL delta.`{sys.argv[1]}/sql`").first().clusteringColumns
print(first, second)
sys.exit((first, second) != ("DELTA_OPERATION_NOT_ALLOWED", ["a", "b"]))
PY
"$work/venv/bin/python" "$work/try.py" "$work" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
