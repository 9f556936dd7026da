"""Decisions over random people as the kernels see them, without Spark."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import Any

import pyarrow as pa

from holdfast.models.decisions.choices import choose_in_table
from holdfast.models.decisions.effects import expect_priors
from holdfast.models.decisions.limits import Limits, name_limits
from holdfast.models.decisions.lots import Exploration
from holdfast.models.decisions.options import Terms, list_options
from holdfast.models.decisions.parity import Parity
from holdfast.models.decisions.plan import Decision, hold_rest, plan_actions
from holdfast.transformations.plays.play import Bounds, Play
from tests.fixtures.plays import DISCOUNT, NOTHING
from tests.models.decisions.cases import CHANNELS, FEATURES, LABELS, draw_customer, draw_play

CAPPED = sorted(CHANNELS[:5])
LOW = ("bottom",)


@dataclass(frozen=True)
class Case:
    """Plays as their files have them, people, and what limits them."""

    plays: list[dict[str, Any]]
    people: list[dict[str, Any]]
    caps: Mapping[str, int]
    vulnerable: Mapping[str, Bounds]
    budget: float
    low_share: float
    teams: Mapping[str, int]
    exploration: Exploration
    alike: str = ""
    most_points: float = 0.0

    @cached_property
    def terms(self) -> Terms:
        plays = [Play.model_validate(values) for values in self.plays]
        return Terms(
            plays,
            "USD",
            expect_priors(plays),
            # every channel is counted, and bound where the case says so
            {**dict.fromkeys(("all", *CAPPED), 99), **self.caps},
            self.vulnerable,
            harm=0.002,
            alike=self.alike,
        )

    @cached_property
    def limits(self) -> Limits:
        return name_limits(self.terms.plays, self.budget, self.low_share, LOW, self.teams)


def draw_case(dice: Random, most_people: int = 8) -> Case:
    """Up to four plays, some of them by people, tight limits, and a share of explored."""
    plays = [
        _with_costs(dice, draw_play(dice, number)) for number in range(dice.choice((0, 2, 3, 4)))
    ]
    people = [_with_stakes(dice, draw_customer(dice, len(plays))) for _ in range(most_people)]
    return Case(
        plays,
        people[: dice.randint(0, most_people)],
        {name: dice.randint(0, 3) for name in ("all", *CAPPED) if dice.random() < 0.5},
        {"failed_charges_90d": Bounds(at_least=2.0)},
        dice.choice((0.0, 0.3, 5.0, 1000.0)),
        dice.choice((0.0, 0.2, 1.0)),
        {"callers": dice.randint(0, 3)} if dice.random() < 0.8 else {},
        Exploration(dice.choice((0.0, 0.3, 1.0)), dice.choice((0.0, 0.02, 0.4))),
        dice.choice(("", "value_tier", "lifecycle")),
        dice.choice((0.0, 10.0, 40.0)),
    )


def _with_costs(dice: Random, play: dict[str, Any]) -> dict[str, Any]:
    share = {**DISCOUNT, "share": dice.choice((0.05, 0.5))}
    amount = {"kind": "voucher", "amount": dice.choice((1.0, 9.99)), "redeemed": 0.5}
    anyone = {"for": {}, "when": {}} if dice.random() < 0.7 else {}
    return (
        play
        | anyone
        | {
            "team": "callers" if play["channel"] == "phone" else dice.choice((None, "callers")),
            "contact_cost": dice.choice((0.0, 0.05, 0.1, 4.5)),
            "offer": dice.choice((NOTHING, share, amount)),
        }
    )


def _with_stakes(dice: Random, person: dict[str, Any]) -> dict[str, Any]:
    known = person["has_currency"]
    return person | {
        "is_vulnerable": (person["features"]["failed_charges_90d"] or 0.0) >= 2.0,
        "leave_probability": dice.random(),
        "margin_if_stays": dice.choice((0.0, 3.0, 40.0, 500.0)) if known else None,
        "order_amount": dice.choice((0.0, 19.99, 80.0)),
        "is_explored": False,
        "play_draw": dice.random(),
    }


def list_people(case: Case) -> pa.Table:
    """The people as `find_options` is given them."""
    terms, people = case.terms, case.people
    numbers = ("leave_probability", "margin_if_stays", "order_amount", "play_draw")
    flags = ("is_explored", "is_held_out", "is_suppressed")

    def column(name: str, kind: pa.DataType) -> pa.Array:
        return pa.array([person[name] for person in people], kind)

    def stated(person: dict[str, Any]) -> list[bool]:
        return [pair in person["allowed"] for pair in terms.purposes]

    def since(person: dict[str, Any]) -> list[float | None]:
        return [person["days_since"].get(play["id"]) for play in case.plays]

    lists = {
        "allowed": (stated, pa.bool_()),
        "contacts": (lambda one: [one["contacts"][name] for name in CAPPED], pa.int32()),
        "days_since": (since, pa.float64()),
    }
    return pa.table(
        {
            "customer_id": pa.array(range(1, len(people) + 1), pa.int64()),
            **{name: column(name, pa.float64()) for name in numbers},
            **{name: column(name, pa.bool_()) for name in flags},
            **{name: column(name, pa.string()) for name in LABELS},
            **{
                name: pa.array([one["features"][name] for one in people], pa.float64())
                for name in FEATURES
            },
            **{
                name: pa.array([read(one) for one in people], pa.list_(kind))
                for name, (read, kind) in lists.items()
            },
        }
    )


def bound_groups(case: Case, options: pa.Table) -> Limits:
    """The limits of the case with its bound on treated shares, groups counted by hand."""
    rest = [row for row in options.to_pylist() if not row["is_explored"]]
    worth = Counter(
        row["parity_group"] or "unknown" for row in rest if max(row["value"], default=0.0) > 0
    )
    is_bound = bool(case.alike)
    return replace(
        case.limits,
        parity=Parity(dict(sorted(worth.items())) if is_bound else {}, case.most_points),
    )


def plan(case: Case, options: pa.Table) -> Decision:
    """The plan over options of `list_options`."""
    limits, is_explored = bound_groups(case, options), options["is_explored"]
    rest = hold_rest(options, limits)
    return plan_actions(options.filter(is_explored), rest, limits, case.exploration)


def decide(case: Case) -> list[dict[str, Any]]:
    """What is decided for each of the people, as rows."""
    options = list_options(list_people(case), case.terms)
    found = plan(case, options)
    chosen = choose_in_table(options, case.terms.plays, found.limits, found.plan)
    rows: list[dict[str, Any]] = chosen.to_pylist()
    return rows


def explore(dice: Random, people: Sequence[dict[str, Any]], share: float) -> None:
    """Mark each of the people as explored with a chance."""
    for person in people:
        person["is_explored"] = dice.random() < share
