"""A first mapping for an export nobody has mapped yet, from its columns and some values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from holdfast.transformations.sources.contract import BRONZE_NAMES, RawTable
from holdfast.transformations.sources.guess import (
    Guess,
    could_be_either,
    guess_column,
    guess_decimal,
    name_of,
)

_NUMBERS: Final = ("bigint", "decimal")
_ALIKE: Final = 0.6  # share of a packaged mapping's columns from which a file is named as alike


@dataclass
class Suggestion:
    """What the mapping's YAML holds, and what a person must look at: it is a guess."""

    mapping: dict[str, Any]
    remarks: list[str] = field(default_factory=list)


def recognise(
    columns: Sequence[str], packaged: Sequence[RawTable]
) -> tuple[RawTable, list[str]] | None:
    """The packaged mapping whose columns a file has, or has most of, and those that it lacks."""
    present = {*columns, *(name.partition(".")[0] for name in columns)}  # of nested JSON, the top
    found: list[tuple[int, RawTable, list[str]]] = []
    for raw in packaged:
        tops = {column: column.top_in(present) for column in raw.in_file}
        needed = {top for column, top in tops.items() if not column.optional}
        missing = sorted(needed - present)
        if len(needed & present) >= max(3, _ALIKE * len(needed)):
            alike = len(present.intersection(tops.values())) - len(missing)
            found.append((alike, raw, missing))
    if not found:
        return None
    _, raw, missing = min(found, key=lambda one: (-one[0], len(one[1].columns), one[1].name))
    return raw, missing


def suggest(
    files: str, file_format: str, values: Mapping[str, Sequence[str]], reading: Mapping[str, str]
) -> Suggestion:
    """A mapping of one export.

    `values` has some values of each column as text, empty where there is none; `reading` are keys
    of the YAML that say how the file is written, such as its delimiter.
    """
    decimal = guess_decimal(values) if file_format == "csv" else "."
    columns = _name_columns([guess_column(path, given, decimal) for path, given in values.items()])
    formats = {guess.date_format for guess in columns.values() if guess.date_format}
    found = Suggestion({"files": files, "format": file_format, **reading})
    if decimal != ".":
        found.mapping["decimal"] = decimal
    for pattern in sorted(formats)[:1]:
        found.mapping["date_format"] = pattern
        given = [v for g in columns.values() if g.date_format == pattern for v in values[g.path]]
        if could_be_either(pattern, given):
            found.remarks.append(
                f"date_format: days and months could be the other way round than {pattern}"
            )
    if len(formats) > 1:
        found.remarks.append(
            f"dates are written in more than one way: {', '.join(sorted(formats))}"
        )
    found.mapping["party"] = _party(columns, found)
    found.mapping["columns"] = {name: _declare(name, guess) for name, guess in columns.items()}
    found.mapping["targets"] = _targets(columns, found)
    return found


def _name_columns(guesses: Sequence[Guess]) -> dict[str, Guess]:
    """Names for a mapping, each once and none of the engine's own."""
    named: dict[str, Guess] = {}
    for guess in guesses:
        name = name_of(guess.path)
        name = f"raw_{name}" if name in BRONZE_NAMES else name
        while name in named:
            name += "_2"
        named[name] = guess
    return named


def _declare(name: str, guess: Guess) -> str | dict[str, Any]:
    """A column as the YAML declares it."""
    more: dict[str, Any] = {}
    if guess.path != name:
        more["path"] = guess.path
    if guess.personal:
        more["pii"] = guess.personal
    return {"type": guess.type, **more} if more else guess.type


def _first(columns: Mapping[str, Guess], role: str, *types: str) -> str:
    """The first column of a role, and of one of the types where any is given; empty: none."""
    for name, guess in columns.items():
        if guess.role == role and (not types or guess.type.startswith(types)):
            return name
    return ""


def _time(columns: Mapping[str, Guess]) -> str:
    """The column that says when: by its name, else the only one that holds instants."""
    named = _first(columns, "at", "timestamp", "date")
    instants = [name for name, guess in columns.items() if guess.type in ("timestamp", "date")]
    return named or (instants[0] if len(instants) == 1 else "")


def _party(columns: Mapping[str, Guess], found: Suggestion) -> str:
    """SQL for whose row it is."""
    party, order = _first(columns, "party"), _order(columns)
    if party and order and columns[party].has_gaps:
        return f"coalesce({party}, concat('guest-', {order}))"
    if party:
        return party
    if order:
        found.remarks.append("party: no column names a customer, so each order is a guest's")
        return f"concat('guest-', {order})"
    own = _first(columns, "id") or next(iter(columns))
    found.remarks.append(f"party: taken from {own}; it must say whose row it is, and be no address")
    return own


def _order(columns: Mapping[str, Guess]) -> str:
    """The column that names the order: its own, or the row's id where the row has an amount."""
    named = _first(columns, "order")
    is_order = _first(columns, "net", *_NUMBERS) and _time(columns)
    return named or (_first(columns, "id") if is_order else "")


def _targets(columns: Mapping[str, Guess], found: Suggestion) -> list[dict[str, Any]]:
    """What the rows become: lines with their orders, orders, or people."""
    order, at = _order(columns), _time(columns)
    if not at:
        found.remarks.append("targets: no column says when, so nothing is mapped yet")
        return []
    amount = _first(columns, "net", *_NUMBERS)
    is_line = _first(columns, "quantity", *_NUMBERS) and _first(columns, "product")
    if order and is_line and (amount or _first(columns, "price", *_NUMBERS)):
        return _lines(columns, order, at, found)
    if order and amount:
        return [_target("silver.orders", columns, at, _money(columns, order, amount, found))]
    if any(guess.personal in ("email", "phone") for guess in columns.values()):
        return [_target("silver.parties", columns, at, {"party_kind": "'customer'"})]
    found.remarks.append("targets: choose tables of silver from docs/tables.md")
    return []


def _lines(
    columns: Mapping[str, Guess], order: str, at: str, found: Suggestion
) -> list[dict[str, Any]]:
    """Rows that are lines of orders: the lines, and the orders they add up to."""
    quantity, product = _first(columns, "quantity", *_NUMBERS), _first(columns, "product")
    net = _first(columns, "net", *_NUMBERS)
    net = net or f"{quantity} * {_first(columns, 'price', *_NUMBERS)}"
    line = _first(columns, "line")
    if not line:
        found.remarks.append("repeats: equal rows of one file count once; `kept` counts each")
        found.mapping["repeats"] = "dropped"
    money = _money(columns, order, net, found)
    whole = {
        name: value if value in (order, "0") or "'" in value else f"sum({value})"
        for name, value in money.items()
        if name != "cancelled_at"
    }
    if money["currency"] in columns:
        whole["currency"] = f"min({money['currency']})"
    own = {name: money[name] for name in ("order_id", "currency", "net_amount", "discount_amount")}
    ids = {"line_id": line or "row_hash", "product_id": product}
    times = {"event_at": f"min({at})", "available_at": f"min({at})"}
    return [
        {"table": "silver.orders", "group_by": [order], "columns": {**whole, **times}},
        _target("silver.order_lines", columns, at, {**ids, "quantity": quantity, **own}),
    ]


def _money(columns: Mapping[str, Guess], order: str, net: str, found: Suggestion) -> dict[str, str]:
    """Columns of silver.orders but for its times."""
    currency = _first(columns, "currency")
    if not currency:
        found.remarks.append("currency: no column names it; write yours in place of USD")
    found.remarks.append(f"net_amount: merchandise after discounts, without tax; taken from {net}")
    optional = {
        "tax_amount": _first(columns, "tax"),
        "cancelled_at": _first(columns, "cancelled", "timestamp"),
    }
    return {
        "order_id": order,
        "channel": "'web'",
        "currency": currency or "'USD'",
        "net_amount": net,
        "discount_amount": _first(columns, "discount") or "0",
        **{name: column for name, column in optional.items() if column},
    }


def _target(
    table: str, columns: Mapping[str, Guess], at: str, mapped: Mapping[str, str]
) -> dict[str, Any]:
    """A target with its times."""
    version = _first(columns, "version", "timestamp", "date")
    times = {"event_at": at, "available_at": at} | ({"version_at": version} if version else {})
    return {"table": table, "columns": {**mapped, **times}}
