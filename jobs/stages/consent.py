"""Consent as a job reads it."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.transformations.consent import Consent
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP


def read_consent(ctx: Context) -> Consent:
    """The newest consent and identity map, with the bases of the settings."""
    bases = ctx.settings.consent.bases.model_dump()
    return Consent(ctx.read(CONSENT_STATE), ctx.read(IDENTITY_MAP), bases)
