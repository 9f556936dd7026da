"""What a play is: whom it is for, what it offers and costs, and what it is assumed to change.

A play lies with its family in `conf/plays/<family>.yml`; docs/plays.md lists those that come with
the package.
"""

from collections.abc import Collection
from typing import Annotated, Protocol, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from holdfast.transformations.plays.words import PHONE, Framing
from holdfast.transformations.tables.vocabulary import (
    CHANNEL_PROFILES,
    DRIVERS,
    INTENTS,
    LIFECYCLES,
    NO_OFFER,
    NO_PLAY,
    VALUE_TIERS,
    OfferKind,
    PlayChannel,
    Purpose,
)


def _check_id(value: str) -> str:
    if value == NO_PLAY:
        raise ValueError(f"{NO_PLAY} is the name of doing nothing: take another")
    return value


def _among(known: Collection[str]) -> AfterValidator:
    def check(words: list[str]) -> list[str]:
        if unknown := [word for word in words if word not in known]:
            raise ValueError(f"{', '.join(unknown)} is not one of {', '.join(known)}")
        return words

    return AfterValidator(check)


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(pattern=r"\S")]
Share = Annotated[float, Field(ge=0, le=1)]
Bound = Annotated[float, Field(allow_inf_nan=False)]
Money = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]


class Entry(BaseModel):
    """Keys that are known, exact types, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class HasBounds(Protocol):
    """A range of numbers, both ends within it; None where it is open."""

    @property
    def at_least(self) -> float | None: ...
    @property
    def at_most(self) -> float | None: ...


class Bounds(Entry):
    """The range in which a feature must lie, both ends within it; None where it is open."""

    at_least: Bound | None = None
    at_most: Bound | None = None

    @model_validator(mode="after")
    def _hold_something(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("name at_least or at_most")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least must not be above at_most")
        return self


class Audience(Entry):
    """Whom a play is for, by the labels of gold.customer_segments; no word: anyone."""

    drivers: Annotated[list[str], _among(DRIVERS)] = Field(
        default=[],
        description="Reasons to leave that it answers; others may get it too: `keeps_other`.",
    )
    lifecycles: Annotated[list[str], _among(LIFECYCLES)] = Field(default=[], description="Stages.")
    value_tiers: Annotated[list[str], _among(VALUE_TIERS)] = Field(
        default=[], description="Value tiers."
    )
    channel_profiles: Annotated[list[str], _among(CHANNEL_PROFILES)] = Field(
        default=[], description="Channel profiles."
    )
    intents: Annotated[list[str], _among(INTENTS)] = Field(default=[], description="Intents.")


class Offer(Entry):
    """What a customer is given."""

    kind: OfferKind = Field(description=f"`{NO_OFFER}` where the customer is given nothing.")
    share: Annotated[float, Field(gt=0, le=1)] | None = Field(
        default=None, description="What it costs the shop, of the order; or `amount`."
    )
    amount: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = Field(
        default=None, description="What it costs the shop, in the catalogue's currency; or `share`."
    )
    redeemed: Share = Field(default=0.0, description="Of those offered it, the share who take it.")
    lasts_days: Count | None = Field(default=None, description="Days after which it really ends.")
    fees_included: bool = Field(
        default=False,
        description="Whether a price or amount in the text holds all that is to be paid.",
    )

    @property
    def costs_money(self) -> bool:
        """Whether the shop pays for it."""
        return self.kind != NO_OFFER

    @model_validator(mode="after")
    def _cost_what_it_says(self) -> Self:
        given = (self.share, self.amount, self.lasts_days)
        if not self.costs_money:
            if self.redeemed or any(value is not None for value in given):
                raise ValueError(f"kind {NO_OFFER} gives nothing: leave out the rest")
        elif (self.share is None) == (self.amount is None):
            raise ValueError("name share or amount, one of them")
        elif not self.redeemed:
            raise ValueError("redeemed is missing: the share of those offered it who take it")
        return self


class Effect(Entry):
    """What is assumed to change until it was measured."""

    keeps_matching: Share = Field(
        description="Of those who would leave for one of the drivers, the share it keeps."
    )
    keeps_other: Share = Field(
        description="Of all others who would leave, the share it keeps; not above the former."
    )
    pseudo_customers: Count = Field(
        description="How much the two count: as if they had been seen on so many customers."
    )

    @model_validator(mode="after")
    def _match_better(self) -> Self:
        if self.keeps_other > self.keeps_matching:
            raise ValueError("keeps_other must not be above keeps_matching")
        return self


class Play(Entry):
    """Something that can be done for a customer."""

    id: Annotated[Name, AfterValidator(_check_id)] = Field(
        description="Small letters, digits and `_`; once in all files."
    )
    title: Text = Field(description="What people call it.")
    channel: PlayChannel = Field(description="How the customer comes to know.")
    team: Name | None = Field(
        default=None, description="The people who do it, with the capacity that settings give them."
    )
    audience: Audience = Field(
        default=Audience(), alias="for", description="Whom it is for; a list left out: anyone."
    )
    when: dict[str, Bounds] = Field(
        default={},
        description="Features and the range each must lie in; one that is null does not.",
    )
    offer: Offer = Field(description="What the customer is given.")
    contact_cost: Money = Field(description="What one contact costs, in the catalogue's currency.")
    purpose: Annotated[Purpose, Field(strict=False)] = Field(
        description="The purpose that the customer must allow."
    )
    cooldown_days: Days = Field(description="Days before the same customer may get it again.")
    framing: Framing = Field(description="What the text appeals to.")
    text: Text = Field(description="What the customer reads or hears, in one sentence.")
    effect: Effect = Field(description="What is assumed to change until it was measured.")

    @model_validator(mode="after")
    def _say_who_calls(self) -> Self:
        if self.channel == PHONE and self.team is None:
            raise ValueError("team is missing: people make calls")
        return self
