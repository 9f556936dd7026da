#!/usr/bin/env bash
# fmin goes on with the Trials it is given, but its random numbers start over: a random search of 20 points that is resumed
# for 20 more with the same seed tries the same 20 points again, and so does TPE as long as it still draws at random, up
# to its 20th trial. The run that was cut in two is not the run that was not, and half of it was for nothing.
# hp.uniformint, moreover, is not uniform: low and high come half as often as what lies between.
# Seen with hyperopt 0.3.0: 20 distinct points of 40, 10 of 20 for TPE; 1, 2 and 3 drawn 238, 502 and 260 times in 1,000.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q hyperopt==0.3.0 numpy==2.4.6
cat > "$work/try.py" <<'PY'
import sys
from collections import Counter
from importlib.metadata import version

import numpy as np
from hyperopt import Trials, fmin, hp, rand, tpe


def tried(space, algorithm, stops):
    """The points tried by one search that is resumed at each of the stops but the last."""
    points, trials = [], Trials()

    def loss(point):
        points.append(point)
        return float(point)

    for stop in stops:
        fmin(loss, space, algorithm.suggest, stop, trials=trials, rstate=np.random.default_rng(0), show_progressbar=False)
    return points


unit, whole = hp.uniform("x", 0, 1), hp.uniformint("x", 1, 3)
draws = Counter(int(point) for point in tried(whole, rand, [1000]))
tries = {
    "random, 40 at once": (len(set(tried(unit, rand, [40]))), 40),
    "random, 20 and 20": (len(set(tried(unit, rand, [20, 40]))), 20),
    "TPE, 20 at once": (len(set(tried(unit, tpe, [20]))), 20),
    "TPE, 10 and 10": (len(set(tried(unit, tpe, [10, 20]))), 10),
    "uniformint from 1 to 3": (sorted(draws.items()), [(1, 238), (2, 502), (3, 260)]),
}
print(f"hyperopt {version('hyperopt')}: distinct points")
for name, (found, _) in tries.items():
    print(f"{name}: {found}")
sys.exit(any(found != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
