"""Numbers and codes as people say them."""

import math
from collections.abc import Callable
from typing import Any, Final

DASH: Final = "–"
NARROW: Final = "\N{NO-BREAK SPACE}"
PERCENT: Final = "\N{NO-BREAK SPACE}%"
MINUS: Final = "\N{MINUS SIGN}"
_SYMBOLS: Final = {"USD": "$", "EUR": "€", "GBP": "£"}
_STEPS: Final = ((1e9, "bn"), (1e6, "m"), (1e4, "k"))

REASONS: Final = {
    "price": "Price",
    "feature": "Features",
    "service": "Service",
    "quality": "Quality",
    "engagement": "Fading interest",
    "unclear": "Unclear",
}
RULES: Final = {
    "frequency_drop_high": "Orders less often than before",
    "frequency_drop_medium": "Orders less often than before",
    "frequency_drop_early": "Orders less often than before",
    "idle_high": "Long without any contact",
    "idle_medium": "Long without any contact",
    "shrinking_baskets": "Smaller orders",
    "unsubscribed": "Opted out of messages",
    "multiple_returns": "Several returns",
    "reduced_engagement": "Visits or opens far less",
    "competitor": "Looks at competitors",
    "price_sensitivity": "Waits for discounts",
    "missed_window": "Missed the usual day to order",
    "browsing": "Looks and does not buy",
    "fewer_categories": "Buys from fewer categories",
    "fewer_visits": "Fewer visits",
    "urgent_ticket": "An urgent ticket is not solved",
}
BAND_LABELS: Final = {"high": "High", "medium": "Medium", "early": "Early signs", "none": "No sign"}
STATUSES: Final = {
    "scored": "Scored",
    "inactive": "Inactive: last order too long ago",
    "no_purchase": "Never bought",
    "too_new": "Too new: no order known before the day",
    "no_consent": "No consent to analysis",
    "objected": "Objected",
    "excluded": "Outside the model, for example another currency",
}
BASES: Final = {
    "bg_nbd": "the chance of no purchase in a model of purchases (BG/NBD)",
    "rules": "written rules alone",
}
CHANNELS: Final = {
    "web": "Web shop",
    "app": "App",
    "pos": "Till",
    "store": "Store",
    "subscription": "Subscription",
}
PREDICTORS: Final = {
    "model": "The model in use",
    "trees": "Boosted trees",
    "blend": "Regression and trees together",
    "boosted": "Boosted trees",
    "boosted_rate": "Boosted trees on the own past rate",
    "logistic": "Logistic regression",
    "recency": "Recency alone",
    "rules": "Bands of the written rules",
    "constant": "The same chance for all",
    "bg_nbd": "BG/NBD",
    "past_rate": "Own past rate",
}


def is_missing(value: Any) -> bool:
    """None, NaN and NaT."""
    return value is None or bool(value != value)


def count(value: Any) -> str:
    """12,345."""
    return DASH if is_missing(value) else f"{round(float(value)):,}"


def customers(value: Any) -> str:
    """1 customer, 12 customers."""
    return f"{count(value)} customer{'' if round(float(value)) == 1 else 's'}"


def points(value: Any) -> str:
    """A change of a share, in points of a hundred."""
    return f"{100 * float(value):+.0f} points".replace("-", MINUS)


def percent(value: Any, digits: int = 0) -> str:
    """41 % of a share of .41; what rounds to nothing but is something is shown as less than the
    least.
    """
    if is_missing(value):
        return DASH
    least = 10.0**-digits
    shown = 100 * float(value)
    if 0 < shown < least / 2:
        return f"< {least:g}{PERCENT}"
    return f"{shown:.{digits}f}{PERCENT}"


def signed_percent(value: Any) -> str:
    """A change against before, with its sign."""
    return DASH if is_missing(value) else f"{100 * value:+.0f}{PERCENT}".replace("-", MINUS)


def write_difference(value: Any, write: Callable[[Any], str]) -> str:
    """A difference with its sign; the same where `write` shows nothing."""
    if is_missing(value):
        return DASH
    size = write(abs(value))
    return "same" if size == write(0) else f"{'+' if value > 0 else MINUS}{size}"


def day(value: Any) -> str:
    """1 January 2026."""
    return DASH if is_missing(value) else f"{value.day} {value:%B %Y}"


def span(days: int) -> str:
    """12 months, else so many days."""
    return "12 months" if days == 365 else f"{days} days"


def period(days: int) -> str:
    """Whose revenue: next year's, or that of the next so many days."""
    return "next year’s" if days == 365 else f"the next {days} days’"


def money(value: Any, currency: Any) -> str:
    """$1.24m, $18.2k, $247, NOK 12: three figures at most."""
    if is_missing(value):
        return DASH
    amount = float(value)
    sign, size = ("-" if amount < 0 else ""), abs(amount)
    prefix = _prefix(currency)
    for step, unit in _STEPS:
        if size >= step:
            scale = 1e3 if unit == "k" else step
            return f"{sign}{prefix}{_three(size / scale)}{unit}"
    return f"{sign}{prefix}{size:,.0f}"


def whole_money(value: Any, currency: Any) -> str:
    """$2,500: every figure, no cents."""
    return f"{_prefix(currency)}{float(value):,.0f}"


def _prefix(currency: Any) -> str:
    return "" if is_missing(currency) else _SYMBOLS.get(str(currency), f"{currency}{NARROW}")


def _three(value: float) -> str:
    digits = max(0, 2 - math.floor(math.log10(value))) if value > 0 else 0
    return f"{value:,.{digits}f}"


def figure(value: Any, digits: int = 3) -> str:
    """.842 as metrics are written."""
    return DASH if is_missing(value) else f"{float(value):.{digits}f}"


def two_digits(value: Any) -> str:
    """41.20 as errors in a currency are written."""
    return figure(value, 2)


def quantity(value: Any) -> str:
    """A measure with as many digits as say something."""
    if is_missing(value):
        return DASH
    number = float(value)
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}" if abs(number) < 10 else f"{number:.1f}".removesuffix(".0")


def seconds(value: Any) -> str:
    """4.2 s, 3 min 12 s."""
    if is_missing(value):
        return DASH
    whole = float(value)
    return f"{whole:.1f} s" if whole < 60 else f"{int(whole // 60)} min {int(whole % 60)} s"


def label(code: Any, names: dict[str, str]) -> str:
    """The plain name of a code, else the code with its underscores opened."""
    if is_missing(code):
        return "Unknown"
    return names.get(str(code), str(code).replace("_", " ").capitalize())


def rule_names(reasons: Any) -> str:
    """Names of rules as stored with a rejected row, with spaces between words and names."""
    return str(reasons).replace("_", " ").replace(",", ", ").replace(":", ": ")


def join_words(items: list[str]) -> str:
    """a, b and c."""
    return (
        items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""
    )
