#!/usr/bin/env bash
# get_currency_precision of Babel answers from CLDR, which holds how money is written, not what a minor unit is: 0 decimals
# for 15 currencies that have 2 or 3 by ISO 4217, the forint, the rupiah and the Colombian peso among them. Whoever divides
# a payment provider's minor units by it books 100 times the amount (1000 for the Iraqi dinar), and format_currency drops
# what is behind the comma. In Babel's own data there is no other number to ask for.
# Seen with babel 2.19.0 beside iso4217 1.16.20260101: HUF 123456 minor units are 1234.56 by ISO, 123456 by Babel.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q babel==2.19.0 iso4217==1.16.20260101
cat > "$work/try.py" <<'PY'
import sys
from decimal import Decimal
from importlib.metadata import version

from babel.numbers import format_currency, get_currency_precision
from iso4217 import Currency

found = {
    currency.code: (currency.exponent, get_currency_precision(currency.code))
    for currency in Currency
    if currency.exponent is not None and currency.exponent != get_currency_precision(currency.code)
}
print(f"babel {version('babel')}, iso4217 {version('iso4217')}: decimals by ISO 4217 and by Babel")
print(", ".join(f"{code} {iso}/{cldr}" for code, (iso, cldr) in sorted(found.items())))
by_iso, by_babel = (Decimal(123456).scaleb(-decimals) for decimals in found.get("HUF", (0, 0)))
shown = format_currency(by_iso, "HUF", locale="en_US")
print(f"HUF 123456 in minor units: {by_iso} by ISO 4217, {by_babel} by Babel; {by_iso} is written {shown}")
codes = "AFN ALL COP HUF IDR IQD IRR KPW LAK LBP MGA MMK SOS SYP YER".split()
wanted = {code: (3 if code == "IQD" else 2, 0) for code in codes}
sys.exit(found != wanted or (by_iso, by_babel, shown) != (Decimal("1234.56"), Decimal(123456), "HUF1,235"))
PY
"$work/venv/bin/python" "$work/try.py"
