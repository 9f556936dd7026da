"""Who is one person: compare and group records of any origin.

    from holdfast import identity

    found = identity.resolve_records(records, identity.IdentityConfig(match_probability=0.8))
    found.records  # party_id, group, probability

Records have the columns party_id, party_kind, emails, phones, devices (arrays of strings),
first_name, last_name, address, city, postcode and birth_date; whatever is not known is null. `fit`
and `score` are the linkage model itself, on patterns of comparisons of your own.
"""

from holdfast._local import explain_missing

try:
    from holdfast.jobs.stages.parameters import identity_parameters as config_from_settings
    from holdfast.models.identity import (
        Comparison,
        IdentityConfig,
        LinkageModel,
        Resolution,
        fit,
        resolve_records,
        score,
    )
except ModuleNotFoundError as missing:
    raise explain_missing(__name__, missing) from missing

__all__ = [
    "Comparison",
    "IdentityConfig",
    "LinkageModel",
    "Resolution",
    "config_from_settings",
    "fit",
    "resolve_records",
    "score",
]
