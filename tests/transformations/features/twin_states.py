"""States of the facts of two worlds that share their past: what ended before the day D and came
back, and what turns after it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from holdfast.transformations.tables.silver import ENDED, FACT_STATES, STANDING, WITHDRAWN
from holdfast.transformations.tables.table import Table, Upsert

Row = dict[str, Any]


def ended(table: Table, row: Row, dice: Random, before: datetime) -> Iterator[Row]:
    """The states of some of the rows that can end: over before a day, and some of them back."""
    if getattr(table.write, "end", None) is None or dice.random() < 0.5:
        return
    days = sorted(dice.sample(range(1, 40), 2))[: dice.randint(1, 2)]
    turns = [row["event_at"], *(row["event_at"] + timedelta(days=day) for day in days)]
    turns = [at for at in turns if at < before]
    for place, at in enumerate(turns):
        status = ENDED if place % 2 else STANDING
        yield _state(table, row, status, at, turns[place + 1] if place + 1 < len(turns) else None)


def turned(rows: Mapping[Table, Sequence[Row]], dice: Random, day: datetime) -> Iterator[Row]:
    """The states of before a day, the last of each fact cut by one that begins on it or later."""
    there: dict[tuple[str, str], list[Row]] = {}
    for state in rows[FACT_STATES]:
        there.setdefault((state["fact_table"], state["fact_id"]), []).append(state)
    for table in rows:
        if not isinstance(table.write, Upsert):
            continue
        for row in rows[table]:
            known = max(row["event_at"], row.get("available_at", row["event_at"]))
            own = there.get((table.short_name, row[table.keys[0]]))
            own = own or [_state(table, row, STANDING, known, None)]
            at = day + timedelta(minutes=dice.randint(0, 60 * 24 * 60))
            other = STANDING if own[-1]["status"] == ENDED else dice.choice([ENDED, WITHDRAWN])
            yield from own[:-1]
            yield {**own[-1], "valid_to": at}
            yield _state(table, row, other, at, None)


def _state(table: Table, row: Row, status: str, at: datetime, until: datetime | None) -> Row:
    return {
        "fact_table": table.short_name,
        "fact_id": row[table.keys[0]],
        "status": status,
        "valid_from": at,
        "valid_to": until,
    }
