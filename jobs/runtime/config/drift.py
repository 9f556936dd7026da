"""Settings of what is looked at after scoring."""

from typing import Annotated

from pydantic import Field

from holdfast.jobs.runtime.config.sections import Count, Section


class DriftSettings(Section):
    """`drift`: whether customers of today are like those that the churn model learnt from."""

    cutoffs: Count
    false_alarms: Annotated[float, Field(gt=0, lt=1)]
    stop_on_alarm: bool
