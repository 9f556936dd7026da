"""Settings of segments."""

from typing import Literal, Self

from pydantic import model_validator

from holdfast.jobs.runtime.config.sections import Count, Positive, Section, Share


class TierSettings(Section):
    """`segments.tiers`: where value tiers begin."""

    by: Literal["quantile", "amount"]
    top: Positive
    second: Positive
    third: Positive

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.top > self.second > self.third:
            raise ValueError("top must begin above second, and second above third")
        if self.by == "quantile" and self.top >= 1:
            raise ValueError("by quantile, top must be below 1")
        return self


class PrototypeSettings(Section):
    """`segments.prototypes`: a group that is expected."""

    name: str
    share: Share
    order_amount: Positive
    orders_a_year: Positive
    discounted_share: Share


class SegmentSettings(Section):
    """`segments`: groups by behaviour, lifecycle stages, value tiers."""

    window_days: Count
    min_groups: Count
    max_groups: Count
    min_customers: Count
    max_fit_customers: Count
    expected_strength: Share
    refit_days: Count
    margin: Share
    farthest: Positive
    new_days: Count
    dormant: Share
    awake: Share
    lapsed_days: Count
    suppression_days: Count
    tier_horizon_days: Literal[90, 365]
    tiers: TierSettings
    prototypes: list[PrototypeSettings]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.min_groups > self.max_groups:
            raise ValueError("min_groups must not be above max_groups")
        if self.awake < self.dormant:
            raise ValueError("awake must not be below dormant")
        if not self.prototypes:
            raise ValueError("prototypes: name at least one group")
        return self
