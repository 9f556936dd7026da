"""Which records are one person: compare and group records of any origin.

    from holdfast import identity

    settings = holdfast.load_settings()
    found = identity.resolve_records(records, identity.config_from_settings(settings))
    found.records  # party_id, group, probability

Records have the columns party_id, party_kind, emails, phones, devices (arrays of strings),
first_name, last_name, address, city, postcode and birth_date; whatever is not known is null.
"""

from collections.abc import Callable

from holdfast._local import missing_package

try:
    from pyspark.sql import DataFrame

    from holdfast.jobs.stages.parameters import identity_parameters as config_from_settings
    from holdfast.models.identity import resolution
    from holdfast.models.identity.fellegi_sunter import LinkageModel
    from holdfast.models.identity.grouping import Resolution
    from holdfast.models.identity.matching import IdentityConfig
except ModuleNotFoundError as missing:
    raise missing_package(__name__, missing) from missing

__all__ = [
    "IdentityConfig",
    "LinkageModel",
    "Resolution",
    "config_from_settings",
    "resolve_records",
]


def keep_computed(frame: DataFrame) -> DataFrame:
    """The frame computed once and kept by the cluster."""
    return frame.localCheckpoint(eager=True)


def resolve_records(
    records: DataFrame,
    config: IdentityConfig,
    checkpoint: Callable[[DataFrame], DataFrame] = keep_computed,
) -> Resolution:
    """Groups of records that are one person, the pairs that hold them together, and households.

    The model is fitted on the records themselves; nobody labels a pair. `checkpoint` keeps a frame
    that is used twice.
    """
    return resolution.resolve_records(records, config, checkpoint)
