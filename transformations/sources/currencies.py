"""How many decimals each currency has, as ISO 4217 says: most have cents, yen and won have none,
dinars have thousandths. Imports no Spark, so that settings may use it.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from iso4217 import Currency

from holdfast.transformations.tables.vocabulary import AMOUNT_DECIMALS

USUAL: Final = 2  # decimals of most currencies, and of those that ISO 4217 has withdrawn
# Currencies that an amount can be kept in: no metals, no codes for tests, no units of account.
DECIMALS: Final[Mapping[str, int]] = {
    currency.code: currency.exponent
    for currency in Currency
    if currency.exponent is not None and currency.exponent <= AMOUNT_DECIMALS
}


def decimals_of(currency: str) -> int:
    """Decimals of a currency's minor unit: 2 of dollars, 0 of yen, 3 of dinars."""
    return DECIMALS.get(currency, USUAL)


def units_of(currency: str) -> int:
    """Minor units in one unit of a currency: 100 of dollars, 1 of yen, 1000 of dinars."""
    return int(10 ** decimals_of(currency))


def format_amount(amount: int | Decimal, currency: str) -> str:
    """1,234.50 of dollars, 1,235 of yen: an amount with the decimals of its currency."""
    return f"{amount:,.{decimals_of(currency)}f}"
