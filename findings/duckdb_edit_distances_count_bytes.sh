#!/usr/bin/env bash
# levenshtein, damerau_levenshtein and jaro_winkler_similarity of DuckDB 1.5 count the bytes of UTF-8 where the manual
# counts characters: one letter between "Müller" and "Muller" is a distance of 2, and two Cyrillic first names without a
# common letter are alike by .58, since all their letters begin with one of two bytes. A threshold tuned on plain Latin
# names is another one for everybody else. DuckDB 2.0 counts characters: the upgrade changes which records link.
# Seen with duckdb 1.5.5 and 2.0.1, beside rapidfuzz 3.14.6, which agrees with 2.0.1 on all of them.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

import duckdb
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler, Levenshtein

PAIRS = {"levenshtein": ("Müller", "Muller"), "damerau_levenshtein": ("Müller", "Muller"), "jaro_winkler_similarity": ("Иван", "Юрий")}
RAPIDFUZZ = (Levenshtein.distance, DamerauLevenshtein.distance, JaroWinkler.similarity)
found = {}
for (name, pair), rapidfuzz in zip(PAIRS.items(), RAPIDFUZZ):
    ours = duckdb.execute(f"SELECT {name}(?, ?)", pair).fetchone()[0]
    found[name] = (round(ours, 2), round(rapidfuzz(*pair), 2))
    print(f"duckdb {version('duckdb')}: {name}{pair} is {found[name][0]}, by rapidfuzz {found[name][1]}")
by_characters = {"levenshtein": 1, "damerau_levenshtein": 1, "jaro_winkler_similarity": 0.0}
by_bytes = {"levenshtein": 2, "damerau_levenshtein": 2, "jaro_winkler_similarity": 0.58}
wanted = by_bytes if version("duckdb") == "1.5.5" else by_characters
sys.exit(found != {name: (wanted[name], by_characters[name]) for name in PAIRS})
PY
for version in 1.5.5 2.0.1; do
  python3.11 -m venv "$work/$version"
  "$work/$version/bin/pip" install -q "duckdb==$version" rapidfuzz==3.14.6
  "$work/$version/bin/python" "$work/try.py"
done
