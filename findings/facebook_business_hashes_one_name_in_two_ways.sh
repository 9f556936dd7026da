#!/usr/bin/env bash
# Meta's SDK normalises and hashes people in two places: for custom audiences (format_params) and for events of the server
# (Normalize). They disagree. For an audience all but a to z is cut from names and cities: "Müller" is hashed as "mller",
# and every name in Cyrillic, Greek or Chinese as the empty text, so that all of them are one name. For events letters,
# apostrophes and spaces stay. Of one customer the two hashes differ, and at most one can be that of Meta's own record;
# an audience that leaves out buyers known by events does not find them. A postcode with a space differs the other way round.
# Seen with facebook_business 26.0.3; plain names agree.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q facebook-business==26.0.3
cat > "$work/try.py" <<'PY'
import hashlib
import sys
from importlib.metadata import version

from facebook_business.adobjects.customaudience import CustomAudience
from facebook_business.adobjects.serverside.normalize import Normalize

KEYS = CustomAudience.Schema.MultiKeySchema
FIELDS = {"ln": KEYS.ln, "ct": KEYS.ct, "zp": KEYS.zip}


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def by_audience(field, value):
    return CustomAudience.format_params([FIELDS[field]], [[value]], is_raw=True)["payload"]["data"][0][0]


# field, value, what the audience hashes, what the events hash
TRIES = [
    ("ln", "Miller", "miller", "miller"),
    ("ln", "Müller", "mller", "müller"),
    ("ln", "O'Brien", "obrien", "o'brien"),
    ("ln", "de la Cruz", "delacruz", "de la cruz"),
    ("ln", "Иванова", "", "иванова"),
    ("ln", "Παππάς", "", "παππάς"),
    ("ln", "王", "", "王"),
    ("ct", "São Paulo", "sopaulo", "sãopaulo"),
    ("zp", "SW1A 1AA", "sw1a 1aa", "sw1a1aa"),
    ("zp", "90210", "90210", "90210"),
]
print(f"facebook_business {version('facebook_business')}: what is hashed for an audience, and for events")
as_seen = True
for field, value, audience, events in TRIES:
    as_seen &= by_audience(field, value) == digest(audience)
    as_seen &= Normalize.normalize(field, value, hash_field=True) == digest(events)
    print(f"{field} {value}: {audience!r}, {events!r}")
sys.exit(not as_seen)
PY
"$work/venv/bin/python" "$work/try.py"
