"""Versions of one fact and what they amount to, in plain Python: the definition, instant by
instant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
GOOD: Final = ""
State = tuple[str, str | None, datetime, datetime | None]  # status, reason, from, to


def day(number: int) -> datetime:
    return START + timedelta(days=number)


@dataclass(frozen=True)
class Version:
    """A version made `at` a day: good, or set aside for a reason; it says that the fact ended, or
    not, and how much it was.
    """

    at: int
    aside: str = GOOD
    ends: int | None = None
    amount: int = 0
    digest: str = ""

    @property
    def order(self) -> tuple[int, bool, str]:
        return self.at, self.aside == GOOD, self.digest


def holds(
    versions: Sequence[Version], at: datetime, known: datetime
) -> tuple[str, str | None] | None:
    """Status and reason of a fact at an instant, by the newest version made until then; before the
    first, a good one is taken to have been so since the fact was known.
    """
    made = [version for version in versions if day(version.at) <= at]
    if not made:
        first = min(versions, key=lambda version: version.order)
        return ("standing", None) if first.aside == GOOD and known <= at else None
    newest = max(made, key=lambda version: version.order)
    if newest.aside != GOOD:
        return "withdrawn", newest.aside
    return ("standing" if newest.ends is None or day(newest.ends) > at else "ended"), None


def states(versions: Sequence[Version], known: datetime) -> list[State]:
    """Every state of a fact in order; none where it has one version and no end."""
    ends = [version.ends for version in versions if version.ends is not None]
    instants = sorted({known, *(day(number) for number in (*ends, *(v.at for v in versions)))})
    found: list[State] = []
    for at in instants:
        now = holds(versions, at, known)
        if now is None or (found and found[-1][:2] == now):
            continue
        if found:
            found[-1] = (*found[-1][:3], at)
        found.append((*now, at, None))
    return found if len(versions) > 1 or ends else []


def good(versions: Sequence[Version]) -> list[Version]:
    return sorted((v for v in versions if v.aside == GOOD), key=lambda version: version.order)
