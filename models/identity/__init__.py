"""Who is one person: Fellegi-Sunter fitted on counts of agreement patterns, clusters, and ids that
stay. Records of any table, as a pandas frame:

    found = match_records(frame, {"name": "full_name", "born": "date"})
    found.clusters  # record_id, cluster_id, confidence

A retailer's records in Spark, with the columns of `party_records`:

    resolution = resolve_records(records, IdentityConfig(match_probability=0.8))
    resolution.records  # party_id, group, probability

Or compared pairs of your own, by patterns of any comparisons:

    model = fit(candidates, random_pairs, pairs, comparisons, is_blocked)
    scored = score(compared, model)  # compared: a pandas frame with the column `pattern`
"""

from typing import TYPE_CHECKING

from holdfast.models.exports import lazy_names

if TYPE_CHECKING:
    from holdfast.models.identity.fellegi_sunter import fit
    from holdfast.models.identity.grouping import Resolution
    from holdfast.models.identity.linkage_model import LinkageModel
    from holdfast.models.identity.matching import IdentityConfig, score
    from holdfast.models.identity.records.fields import Field, FieldsError
    from holdfast.models.identity.records.match import Matches, match_records
    from holdfast.models.identity.records.suggest import suggest_fields
    from holdfast.models.identity.resolution import resolve_records
    from holdfast.transformations.identity.comparison import Comparison

__all__ = [
    "Comparison",
    "Field",
    "FieldsError",
    "IdentityConfig",
    "LinkageModel",
    "Matches",
    "Resolution",
    "fit",
    "match_records",
    "resolve_records",
    "score",
    "suggest_fields",
]

__getattr__ = lazy_names(
    __name__,
    {
        "Comparison": "holdfast.transformations.identity.comparison",
        "Field": "holdfast.models.identity.records.fields",
        "FieldsError": "holdfast.models.identity.records.fields",
        "IdentityConfig": "holdfast.models.identity.matching",
        "LinkageModel": "holdfast.models.identity.linkage_model",
        "Matches": "holdfast.models.identity.records.match",
        "Resolution": "holdfast.models.identity.grouping",
        "fit": "holdfast.models.identity.fellegi_sunter",
        "match_records": "holdfast.models.identity.records.match",
        "resolve_records": "holdfast.models.identity.resolution",
        "score": "holdfast.models.identity.matching",
        "suggest_fields": "holdfast.models.identity.records.suggest",
    },
)
