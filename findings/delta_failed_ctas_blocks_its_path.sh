#!/usr/bin/env bash
# CREATE TABLE ... AS SELECT by path whose rows are refused leaves its data files and a log without commits. There is no
# Delta table then (isDeltaTable), but CREATE TABLE with good rows says that one exists, and CREATE TABLE IF NOT EXISTS
# passes and makes none. CREATE OR REPLACE TABLE goes through; by name so does a second CREATE TABLE.
# Whoever retries a first write by path must not trust "already exists".
# Seen with pyspark 4.2.0, delta-spark 4.4.0 and Java 17.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q pyspark==4.2.0 delta-spark==4.4.0
cat > "$work/try.py" <<'PY'
import os
import sys
from importlib.metadata import version

from delta import DeltaTable, configure_spark_with_delta_pip
from pyspark.sql import SparkSession

work = sys.argv[1]
builder = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.jars.ivy", f"{work}/ivy")
    .config("spark.sql.warehouse.dir", f"{work}/warehouse")
    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
)
spark = configure_spark_with_delta_pip(builder).getOrCreate()
path = f"{work}/table"
by_path = f"delta.`{path}`"
POSITIVE = "TBLPROPERTIES ('delta.constraints.positive' = 'id > 0')"


def create(value, table=by_path, how="TABLE"):
    """Whether it passes, and the rows of the table then, or the name of the error."""
    how_it_went = "refused"
    try:
        spark.sql(f"CREATE {how} {table} USING delta {POSITIVE} AS SELECT {value} AS id")
        how_it_went = "passes"
        return f"{how_it_went}, {spark.table(table).count()} row"
    except Exception as error:
        return f"{how_it_went}, {str(error).partition('[')[2].partition(']')[0]}"


def count(folder, ending):
    return len([name for name in os.listdir(folder) if name.endswith(ending)])


tries = {
    "a bad row": (create(-1), "refused, DELTA_VIOLATE_CONSTRAINT_WITH_VALUES"),
    "commits": (count(f"{path}/_delta_log", ".json"), 0),
    "data files": (count(path, ".parquet"), 1),
    "isDeltaTable": (DeltaTable.isDeltaTable(spark, path), False),
    "CREATE TABLE": (create(1), "refused, TABLE_OR_VIEW_ALREADY_EXISTS"),
    "IF NOT EXISTS": (create(1, how="TABLE IF NOT EXISTS"), "passes, DELTA_TABLE_NOT_FOUND"),
    "OR REPLACE": (create(1, how="OR REPLACE TABLE"), "passes, 1 row"),
    "by name, a bad row": (create(-1, "named"), "refused, DELTA_VIOLATE_CONSTRAINT_WITH_VALUES"),
    "by name, CREATE TABLE": (create(1, "named"), "passes, 1 row"),
}
print(f"pyspark {version('pyspark')}, delta-spark {version('delta-spark')}")
for name, (found, _) in tries.items():
    print(f"{name}: {found}")
sys.exit(any(found != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py" "$work" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
