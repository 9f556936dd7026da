#!/usr/bin/env bash
# DataFrame of polars has strict=True by default: "throw an error if any data value does not exactly match the given or
# inferred data type". Columns are held to that; rows (dicts, tuples, as an API's or a cursor's) are not. Types are taken
# from the first 100 rows, and in the later ones 1.75 becomes 1, a decimal is rounded to the scale seen so far (.50 among
# whole amounts is 0), 5 in a column of True is False. A schema that is given is kept to in the same way. Only text that
# is no number raises.
# Seen with polars 2.1.0: 100 amounts of 1, then 100 of 1.75, sum up to 200; with infer_schema_length=None to 275.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q polars==2.1.0
cat > "$work/try.py" <<'PY'
import sys
from decimal import Decimal
from importlib.metadata import version

import polars as pl


def last(early, late, **options):
    """The last value of 100 early ones and 100 late ones, as rows that are dicts."""
    try:
        return pl.DataFrame([{"value": early}] * 100 + [{"value": late}] * 100, **options)["value"][-1]
    except (TypeError, pl.exceptions.PolarsError) as error:
        return type(error).__name__


def last_of_tuples(early, late):
    return pl.DataFrame([(early,)] * 100 + [(late,)] * 100, schema=["value"], orient="row")["value"][-1]


def as_column(values):
    try:
        return pl.DataFrame({"value": values})["value"][-1]
    except TypeError as error:
        return type(error).__name__


rows = [{"value": 1}] * 100 + [{"value": 1.75}] * 100
tries = {
    "rows: 1, then 1.75": (last(1, 1.75), 1),
    "strict=True said": (last(1, 1.75, strict=True), 1),
    "schema said": (last(1, 1.75, schema={"value": pl.Int64}, strict=True), 1),
    "tuples": (last_of_tuples(1, 1.75), 1),
    "Decimal 1, then 0.50": (last(Decimal("1"), Decimal("0.50")), Decimal("0")),
    "Decimal 1.2, then 2.999": (last(Decimal("1.2"), Decimal("2.999")), Decimal("3.0")),
    "True, then 5": (last(True, 5), False),
    'True, then "no"': (last(True, "no"), "ComputeError"),
    "a column: 1, then 1.75": (as_column([1] * 100 + [1.75] * 100), "TypeError"),
    "sum of the rows": (pl.DataFrame(rows)["value"].sum(), 200),
    "sum, all rows looked at": (pl.DataFrame(rows, infer_schema_length=None)["value"].sum(), 275.0),
}
print(f"polars {version('polars')}")
for name, (found, _) in tries.items():
    print(f"{name}: {found}")
sys.exit(any(found != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py"
