#!/usr/bin/env bash
# coerce=True of pandera reads no text: in a column declared bool the words "no", "False" and "0" become True, as does a
# gap (NaN), which nullable=False would have refused; only the blank is False. The schema passes, and every contact has
# consented. In an int column 2.7 becomes 2. A check on the column sees what was made of the values, so no
# check finds out. What cannot be cast ("two" into int) is refused.
# Seen with pandera 0.35.0 and pandas 2.3.3; without coerce the same columns are refused by their types.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q "pandera[pandas]==0.35.0" pandas==2.3.3
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

import pandas as pd
import pandera.pandas as pandera


def validate(type_, values, coerce=True, check=None):
    column = pandera.Column(type_, check, coerce=coerce, nullable=False)
    try:
        valid = pandera.DataFrameSchema({"it": column}).validate(pd.DataFrame({"it": values}))
    except (pandera.errors.SchemaError, pandera.errors.SchemaErrors):
        return "refused"
    return valid["it"].tolist()


WORDS = ["yes", "no", "False", "0", ""]
tries = {
    "bool of words": (validate(bool, WORDS), [True, True, True, True, False]),
    "bool of 1.0 and a gap": (validate(bool, [1.0, float("nan")]), [True, True]),
    "int of 2.7": (validate(int, [2.7]), [2]),
    "int of 2.7, a check for 2": (validate(int, [2.7], check=pandera.Check.eq(2)), [2]),
    "int of a word": (validate(int, ["two"]), "refused"),
    "bool of words, without coerce": (validate(bool, WORDS, coerce=False), "refused"),
    "int of 2.7, without coerce": (validate(int, [2.7], coerce=False), "refused"),
}
print(f"pandera {version('pandera')}, pandas {version('pandas')}; the words are {WORDS}")
for name, (found, _) in tries.items():
    print(f"{name}: {found}")
sys.exit(any(found != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
