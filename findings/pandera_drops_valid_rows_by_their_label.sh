#!/usr/bin/env bash
# A schema of pandera with drop_invalid_rows=True drops by the index, not by the row: every row that shares its label with an
# invalid one goes, too. Frames put together from several files by pandas.concat have labels more than once, so an
# export that is read in parts loses valid rows of the other parts, without a message. With reset_index before it, only
# the invalid row goes; in polars, which has no index, as well.
# Seen with pandera 0.35.0, pandas 2.3.3 and polars 2.1.0: of two valid orders and one of a negative amount one is left.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q "pandera[pandas,polars]==0.35.0" pandas==2.3.3 polars==2.1.0 pyarrow==21.0.0
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

import pandas as pd
import pandera.pandas as for_pandas
import pandera.polars as for_polars
import polars as pl

january = pd.DataFrame({"order": ["A"], "amount": [20.0]})
february = pd.DataFrame({"order": ["B", "C"], "amount": [-1.0, 30.0]})
orders = pd.concat([january, february])


def kept(pandera, frame):
    amount = pandera.Column(float, pandera.Check.ge(0))
    schema = pandera.DataFrameSchema({"amount": amount}, drop_invalid_rows=True)
    return list(schema.validate(frame, lazy=True)["order"])


tries = {
    "pandas, labels 0, 0, 1": (kept(for_pandas, orders), ["C"]),
    "pandas, labels 0, 1, 2": (kept(for_pandas, orders.reset_index(drop=True)), ["A", "C"]),
    "polars": (kept(for_polars, pl.from_pandas(orders)), ["A", "C"]),
}
print(f"pandera {version('pandera')}, pandas {version('pandas')}, polars {version('polars')}: orders kept of A, B, C; B is invalid")
for name, (found, _) in tries.items():
    print(f"{name}: {', '.join(found)}")
sys.exit(any(found != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
