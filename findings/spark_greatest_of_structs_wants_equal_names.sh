#!/usr/bin/env bash
# greatest() of Spark takes the largest of structs, as max() and max_by() do, but only of structs whose fields have the same
# names: of equal types under other names it refuses, with a message in which both sides look alike but for the names.
# coalesce, array, union and a comparison of the same two structs take the names of the first and go on. Who asks which of
# several named counts is largest, by greatest(struct(web, 'web'), struct(app, 'app')), has to name the fields alike.
# Seen with pyspark 4.2.0, Java 17.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q pyspark==4.2.0
cat > "$work/try.py" <<'PY'
import sys

import pyspark
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
spark.sparkContext.setLogLevel("OFF")
counts = spark.createDataFrame([(3, 8)], "web long, app long")
web, app = F.struct("web", F.lit("web")), F.struct("app", F.lit("app"))
alike = [F.struct(F.col(name).alias("size"), F.lit(name).alias("word")) for name in ("web", "app")]


def outcome(column):
    """What the column says of the row, "refused" where it is none."""
    try:
        return counts.select(column.alias("found")).collect()[0]["found"]
    except Exception as error:
        return f"refused: {type(error).__name__}"


tries = {
    "greatest, other names": (outcome(F.greatest(web, app)), "refused: AnalysisException"),
    "greatest, equal names": (tuple(outcome(F.greatest(*alike))), (8, "app")),
    "coalesce, other names": (tuple(outcome(F.coalesce(web, app))), (3, "web")),
    "array, other names": (len(outcome(F.array(web, app))), 2),
    "array_max, other names": (tuple(outcome(F.array_max(F.array(web, app)))), (8, "app")),
    "a comparison, other names": (outcome(web < app), True),
}
print(f"pyspark {pyspark.__version__}")
for name, (found, _) in tries.items():
    print(f"{name}: {found}")
spark.stop()
sys.exit(any(found != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py" 2> /dev/null
