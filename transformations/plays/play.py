"""A play: for whom it is, what is offered, what it costs and what it is expected to change."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=0)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Audience(Part):
    drivers: tuple[str, ...] = ()
    lifecycles: tuple[str, ...] = ()
    value_tiers: tuple[str, ...] = ()
    channel_profiles: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()


class Offer(Part):
    kind: str = "none"
    share: Share | None = None
    amount: Amount | None = None
    redeemed: Share = 0.0
    lasts_days: int | None = None
    fees_included: bool = False


class Expected(Part):
    keeps_matching: Share
    keeps_other: Share
    pseudo_customers: float


class Play(Part):
    id: str
    family: str = ""
    title: str
    channel: str
    team: str | None = None
    audience: Audience = Field(default_factory=Audience, alias="for")
    when: dict[str, dict[Literal["at_least", "at_most"], float]] = {}
    offer: Offer = Offer()
    contact_cost: Amount
    purpose: str
    cooldown_days: int
    framing: str
    text: str
    effect: Expected
