"""Settings of what is sent to other systems."""

from typing import Literal

from holdfast.jobs.runtime.config.sections import Section

Purpose = Literal["service", "analytics", "personalisation", "marketing", "sensitive_signals"]
Channel = Literal["all", "email", "sms", "push", "post", "phone"]


class ActivationSettings(Section):
    """`activation`: which scores are handed on, for whom, and under which consent."""

    destination: str
    purpose: Purpose
    channel: Channel


class ExportSettings(Section):
    """`export`: which destination `holdfast export` writes for, and where to."""

    folder: str
    destination: str
    out: str
    full: bool
