#!/usr/bin/env bash
# DuckDB gives a column of Python objects in a pandas frame, as decimals are, its type by a sample of 1,000 rows, spread over
# the frame, and casts the others to that. Its manual says that a wrong type ends in an error; it does where a value cannot
# be cast, not where the cast loses something. Between prices of 20 the price 19.99 is 20, 1.75 between whole numbers is 2,
# the text "no" between True is false, the code "007" between numbers is 7. By way of Arrow the same frame keeps every cent.
# A frame of up to 1,999 rows is read whole, so no small test shows it.
# Seen with duckdb 1.5.5 (2.0.1, tried by hand, too), pandas 2.3.3 and pyarrow 21.0.0: of 5,000 prices, 500 of them 19.99,
# the sum is 5.00 too high.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q duckdb==1.5.5 pandas==2.3.3 pyarrow==21.0.0
cat > "$work/try.py" <<'PY'
import sys
from decimal import Decimal
from importlib.metadata import version

import duckdb
import pandas as pd
import pyarrow as pa


def frame(common, rare, rows=5_000):
    """Every tenth row, from the fourth on, is a rare one."""
    return pd.DataFrame({"value": [rare if row % 10 == 3 else common for row in range(rows)]}, dtype=object)


def rare_value(common, rare):
    read = frame(common, rare)
    return duckdb.sql("SELECT value FROM read").fetchall()[3][0]


prices = frame(Decimal("20"), Decimal("19.99"))
few = frame(Decimal("20"), Decimal("19.99"), rows=1_999)
arrow = pa.Table.from_pandas(prices)
total, of_arrow, of_few = (
    duckdb.sql(f"SELECT sum(value) FROM {name}").fetchall()[0][0] for name in ("prices", "arrow", "few")
)
tries = {
    "19.99 between 20": (rare_value(Decimal("20"), Decimal("19.99")), Decimal("20")),
    "1.75 between 1": (rare_value(1, 1.75), 2),
    '"no" between True': (rare_value(True, "no"), False),
    '"007" between 1': (rare_value(1, "007"), 7),
    "sum of 5,000 prices, pandas": (prices["value"].sum(), Decimal("99995.00")),
    "sum, duckdb on pandas": (total, Decimal("100000")),
    "sum, duckdb on Arrow": (of_arrow, Decimal("99995.00")),
    "sum of 1,999 prices is exact": (of_few == few["value"].sum(), True),
}
print(", ".join(f"{name} {version(name)}" for name in ("duckdb", "pandas", "pyarrow")))
for name, (found, _) in tries.items():
    print(f"{name}: {found}")
sys.exit(any(found != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py"
