#!/usr/bin/env bash
# A CREATE TABLE ... AS SELECT that fails leaves its data files behind without a log. The path then holds
# no Delta table, DeltaTable.isDeltaTable says so, and yet the same statement, mended, is refused as if
# the table existed; CREATE OR REPLACE TABLE goes through.
# Seen with pyspark 4.2.0 and delta-spark 4.4.0, Java 17: False, then TABLE_OR_VIEW_ALREADY_EXISTS, then 1 row.
# Whoever retries a first write after a refused row must not trust "already exists".
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q pyspark==4.2.0 delta-spark==4.4.0
cat > "$work/try.py" <<'PY'
import sys
from delta import DeltaTable, configure_spark_with_delta_pip
from pyspark.sql import SparkSession

builder = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
)
spark = configure_spark_with_delta_pip(builder).getOrCreate()
path = f"{sys.argv[1]}/table"
create = "CREATE {} TABLE delta.`" + path + "` USING delta TBLPROPERTIES ('delta.constraints.c' = 'id > 0') AS SELECT {} AS id"


def attempt(replace: str, value: int) -> str:
    try:
        spark.sql(create.format(replace, value))
    except Exception as error:
        return str(error).partition("]")[0].strip("[")
    return f"{spark.read.format('delta').load(path).count()} row"


seen = [attempt("", -1), str(DeltaTable.isDeltaTable(spark, path)), attempt("", 1), attempt("OR REPLACE", 1)]
print(seen)
wanted = ["DELTA_VIOLATE_CONSTRAINT_WITH_VALUES", "False", "TABLE_OR_VIEW_ALREADY_EXISTS", "1 row"]
sys.exit(seen != wanted)
PY
"$work/venv/bin/python" "$work/try.py" "$work" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
