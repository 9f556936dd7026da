"""Who is one person: Fellegi-Sunter fitted on counts of agreement patterns, clusters, and ids that
stay. Records of any origin with the columns of `party_records`:

    resolution = resolve_records(records, IdentityConfig(match_probability=0.8))
    resolution.records  # party_id, group, probability

Or compared pairs of your own, by patterns of any comparisons:

    model = fit(candidates, random_pairs, pairs, comparisons, is_blocked)
    scored = score(compared, model)  # compared: a pandas frame with the column `pattern`
"""

from typing import TYPE_CHECKING

from holdfast.models.exports import lazy_names

if TYPE_CHECKING:
    from holdfast.models.identity.fellegi_sunter import LinkageModel, fit
    from holdfast.models.identity.grouping import Resolution
    from holdfast.models.identity.matching import IdentityConfig, score
    from holdfast.models.identity.resolution import resolve_records
    from holdfast.transformations.identity.comparisons import Comparison

__all__ = [
    "Comparison",
    "IdentityConfig",
    "LinkageModel",
    "Resolution",
    "fit",
    "resolve_records",
    "score",
]

__getattr__ = lazy_names(
    __name__,
    {
        "Comparison": "holdfast.transformations.identity.comparisons",
        "IdentityConfig": "holdfast.models.identity.matching",
        "LinkageModel": "holdfast.models.identity.fellegi_sunter",
        "Resolution": "holdfast.models.identity.grouping",
        "fit": "holdfast.models.identity.fellegi_sunter",
        "resolve_records": "holdfast.models.identity.resolution",
        "score": "holdfast.models.identity.matching",
    },
)
