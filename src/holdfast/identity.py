"""Who is one person: compare and group records of any origin.

    from holdfast import identity

    found = identity.match_records(frame)  # any pandas frame; fields guessed, or as you name them
    found.clusters  # record_id, cluster_id, confidence

A retailer's records in Spark, with e-mails, phones and devices that people share:

    found = identity.resolve_records(records, identity.IdentityConfig(match_probability=0.8))
    found.records  # party_id, group, probability

Those have the columns party_id, party_kind, emails, phones, devices (arrays of strings),
first_name, last_name, address, city, postcode and birth_date; whatever is not known is null. `fit`
and `score` are the linkage model itself, on patterns of comparisons of your own.
"""

from holdfast._local import explain_missing

try:
    from holdfast.jobs.stages.parameters import identity_parameters as config_from_settings
    from holdfast.models.identity import (
        Comparison,
        Field,
        FieldsError,
        IdentityConfig,
        LinkageModel,
        Matches,
        Resolution,
        fit,
        match_records,
        resolve_records,
        score,
        suggest_fields,
    )
except ModuleNotFoundError as missing:
    raise explain_missing(__name__, missing) from missing

__all__ = [
    "Comparison",
    "Field",
    "FieldsError",
    "IdentityConfig",
    "LinkageModel",
    "Matches",
    "Resolution",
    "config_from_settings",
    "fit",
    "match_records",
    "resolve_records",
    "score",
    "suggest_fields",
]
