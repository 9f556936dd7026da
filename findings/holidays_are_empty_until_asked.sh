#!/usr/bin/env bash
# A calendar of the package holidays holds no day until it is asked about one: "day in calendar" adds that day's year first.
# pandas and numpy do not ask, they take what is in it. So column.isin(calendar) and column.map(calendar) find no holiday in
# any row, busday_count counts Christmas as a day of work, and after one question about 2024 the same calls are right for
# 2024 and still find nothing in 2025. The features of a forecast depend on what somebody looked up before.
# country_holidays("DE", years=...) names the years and is right from the start.
# Seen with holidays 0.109, pandas 2.3.3 and numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q holidays==0.109 pandas==2.3.3 numpy==2.4.6
cat > "$work/try.py" <<'PY'
import sys
from datetime import date
from importlib.metadata import version

import holidays
import numpy as np
import pandas as pd

days = pd.Series([date(2024, 12, 25), date(2024, 12, 27), date(2025, 12, 25)])


def look(calendar):
    """Holidays among the three days by isin and by map, and days of work of Christmas week 2024."""
    work = np.busday_count("2024-12-23", "2024-12-28", holidays=list(calendar))
    return days.isin(calendar).tolist(), days.map(calendar).notna().tolist(), int(work)


fresh, asked = holidays.country_holidays("DE"), holidays.country_holidays("DE")
asked.get("2024-05-01")
named = holidays.country_holidays("DE", years=[2024, 2025])
tries = {
    "fresh": (look(fresh), ([False] * 3, [False] * 3, 5)),
    "asked about May 1, 2024": (look(asked), ([True, False, False], [True, False, False], 3)),
    "years named": (look(named), ([True, False, True], [True, False, True], 3)),
    "day in calendar": ([day in holidays.country_holidays("DE") for day in days], [True, False, True]),
}
print(f"holidays {version('holidays')}, pandas {version('pandas')}, numpy {version('numpy')}")
for name, (found, _) in tries.items():
    print(f"{name}: {found}")
sys.exit(any(found != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py"
