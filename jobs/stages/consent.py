"""Consent as a job reads it."""

from collections.abc import Callable

from pyspark.sql import DataFrame

from holdfast.jobs.runtime.runs.context import Context
from holdfast.transformations.consent import Consent
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP
from holdfast.transformations.tables.table import Table


def read_consent(ctx: Context) -> Consent:
    """The newest consent and identity map, with the bases of the settings."""
    return _consent(ctx, ctx.read)


def read_published_consent(ctx: Context) -> Consent:
    """The same as last published, for jobs outside the graph."""
    return _consent(ctx, ctx.read_published)


def _consent(ctx: Context, read: Callable[[Table], DataFrame]) -> Consent:
    bases = ctx.settings.consent.bases.model_dump()
    return Consent(read(CONSENT_STATE), read(IDENTITY_MAP), bases, ctx.settings.run.time_zone)
