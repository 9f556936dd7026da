#!/usr/bin/env bash
# A word of three letters behind a number, as people type it into a phone field ("030 123456 Max", "0664 1234567 Eva"), is
# read by phonenumbers as digits of the keypad, as in 1-800-FLOWERS: the number gets longer. Where a country's numbers
# differ in length, Germany and Austria among them, the result is a valid number, of nobody or of a stranger; in most others
# is_valid_number is false. Brackets do not help; a word in front of the number costs nothing.
# Seen with phonenumbers 9.0.43.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q phonenumbers==9.0.43
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

from phonenumbers import PhoneNumberFormat, format_number, is_valid_number, parse


def read(text, region):
    number = parse(text, region)
    return format_number(number, PhoneNumberFormat.E164), is_valid_number(number)


tries = {
    ("030 123456", "DE"): ("+4930123456", True),
    ("030 123456 Max", "DE"): ("+4930123456629", True),
    ("Max 030 123456", "DE"): ("+4930123456", True),
    ("0664 1234567", "AT"): ("+436641234567", True),
    ("0664 1234567 Eva", "AT"): ("+436641234567382", True),
    ("020 7946 0018 Eva", "GB"): ("+442079460018382", False),
    ("030 123456 (Max)", "DE"): ("+4930123456629", True),
}
print(f"phonenumbers {version('phonenumbers')}: number, and whether it is valid")
as_seen = True
for (text, region), wanted in tries.items():
    found = read(text, region)
    print(f"{region} {text!r}: {found}")
    as_seen &= found == wanted
sys.exit(not as_seen)
PY
"$work/venv/bin/python" "$work/try.py"
