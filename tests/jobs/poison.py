"""Raw exports of a generated retailer with everything that may come after a day: added, changed and
deleted rows.
"""

import csv
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

Line = dict[str, Any]
INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(Z|\+00:00)?")
NEW_YORK: Final = ZoneInfo("America/New_York")  # where an instant is that names no zone
FORMAT: Final = "%Y-%m-%dT%H:%M:%SZ"
# When a row happened and could first be known, by file; a version's own time (updated_at) is
# neither, but for states.
KNOWN: Final = {
    "shopify/orders": ["created_at"],
    "shopify/order_lines": ["created_at"],
    "shopify/refunds": ["created_at"],
    "square/orders": ["created_at"],
    "klaviyo/events": ["datetime"],
    "zendesk/tickets": ["created_at"],
    "rudderstack/pages": ["timestamp", "received_at"],
    "rudderstack/tracks": ["timestamp", "received_at"],
    "rudderstack/feature_used": ["timestamp", "received_at"],
    "rudderstack/feature_adopted": ["timestamp", "received_at"],
    "recharge/subscriptions": ["updated_at"],
    "recharge/charges": [
        "created_at",
        "processed_at",
        "last_charge_attempt",
        "last_charge_attempt_date",
    ],
    "smile/points_transactions": ["created_at"],
    "delighted/survey_responses": ["created_at"],
}
CHANGED: Final = {
    "subtotal_price": "1234.56",
    "total_discounts": "99.99",
    "pre_tax_price": "321.00",
    "total_discount": "77.00",
    "subtotal": "0.01",
    "priority": "urgent",
}
ENDS: Final = ("cancelled_at",)
# Values by which a version falls to a filter or a check.
SET_ASIDE: Final = {
    "test": "true",
    "currency": "XXX",
    "state": "CANCELED",
    "created_at": "2999-01-01",
}


def plant(raw: Path, day: datetime, dice: Random) -> None:
    """Poison the fact files under `raw` in place."""
    for name in KNOWN:
        for path in sorted(raw.glob(f"{name}-*")):
            lines = _read(path)
            _write(
                path,
                list(lines[0]),
                [*_kept(name, lines, day, dice), *_planted(name, lines, day, dice)],
            )


def _kept(name: str, lines: list[Line], day: datetime, dice: Random) -> Iterator[Line]:
    """The past whole; of the future every other record, with all of its versions."""
    kept: dict[str, bool] = {}
    for line in lines:
        is_kept = kept.setdefault(line["id"], dice.random() < 0.5)
        if is_kept or _is_past(name, line, day):
            yield line


def _planted(name: str, lines: list[Line], day: datetime, dice: Random) -> Iterator[Line]:
    """Rows dated on or after the day, rows of before received after it, and new versions of old
    rows.
    """
    for number, line in enumerate(old for old in lines if _is_past(name, old, day)):
        at = day + timedelta(minutes=dice.randint(0, 60 * 24 * 60) if number else 0)
        choice = dice.random()
        if choice < 0.2:
            moved = {
                key: _like(value, at) for key, value in line.items() if _is_instant(key, value)
            }
            yield {
                **line,
                **moved,
                "id": line["id"] if name == "recharge/subscriptions" else f"{line['id']}9999",
            }
        elif choice < 0.3 and "received_at" in line:
            yield {**line, "id": f"{line['id']}-late", "received_at": at.strftime(FORMAT)}
        elif choice < 0.6 and "updated_at" in line and name != "recharge/subscriptions":
            yield _newer(name, line, at, day, dice)


def _newer(name: str, line: Line, at: datetime, day: datetime, dice: Random) -> Line:
    """The row as a later version leaves it, younger than any version there is; some are such that a
    filter or a check sets them aside, some take an end back.
    """
    newest = _like(line["updated_at"], day + timedelta(days=400))
    if dice.random() < 0.3:
        aside = {key: value for key, value in SET_ASIDE.items() if isinstance(line.get(key), str)}
        return {**line, **aside, "updated_at": newest}
    if dice.random() < 0.2:
        ends = {key: "" for key in ENDS if line.get(key)}
        return {**line, **ends, **_status(name, "open"), "updated_at": newest}
    dates = {key: at.strftime(FORMAT) for key in ENDS if key in line and not line[key]}
    amounts = {key: value for key, value in CHANGED.items() if line.get(key)}
    basket: Line = {}
    if "total_money" in line and "line_items" in line:
        first = line["line_items"][0]
        basket = {
            "line_items": [
                first,
                {**first, "uid": "L99", "catalog_object_id": "7001", "name": "Planted"},
            ],
            "total_money": {**line["total_money"], "amount": 999_999},
        }
    newer = {**dates, **amounts, **basket, **_status(name, "solved")}
    return {**line, **newer, "updated_at": newest}


def _status(name: str, of_ticket: str) -> Line:
    """The status of a newer version: of charges failed, of tickets as asked."""
    return {"recharge/charges": {"status": "ERROR"}, "zendesk/tickets": {"status": of_ticket}}.get(
        name, {}
    )


def _is_past(name: str, line: Line, day: datetime) -> bool:
    return all(_time(line[key]) < day for key in KNOWN[name] if line.get(key))


def _is_instant(key: str, value: Any) -> bool:
    return bool(INSTANT.fullmatch(str(value))) or (
        isinstance(value, int) and key in ("created_at", "updated_at")
    )


def _time(value: Any) -> datetime:
    if isinstance(value, int):
        return datetime.fromtimestamp(value, UTC).replace(tzinfo=None)
    at = datetime.fromisoformat(value)
    return (at if at.tzinfo else at.replace(tzinfo=NEW_YORK)).astimezone(UTC).replace(tzinfo=None)


def _like(value: Any, at: datetime) -> Any:
    return (
        int((at - datetime(1970, 1, 1)).total_seconds())
        if isinstance(value, int)
        else at.strftime(FORMAT)
    )


def _read(path: Path) -> list[Line]:
    with path.open(encoding="utf-8", newline="") as file:
        return (
            list(csv.DictReader(file))
            if path.suffix == ".csv"
            else [_lift(json.loads(line)) for line in file]
        )


def _write(path: Path, names: list[str], lines: list[Line]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(lines)
        else:
            file.writelines(json.dumps(_sink(line)) + "\n" for line in lines)


def _lift(line: Line) -> Line:
    """A line whose instant lies among its attributes, with it on top."""
    inner = line.get("attributes", {})
    return {**line, "datetime": inner["datetime"]} if inner else line


def _sink(line: Line) -> Line:
    """What `_lift` changed, as it was."""
    if "attributes" not in line:
        return line
    inner = {**line["attributes"], "datetime": line["datetime"]}
    return {**{key: line[key] for key in line if key != "datetime"}, "attributes": inner}
