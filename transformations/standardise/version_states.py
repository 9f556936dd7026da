"""What the versions of one fact say over time: when it stood, had ended, or was withdrawn."""

from collections.abc import Callable
from typing import Final

from pyspark.sql import Column
from pyspark.sql import functions as F

from holdfast.transformations.let import let
from holdfast.transformations.reasons import QUARANTINED
from holdfast.transformations.tables.silver import ENDED, STANDING, WITHDRAWN

MARK: Final = ("at", "is_good", "row_hash", "scope", "ends_at", "dated_value", "weight", "aside")
STATE: Final = ("status", "reason", "dated_value", "available_at", "valid_from")


def states_over_time(marks: Column, first_at: Column) -> Column:
    """An array of states, each a struct of STATE and `valid_to`, in order, no two alike in a row.

    `marks` are structs of MARK, one per version, sorted. Each version holds from its own time until
    the next one's, so an end or a set-aside version never reaches back. Of two versions made at one
    instant the good one is the newer. A fact whose first version is good stood from `first_at` on.
    """

    def follow(held: Column) -> Column:
        states = _merge_alike(F.concat(_before_first(held, first_at), _points(held)))
        return let(states, _with_ends)

    return let(marks, follow)  # it is read many times, and may be computed from others


def _with_ends(states: Column) -> Column:
    """States with the instant at which the next begins."""
    return F.transform(
        states,
        lambda state, place: F.struct(
            *(state[name].alias(name) for name in STATE),
            F.get(states, place + F.lit(1))["valid_from"].alias("valid_to"),
        ),
    )


def own_versions(marks: Column) -> Column:
    """Marks without those of a scope that never had a good version: they are about other facts."""
    return F.filter(
        marks,
        lambda mark: F.exists(
            marks, lambda other: other["is_good"] & (other["scope"] == mark["scope"])
        ),
    )


def _before_first(marks: Column, first_at: Column) -> Column:
    first = F.get(marks, F.lit(0))
    stood = _state(STANDING, first_at, first_at, dated_value=first["dated_value"])
    is_known = first["is_good"] & (first_at < first["at"])
    return F.when(is_known, F.array(stood)).otherwise(
        F.filter(F.array(stood), lambda _: F.lit(False))
    )


def _points(marks: Column) -> Column:
    """The states that each version begins, those left out that begin when the next is there."""

    def begun(mark: Column, place: Column) -> Column:
        at, end = mark["at"], F.greatest(mark["at"], mark["ends_at"])
        stands, ends = (
            _state(status, when, at, dated_value=mark["dated_value"])
            for status, when in ((STANDING, at), (ENDED, end))
        )
        withdrawn = F.array(_state(WITHDRAWN, at, at, reason=reason_of(mark["aside"])))
        said = (
            F.when(~mark["is_good"], withdrawn)
            .when(mark["ends_at"].isNull(), F.array(stands))
            .when(end > at, F.array(stands, ends))
            .otherwise(F.array(ends))
        )
        next_at = F.get(marks, place + F.lit(1))["at"]
        return F.filter(said, lambda state: next_at.isNull() | (state["valid_from"] < next_at))

    return F.flatten(F.transform(marks, begun))


def reason_of(aside: Column) -> Column:
    """Why a version was set aside, in words that name the filter or the rules."""
    broken = F.concat(F.lit(f"{QUARANTINED}:"), aside["reasons"])
    return F.when(aside["outcome"] == QUARANTINED, broken).otherwise(aside["outcome"])


def _state(
    status: str,
    valid_from: Column,
    available_at: Column,
    *,
    reason: Column | None = None,
    dated_value: Column | None = None,
) -> Column:
    nothing = F.lit(None).cast("string")
    return F.struct(
        F.lit(status).alias("status"),
        (nothing if reason is None else reason).alias("reason"),
        (nothing if dated_value is None else dated_value).alias("dated_value"),
        available_at.alias("available_at"),
        valid_from.alias("valid_from"),
    )


def _merge_alike(states: Column) -> Column:
    """States without those that say what the one before says."""

    def is_change(states: Column) -> Callable[[Column, Column], Column]:
        def differs(state: Column, place: Column) -> Column:
            before = F.get(states, place - F.lit(1))
            same = [state[name].eqNullSafe(before[name]) for name in STATE[:3]]
            return (place == 0) | ~(same[0] & same[1] & same[2])

        return differs

    return let(states, lambda held: F.filter(held, is_change(held)))
