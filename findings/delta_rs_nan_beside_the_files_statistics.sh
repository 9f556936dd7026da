#!/usr/bin/env bash
# Delta tables written by delta-rs keep a file's smallest and greatest number without regard to NaN, while SQL takes NaN
# for greater than every number. So whether "x > 5" finds a row with NaN depends on the rows it shares its file with: alone
# it is found, beside 1.0 and 2.0 the file is left out. delta-rs deletes one of two such rows with delete("x > 5") and its
# SQL reads one; polars reads both; Arrow, for which NaN is greater than nothing, reads none. After compaction the
# same query answers otherwise.
# Seen with deltalake 1.6.6, polars 2.1.0 and pyarrow 21.0.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q deltalake==1.6.6 polars==2.1.0 pyarrow==21.0.0
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
from deltalake import DeltaTable, QueryBuilder, write_deltalake

path, nan = f"{sys.argv[1]}/table", float("nan")
write_deltalake(path, pa.table({"id": [1, 2, 3], "x": [1.0, nan, 2.0]}))
write_deltalake(path, pa.table({"id": [4], "x": [nan]}), mode="append")
over_5 = "SELECT id FROM t WHERE x > 5"


def by_sql():
    return QueryBuilder().register("t", DeltaTable(path)).execute(over_5).read_all()["id"].to_pylist()


def by_arrow():
    return DeltaTable(path).to_pyarrow_dataset().to_table(filter=ds.field("x") > 5)["id"].to_pylist()


def by_polars():
    return pl.scan_delta(path).filter(pl.col("x") > 5).collect()["id"].to_list()


def delete():
    DeltaTable(path).delete("x > 5")
    return DeltaTable(path).to_pyarrow_table()["id"].to_pylist()


def compact_and_read():
    DeltaTable(path).restore(1)
    DeltaTable(path).optimize.compact()
    return by_sql()


tries = {
    "delta-rs, SQL": (by_sql(), [4]),
    "polars": (by_polars(), [2, 4]),
    "Arrow": (by_arrow(), []),
    "kept by delta-rs' delete": (delete(), [1, 2, 3]),
    "delta-rs, SQL, compacted": (compact_and_read(), []),
}
print(", ".join(f"{name} {version(name)}" for name in ("deltalake", "polars", "pyarrow")))
for name, (found, _) in tries.items():
    print(f"{name}: {sorted(found)}")
sys.exit(any(sorted(found) != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py" "$work"
