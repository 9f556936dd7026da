"""Settings of decisions."""

from math import inf
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from holdfast.jobs.runtime.config.sections import Currency, Positive, Section, Share
from holdfast.transformations.tables.vocabulary import VALUE_TIERS

AtLeastNone = Annotated[int, Field(ge=0)]
Amount = Annotated[float, Field(ge=0)]


Range = dict[Literal["at_least", "at_most"], float]


def _check_range(value: Range) -> Range:
    if not value or value.get("at_least", -inf) > value.get("at_most", inf):
        raise ValueError("write at_least, at_most, or both with at_least not above at_most")
    return value


def _check_tiers(values: list[str]) -> list[str]:
    if unknown := sorted(set(values) - set(VALUE_TIERS)):
        raise ValueError(f"{', '.join(unknown)}: tiers are {', '.join(VALUE_TIERS)}")
    return values


class ContactSettings(Section):
    """`decide.contacts_a_week`: how often a customer is contacted."""

    all: AtLeastNone
    email: AtLeastNone
    sms: AtLeastNone
    push: AtLeastNone
    post: AtLeastNone
    phone: AtLeastNone


class ParitySettings(Section):
    """`decide.parity`: groups whose treated shares are kept alike."""

    label: Literal["", "value_tier", "lifecycle", "channel_profile", "intent", "driver"]
    most_points: Annotated[float, Field(ge=0.5, le=100)]


class DecideSettings(Section):
    """`decide`: what to do for whom."""

    currency: Currency | Literal[""]
    exchange_rates: dict[Currency, Positive]
    margin_share: Share
    harm_share: Share
    budget: Amount
    low_value_tiers: Annotated[list[str], AfterValidator(_check_tiers)]
    low_value_share: Share
    teams: dict[str, AtLeastNone]
    contacts_a_week: ContactSettings
    parity: ParitySettings
    holdout_share: Share
    exploration_share: Share
    exploration_floor: Share
    seed: int
    vulnerable: dict[str, Annotated[Range, AfterValidator(_check_range)]]
    plays: str
    protected: list[str]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if {"budget", "low_value"} & set(self.teams):
            raise ValueError("teams: budget and low_value are names of other limits")
        return self
