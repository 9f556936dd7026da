#!/usr/bin/env bash
# clusterBy of PySpark's two writers does not make a clustered Delta table. writeTo(...).create(), its
# createOrReplace() and write.saveAsTable() refuse it, by name and by path, as "partitioning by expressions";
# write.save() says nothing and makes a table without clustering. CREATE TABLE ... CLUSTER BY ... AS SELECT makes
# one, to which writeTo(...).clusterBy(...).append() may then add.
# Seen with pyspark 4.2.0, delta-spark 4.4.0 and Java 17: DELTA_OPERATION_NOT_ALLOWED, [] for save, ['a', 'b'] for SQL.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q pyspark==4.2.0 delta-spark==4.4.0
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

from delta import configure_spark_with_delta_pip
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
rows = spark.sql("SELECT 1 AS a, 2 AS b")
rows.createOrReplaceTempView("rows")
by_path = f"delta.`{work}/by_path`"


def v2(table):
    return rows.writeTo(table).using("delta").clusterBy("a", "b")


def v1():
    return rows.write.format("delta").clusterBy("a", "b")


def sql():
    spark.sql("CREATE TABLE by_sql USING delta CLUSTER BY (a, b) AS SELECT * FROM rows")


def attempt(table, write):
    """The error's name, or what the table that was written is clustered by."""
    try:
        write()
    except Exception as error:
        return str(error).partition("]")[0].strip("[")
    return spark.sql(f"DESCRIBE DETAIL {table}").first().clusteringColumns


refused = "DELTA_OPERATION_NOT_ALLOWED"
tries = {
    "writeTo.create, by name": ("by_name", v2("by_name").create, refused),
    "writeTo.create, by path": (by_path, v2(by_path).create, refused),
    "writeTo.createOrReplace": ("by_name", v2("by_name").createOrReplace, refused),
    "write.saveAsTable": ("by_v1", lambda: v1().saveAsTable("by_v1"), refused),
    "write.save": (f"delta.`{work}/saved`", lambda: v1().save(f"{work}/saved"), []),
    "SQL": ("by_sql", sql, ["a", "b"]),
    "writeTo.append, after SQL": ("by_sql", lambda: v2("by_sql").append(), ["a", "b"]),
}
print(f"pyspark {version('pyspark')}, delta-spark {version('delta-spark')}")
as_seen = True
for name, (table, write, wanted) in tries.items():
    found = attempt(table, write)
    print(f"{name}: {found}")
    as_seen &= found == wanted
sys.exit(not as_seen)
PY
"$work/venv/bin/python" "$work/try.py" "$work" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
