#!/usr/bin/env bash
# assertDataFrameEqual of pyspark.testing holds NaN equal to every number, on either side and inside arrays, and an
# expected infinity equal to every finite number; a tolerance of 0 changes neither. A test of a rate passes although 0/0
# came out. Its manual gives the tolerances to floats, but decimals have them, too: two sums of money that differ by 9.00
# in a million are equal. Integers, and NaN beside null, are told apart.
# Seen with pyspark 4.2.0 (rows without a session, as the function takes them): "equal" for those, "differ" for the controls.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q pyspark==4.2.0
cat > "$work/try.py" <<'PY'
import sys
from decimal import Decimal
from importlib.metadata import version

from pyspark.errors import PySparkAssertionError
from pyspark.sql import Row
from pyspark.testing import assertDataFrameEqual

NAN, EXACT = float("nan"), {"rtol": 0.0, "atol": 0.0}


def compare(actual, expected, **tolerances):
    try:
        assertDataFrameEqual([Row(a=actual)], [Row(a=expected)], **tolerances)
    except PySparkAssertionError:
        return "differ"
    return "equal"


tries = {
    "NaN, 5.0 expected": (compare(NAN, 5.0), "equal"),
    "5.0, NaN expected": (compare(5.0, NAN), "equal"),
    "[NaN], [5.0] expected": (compare([NAN], [5.0]), "equal"),
    "NaN, 5.0 expected, tolerance 0": (compare(NAN, 5.0, **EXACT), "equal"),
    "5.0, infinity expected, tolerance 0": (compare(5.0, float("inf"), **EXACT), "equal"),
    "infinity, 5.0 expected": (compare(float("inf"), 5.0), "differ"),
    "1000000.00, 1000009.00 expected": (compare(Decimal("1000000.00"), Decimal("1000009.00")), "equal"),
    "the same, tolerance 0": (compare(Decimal("1000000.00"), Decimal("1000009.00"), **EXACT), "differ"),
    "1000000, 1000009 expected": (compare(1000000, 1000009), "differ"),
    "NaN, null expected": (compare(NAN, None), "differ"),
    "6.0, 5.0 expected": (compare(6.0, 5.0), "differ"),
}
print(f"pyspark {version('pyspark')}")
for name, (found, _) in tries.items():
    print(f"{name}: {found}")
sys.exit(any(found != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py"
