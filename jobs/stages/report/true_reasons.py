"""The reasons of a generated retailer beside its causes; of a real one nobody knows them."""

from typing import Final

import pandas as pd

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.evaluation.reason_metrics import has_truth, read_reason_truth
from holdfast.jobs.stages.report.model import empty
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.tables.gold import CHURN_REASONS, CHURN_SIGNS
from holdfast.transformations.tables.silver import IDENTITY_MAP

REASON_TABLES: Final = (CHURN_REASONS, CHURN_SIGNS, SNAPSHOTS, IDENTITY_MAP)


def load_true_reasons(ctx: Context) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The parts `confusion` and `reason_methods`, empty where there is no truth."""
    nothing = empty("confusion"), empty("reason_methods")
    if not has_truth(ctx.root):
        return nothing
    truth = read_reason_truth(ctx.root, *map(ctx.read_published, REASON_TABLES))
    if truth.leavers.empty:
        return nothing
    counts = truth.confusion().rename_axis(columns="reason").stack().rename("customers")
    methods = [(name, *figures) for name, figures in truth.figures().items()]
    return counts.reset_index(), pd.DataFrame(methods, columns=["method", "macro_f1", "coverage"])
