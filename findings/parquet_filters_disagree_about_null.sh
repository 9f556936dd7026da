#!/usr/bin/env bash
# The filters of pyarrow's read_table, which pandas.read_parquet and deltalake's to_pandas and to_pyarrow_table hand on, treat
# null in two ways: ("consent", "!=", "no") leaves out customers whose consent is unknown, as SQL does, and
# ("consent", "not in", ["no"]) brings them in. Whoever excludes a second word so writes to everybody of whom nothing is
# known. The manual says nothing of null. DuckDB and polars leave them out in both forms; pandas in memory keeps them in both.
# Seen with pyarrow 21.0.0, pandas 2.3.3, deltalake 1.6.6, duckdb 1.5.5 and polars 2.1.0, on one file.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q pyarrow==21.0.0 pandas==2.3.3 deltalake==1.6.6 duckdb==1.5.5 polars==2.1.0
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake

file, delta = f"{sys.argv[1]}/consent.parquet", f"{sys.argv[1]}/consent"
table = pa.table({"customer": ["a", "b", "c"], "consent": ["yes", "no", None]})
pq.write_table(table, file)
write_deltalake(delta, table)
IS_NOT, NOT_IN = [("consent", "!=", "no")], [("consent", "not in", ["no"])]
frame, lazy, consent = pd.read_parquet(file), pl.scan_parquet(file), pl.col("consent")


def by_duckdb(condition):
    return [row[0] for row in duckdb.sql(f"SELECT customer FROM '{file}' WHERE {condition} ORDER BY 1").fetchall()]


UNLIKE, LEFT_OUT, KEPT = (["a"], ["a", "c"]), (["a"], ["a"]), (["a", "c"], ["a", "c"])
tries = {
    "pyarrow": ([pq.read_table(file, filters=f)["customer"].to_pylist() for f in (IS_NOT, NOT_IN)], UNLIKE),
    "pandas, filters": ([pd.read_parquet(file, filters=f)["customer"].tolist() for f in (IS_NOT, NOT_IN)], UNLIKE),
    "deltalake": ([DeltaTable(delta).to_pandas(filters=f)["customer"].tolist() for f in (IS_NOT, NOT_IN)], UNLIKE),
    "duckdb": ([by_duckdb("consent <> 'no'"), by_duckdb("consent NOT IN ('no')")], LEFT_OUT),
    "polars": (
        [lazy.filter(f).collect()["customer"].to_list() for f in (consent != "no", ~consent.is_in(["no"]))],
        LEFT_OUT,
    ),
    "pandas, in memory": (
        [frame[f]["customer"].tolist() for f in (frame["consent"] != "no", ~frame["consent"].isin(["no"]))],
        KEPT,
    ),
}
print(", ".join(f"{name} {version(name)}" for name in ("pyarrow", "pandas", "deltalake", "duckdb", "polars")))
for name, (found, _) in tries.items():
    print(f'{name}: not "no" {found[0]}, not in ["no"] {found[1]}')
sys.exit(any(tuple(found) != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py" "$work"
