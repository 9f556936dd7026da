#!/usr/bin/env bash
# A number whose plus a spreadsheet took away, "4479...", is read by phonenumbers in its own country as the whole number: the
# country code is recognised. In Germany, Indonesia, Sweden and Kosovo it is not: it gets the code once more, since numbers
# there may have as many digits as that, and is_valid_number says that the result is one. So one telephone has two
# valid normal forms, and no check tells.
# Seen with phonenumbers 9.0.43, over the example numbers of all its regions: German and Kosovar mobiles, Swedish landlines,
# both in Indonesia; everywhere else the number is found again.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q phonenumbers==9.0.43
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

from phonenumbers import (
    SUPPORTED_REGIONS,
    PhoneNumberFormat,
    PhoneNumberType,
    example_number_for_type,
    format_number,
    is_valid_number,
    parse,
)

KINDS = {"mobile": PhoneNumberType.MOBILE, "fixed": PhoneNumberType.FIXED_LINE}
found = {}
for region in sorted(SUPPORTED_REGIONS):
    for kind, type_ in KINDS.items():
        example = example_number_for_type(region, type_)
        if example is None:
            continue
        plus = format_number(example, PhoneNumberFormat.E164)
        read = parse(plus.removeprefix("+"), region)
        again = format_number(read, PhoneNumberFormat.E164)
        if again != plus:
            found[region, kind] = is_valid_number(read)
            print(f"{region}, {kind}: {plus} without its plus is {again}, valid: {is_valid_number(read)}")
print(f"phonenumbers {version('phonenumbers')}, {len(SUPPORTED_REGIONS)} regions")
wanted = [("DE", "mobile"), ("ID", "fixed"), ("ID", "mobile"), ("SE", "fixed"), ("XK", "fixed"), ("XK", "mobile")]
sys.exit(found != dict.fromkeys(wanted, True))
PY
"$work/venv/bin/python" "$work/try.py"
