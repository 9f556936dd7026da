#!/usr/bin/env bash
# DeltaTable.file_uris of delta-rs looks like a list of local paths, as it has no scheme, but its folders
# are percent-encoded: a table under "my data" is said to lie under "my%20data", where no file is.
# Seen with deltalake 1.6.6 and pyarrow 21.0.0: False for the path as given, True once it is decoded.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q deltalake==1.6.6 pyarrow==21.0.0
cat > "$work/try.py" <<'PY'
import os
import sys
from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

place = f"{sys.argv[1]}/my data"
write_deltalake(place, pa.table({"a": [1]}))
(uri,) = DeltaTable(place).file_uris()
seen = (uri.startswith("/"), os.path.exists(uri), os.path.exists(unquote(uri)))
print(uri.removeprefix(sys.argv[1]), seen)
sys.exit(seen != (True, False, True))
PY
"$work/venv/bin/python" "$work/try.py" "$work"
