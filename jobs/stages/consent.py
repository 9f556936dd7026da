"""Consent as a job reads it."""

from typing import Final

from pyspark.sql import DataFrame

from holdfast.jobs.runtime.runs.context import Context
from holdfast.transformations.consent import Consent
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP, SHARED_CONTACTS

CONTACTED: Final = (CONSENT_STATE, IDENTITY_MAP, SHARED_CONTACTS)  # read where anyone is written to


def read_consent(ctx: Context) -> Consent:
    """The newest consent and identity map, with the bases of the settings."""
    return _consent(ctx, ctx.read(CONSENT_STATE), ctx.read(IDENTITY_MAP))


def read_contact_consent(ctx: Context) -> Consent:
    """The same with the addresses that customers share, for those who write to customers."""
    return _consent(ctx, *map(ctx.read, CONTACTED))


def read_published_consent(ctx: Context) -> Consent:
    """The same as last published, for jobs outside the graph."""
    return _consent(ctx, *map(ctx.read_published, CONTACTED))


def _consent(
    ctx: Context, state: DataFrame, identity_map: DataFrame, contacts: DataFrame | None = None
) -> Consent:
    bases, zone = ctx.settings.consent.bases.model_dump(), ctx.settings.run.time_zone
    return Consent(state, identity_map, bases, zone, contacts)
