"""Settings of audits of fairness."""

from typing import Annotated, Literal

from pydantic import Field

from holdfast.jobs.runtime.config.sections import Section, Share

Chance = Annotated[float, Field(gt=0, lt=1)]


class FairnessSettings(Section):
    """`fairness`: which groups are compared, and which differences raise an alarm."""

    purpose: Literal["analytics", "sensitive_signals"]
    least_customers: Annotated[int, Field(ge=2)]
    coverage: Chance
    false_alarms: Chance
    smallest_share: Share
    smallest_amount: Annotated[float, Field(ge=0)]
