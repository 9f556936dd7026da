"""Which records are one person: compare and group records of any origin.

    from holdfast import identity

    settings = holdfast.load_settings()
    found = identity.resolve_records(records, identity.config_from_settings(settings))
    found.records  # party_id, group, probability

Records have the columns party_id, party_kind, emails, phones, devices (arrays of strings),
first_name, last_name, address, city, postcode and birth_date; whatever is not known is null.
"""

from holdfast._local import explain_missing

try:
    from holdfast.jobs.stages.parameters import identity_parameters as config_from_settings
    from holdfast.models.identity.fellegi_sunter import LinkageModel
    from holdfast.models.identity.grouping import Resolution
    from holdfast.models.identity.matching import IdentityConfig
    from holdfast.models.identity.resolution import resolve_records
except ModuleNotFoundError as missing:
    raise explain_missing(__name__, missing) from missing

__all__ = [
    "IdentityConfig",
    "LinkageModel",
    "Resolution",
    "config_from_settings",
    "resolve_records",
]
