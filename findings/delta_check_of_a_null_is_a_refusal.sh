#!/usr/bin/env bash
# A CHECK of SQL lets a row pass unless it says false: null passes, and a table of DuckDB or SQLite takes it. A CHECK of a
# Delta table must say true: delta-rs refuses the null (Spark's Delta 4.4.0, tried by hand, too), and no such rule can be
# added to a table that holds one. Rules that are carried over from a database so refuse rows that were valid there; for a
# column that may be null the rule must say so itself.
# Seen with deltalake 1.6.6, duckdb 1.5.5 and SQLite of Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q deltalake==1.6.6 pyarrow==21.0.0 duckdb==1.5.5
cat > "$work/try.py" <<'PY'
import sqlite3
import sys
from importlib.metadata import version

import duckdb
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

work = sys.argv[1]
RULE, OWN = "share >= 0", "share is null or share >= 0"


def outcome(step):
    """"taken", or "refused" where the step raises."""
    try:
        step()
    except Exception:
        return "refused"
    return "taken"


def delta(rule, value):
    """One row appended to a table with the rule."""
    path = f"{work}/{len(rule)}_{value}"
    write_deltalake(path, pa.table({"share": pa.array([1], pa.int64())}))
    DeltaTable(path).alter.add_constraint({"own": rule})
    row = pa.table({"share": pa.array([value], pa.int64())})
    return outcome(lambda: write_deltalake(path, row, mode="append"))


def late():
    """The rule added to a table that holds a null."""
    path = f"{work}/late"
    write_deltalake(path, pa.table({"share": pa.array([None], pa.int64())}))
    return outcome(lambda: DeltaTable(path).alter.add_constraint({"own": RULE}))


def sql(connection, value):
    """One row inserted into a table with the rule."""
    connection.execute(f"create table shares (share integer check ({RULE}))")
    return outcome(lambda: connection.execute("insert into shares values (?)", [value]))


tries = {
    "DuckDB, null": (sql(duckdb.connect(), None), "taken"),
    "DuckDB, -1": (sql(duckdb.connect(), -1), "refused"),
    "SQLite, null": (sql(sqlite3.connect(":memory:"), None), "taken"),
    "SQLite, -1": (sql(sqlite3.connect(":memory:"), -1), "refused"),
    "Delta, null": (delta(RULE, None), "refused"),
    "Delta, -1": (delta(RULE, -1), "refused"),
    "Delta, null, the rule allows it": (delta(OWN, None), "taken"),
    "Delta, the rule added over a null": (late(), "refused"),
}
print(f"deltalake {version('deltalake')}, duckdb {version('duckdb')}, SQLite {sqlite3.sqlite_version}")
for name, (found, _) in tries.items():
    print(f"{name}: {found}")
sys.exit(any(found != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py" "$work"
