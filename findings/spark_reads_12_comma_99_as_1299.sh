#!/usr/bin/env bash
# Where a schema says decimal, Spark's readers of CSV and JSON take every comma out of a text before they read it, wherever it
# stands: "12,99" is 1299.00, "1,2,3" is 123, and FAILFAST finds nothing to refuse. The same text as a double is null, and
# a cast to decimal refuses it. In JSON it befalls amounts in quotes, which is how exact ones are written. The option
# locale, which the manual gives to dates and timestamps, turns it round: with de-DE "12,99" is 12.99 and "12.99" is 1299.00.
# Read amounts as text, and cast.
# Seen with pyspark 4.2.0 and Java 17.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q pyspark==4.2.0
printf 'order;amount\n1;12,99\n2;5.00\n' > "$work/orders.csv"
cat > "$work/try.py" <<'PY'
import sys
from decimal import Decimal
from importlib.metadata import version

from pyspark.sql import SparkSession

spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
spark.sparkContext.setLogLevel("OFF")
MONEY, GERMAN = "a decimal(10,2)", ", 'locale', 'de-DE'"


def by_csv(text, schema=MONEY, options=""):
    return spark.sql(f"SELECT from_csv('{text}', '{schema}', map('sep', ';'{options})).a").first()[0]


def by_json(value, schema=MONEY, options=""):
    return spark.sql(f"""SELECT from_json('{{"a": {value}}}', '{schema}', map('mode', 'PERMISSIVE'{options})).a""").first()[0]


reader = spark.read.option("sep", ";").option("header", True).option("mode", "FAILFAST")
rows = reader.schema("order int, amount decimal(10,2)").csv(f"{sys.argv[1]}/orders.csv").orderBy("order").collect()
tries = {
    "csv file, FAILFAST: 12,99 and 5.00": ([row["amount"] for row in rows], [Decimal("1299.00"), Decimal("5.00")]),
    "csv: 12,99": (by_csv("12,99"), Decimal("1299.00")),
    "csv: 1,2,3": (by_csv("1,2,3"), Decimal("123.00")),
    'json: "12,99"': (by_json('"12,99"'), Decimal("1299.00")),
    "csv: 12,99 as a double": (by_csv("12,99", "a double"), None),
    'json: "12,99" as a double': (by_json('"12,99"', "a double"), None),
    "try_cast: 12,99": (spark.sql("SELECT try_cast('12,99' AS decimal(10,2))").first()[0], None),
    "csv, de-DE: 12,99": (by_csv("12,99", options=GERMAN), Decimal("12.99")),
    "csv, de-DE: 12.99": (by_csv("12.99", options=GERMAN), Decimal("1299.00")),
    "csv, de-DE: 12.99 as a double": (by_csv("12.99", "a double", GERMAN), 12.99),
    'json, de-DE: "12.99"': (by_json('"12.99"', options=GERMAN), Decimal("1299.00")),
    "json, de-DE: 12.99": (by_json("12.99", options=GERMAN), Decimal("12.99")),
}
spark.stop()
print(f"pyspark {version('pyspark')}")
for name, (found, _) in tries.items():
    print(f"{name}: {', '.join(map(str, found)) if isinstance(found, list) else found}")
sys.exit(any(found != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py" "$work" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
