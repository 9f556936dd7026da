#!/usr/bin/env bash
# pytest-xdist's --dist loadgroup sends tests of one xdist_group to one process: it writes the group into the test's
# private `_nodeid`. In pytest 9.2.0 the id no longer comes from there, so the group is lost without a word and
# the tests of a group, and of a module, are dealt out one by one: what a module's fixture holds is made in each process,
# and tests that build on each other fail. --dist loadscope, which goes by the public id, still holds.
# Seen with pytest-xdist 3.8.0: pytest 9.2.0 deals each group to two processes, pytest 8.4.2 to one.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tests"
for name in a b; do
  cat > "$work/tests/test_$name.py" <<PY
import os
import pathlib
import time

import pytest

pytestmark = pytest.mark.xdist_group("$name")


@pytest.mark.parametrize("number", range(6))
def test_one(number):
    time.sleep(0.2)
    with pathlib.Path(os.environ["SEEN"]).open("a") as seen:
        seen.write(f"$name {os.environ['PYTEST_XDIST_WORKER']}\n")
PY
done
found=""
for version in 9.2.0 8.4.2; do
  python3.11 -m venv "$work/$version"
  "$work/$version/bin/pip" install -q "pytest==$version" pytest-xdist==3.8.0
  for dist in loadgroup loadscope; do
    SEEN="$work/seen" "$work/$version/bin/python" -m pytest -q -n 2 --dist "$dist" -p no:cacheprovider "$work/tests" > /dev/null
    line="pytest $version, $dist: processes a group ran in: $(sort -u "$work/seen" | cut -d' ' -f1 | uniq -c | awk '{print $1}' | tr '\n' ' ')"
    rm "$work/seen"
    echo "$line"
    found+="$line;"
  done
done
test "$found" = "pytest 9.2.0, loadgroup: processes a group ran in: 2 2 ;pytest 9.2.0, loadscope: processes a group ran in: 1 1 ;pytest 8.4.2, loadgroup: processes a group ran in: 1 1 ;pytest 8.4.2, loadscope: processes a group ran in: 1 1 ;"
