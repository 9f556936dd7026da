#!/usr/bin/env bash
# Counts of polars (len, count, n_unique, value_counts) are unsigned 32-bit numbers, and their difference is, too: "2 orders
# this quarter, 3 the quarter before" is a change of 4294967295, not -1, without a word. Sorted by change, those who
# buy less stand on top. A sum of 32-bit integers stays 32-bit: three amounts of 10,000,000.00 in cents add up to less
# than nothing; its manual says that only 8 and 16 bits are widened. pandas and DuckDB answer -1 and 30,000,000.00.
# Seen with polars 2.1.0, pandas 2.3.3 and duckdb 1.5.5, on the same Arrow table.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q polars==2.1.0 pandas==2.3.3 duckdb==1.5.5 pyarrow==21.0.0
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

import duckdb
import polars as pl
import pyarrow as pa

orders = pa.table(
    {"quarter": [1, 1, 1, 2, 2], "cents": pa.array([1_000_000_000, 1_000_000_000, 1_000_000_000, 0, 0], pa.int32())}
)


def by_polars():
    now, before = (pl.col("quarter").filter(pl.col("quarter") == number) for number in (2, 1))
    frame = pl.from_arrow(orders).select(change=now.len() - before.len(), cents=pl.col("cents").sum())
    return frame.row(0)


def by_pandas():
    frame = orders.to_pandas()
    counts = frame["quarter"].value_counts()
    return int(counts[2] - counts[1]), int(frame["cents"].sum())


def by_duckdb():
    return duckdb.sql(
        "SELECT count(*) FILTER (quarter = 2) - count(*) FILTER (quarter = 1), sum(cents) FROM orders"
    ).fetchone()


tries = {
    "polars": (by_polars(), (2**32 - 1, 3_000_000_000 - 2**32)),
    "pandas": (by_pandas(), (-1, 3_000_000_000)),
    "duckdb": (by_duckdb(), (-1, 3_000_000_000)),
}
for name, (found, _) in tries.items():
    print(f"{name} {version(name)}: change in orders {found[0]}, cents {found[1]}")
sys.exit(any(found != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py"
