#!/usr/bin/env bash
# write_deltalake(mode="append") does not hold the frame to the table's types: it casts. A double becomes an integer by
# losing its fraction (2.9 is stored as 2) and money by rounding (2.005 as 2.01, the text "3.999" as 4.00 in a column of
# two decimals); 2 becomes true, "no" false. What it refuses is the harmless look-alike: exact decimals of another scale
# or precision, even if the value fits. So a column that turned to floats upstream is taken, and one that is exact is not.
# Seen with deltalake 1.6.6 and pyarrow 21.0.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q deltalake==1.6.6 pyarrow==21.0.0
cat > "$work/try.py" <<'PY'
import sys
from decimal import Decimal
from importlib.metadata import version

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

work = sys.argv[1]
TYPES = {"pieces": pa.int32(), "amount": pa.decimal128(18, 2), "consent": pa.bool_()}


def append(column, value, type_):
    """What a table of one null holds after one row of another type was appended; the error's name."""
    path = f"{work}/{column}_{type_}_{value}"
    write_deltalake(path, pa.table({column: pa.array([None], TYPES[column])}))
    try:
        write_deltalake(path, pa.table({column: pa.array([value], type_)}), mode="append")
    except Exception as error:
        return type(error).__name__
    return next(kept for kept in DeltaTable(path).to_pyarrow_table()[column].to_pylist() if kept is not None)


tries = {
    "2.9 into int": (append("pieces", 2.9, pa.float64()), 2),
    "'7' into int": (append("pieces", "7", pa.string()), 7),
    "2**40 into int": (append("pieces", 2**40, pa.int64()), "Exception"),
    "2.005 into decimal(18,2)": (append("amount", 2.005, pa.float64()), Decimal("2.01")),
    "'3.999' into decimal(18,2)": (append("amount", "3.999", pa.string()), Decimal("4.00")),
    "decimal(18,3) 2.000": (append("amount", Decimal("2.000"), pa.decimal128(18, 3)), "SchemaMismatchError"),
    "decimal(20,2) 2.00": (append("amount", Decimal("2.00"), pa.decimal128(20, 2)), "SchemaMismatchError"),
    "2 into boolean": (append("consent", 2, pa.int64()), True),
    "'no' into boolean": (append("consent", "no", pa.string()), False),
}
print(f"deltalake {version('deltalake')}, pyarrow {version('pyarrow')}")
for name, (found, _) in tries.items():
    print(f"{name}: {found}")
sys.exit(any(found != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py" "$work"
