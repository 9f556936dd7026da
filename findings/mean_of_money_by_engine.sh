#!/usr/bin/env bash
# The mean of a decimal(18,2) column depends on who computes it. Arrow keeps the column's two decimals, so that pandas on
# Arrow types (mean, groupby().mean()) says 1.00 for 1.00, 1.00 and 1.01; polars and DuckDB answer 1.00333 as doubles.
# polars in turn keeps the scale where it divides or multiplies: 1.00 / 3.00 is 0.33, and a share such as margin / revenue
# has two decimals; pandas on Arrow types divides with 20 and more. No engine errs by its own rules; a figure that moves
# from one to the other changes.
# Seen with pyarrow 21.0.0, pandas 2.3.3, polars 2.1.0 and duckdb 1.5.5, on the same Arrow array.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q pyarrow==21.0.0 pandas==2.3.3 polars==2.1.0 duckdb==1.5.5
cat > "$work/try.py" <<'PY'
import sys
from decimal import Decimal
from importlib.metadata import version

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

amounts = pa.array([Decimal("1.00"), Decimal("1.00"), Decimal("1.01")], pa.decimal128(18, 2))
money = pa.table({"amount": amounts, "three": pa.array([Decimal("3.00")] * 3, pa.decimal128(18, 2))})
arrow_frame = money.to_pandas(types_mapper=pd.ArrowDtype)
polars_frame = pl.from_arrow(money)
means = {
    "pyarrow": pc.mean(amounts).as_py(),
    "pandas": arrow_frame["amount"].mean(),
    "pandas, by group": arrow_frame.groupby([1, 1, 1])["amount"].mean().iloc[0],
    "polars": polars_frame["amount"].mean(),
    "duckdb": duckdb.sql("SELECT avg(amount) FROM money").fetchone()[0],
}
thirds = {
    "pandas": (arrow_frame["amount"] / arrow_frame["three"]).iloc[0],
    "polars": (polars_frame["amount"] / polars_frame["three"])[0],
    "duckdb": duckdb.sql("SELECT amount / three FROM money").fetchone()[0],
}
squares = {
    "pandas": (arrow_frame["amount"] * arrow_frame["amount"]).iloc[2],
    "polars": (polars_frame["amount"] * polars_frame["amount"])[2],
}
print(", ".join(f"{name} {version(name)}" for name in ("pyarrow", "pandas", "polars", "duckdb")))
for what, found in (("mean", means), ("1.00 / 3.00", thirds), ("1.01 * 1.01", squares)):
    print(f"{what}: {', '.join(f'{name} {value}' for name, value in found.items())}")
cut, exact = {"pyarrow", "pandas", "pandas, by group"}, {"polars", "duckdb"}
as_seen = (
    all(means[name] == Decimal("1.00") for name in cut)
    and all(abs(float(means[name]) - 3.01 / 3) < 1e-9 for name in exact)
    and thirds["polars"] == Decimal("0.33")
    and all(abs(float(thirds[name]) - 1 / 3) < 1e-9 for name in ("pandas", "duckdb"))
    and squares == {"pandas": Decimal("1.0201"), "polars": Decimal("1.02")}
)
sys.exit(not as_seen)
PY
"$work/venv/bin/python" "$work/try.py"
