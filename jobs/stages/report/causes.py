"""How often the reason that is named is the true cause: of a generated retailer, whose causes are
known.
"""

from dataclasses import dataclass
from typing import Final

from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.model import ReportData
from holdfast.transformations.tables.vocabulary import REASONS

_METHODS: Final = {
    "named": "Reasons as named here",
    "summed_shap": "Strongest group of the model’s contributions",
    "z_scores": "Evidence farthest from the mean",
    "oracle": "Trees trained on the true causes, same rows",
}
_CAUSES: Final = {**formatting.REASONS, "none": "No cause"}


@dataclass(frozen=True)
class Causes:
    """Rows are true causes, `columns` the reasons named; `methods` their macro-F1 and the share for
    whom a cause is named.
    """

    title: str
    columns: list[str]
    rows: list[tuple[str, list[tuple[str, float]]]]
    methods: list[tuple[str, str, str]]


def compare_with_causes(data: ReportData) -> Causes | None:
    """The confusion matrix and every method beside ours; None where causes are not known."""
    if data.confusion.empty:
        return None
    counts = data.confusion.pivot_table(
        index="cause", columns="reason", values="customers", aggfunc="sum", fill_value=0, sort=False
    ).reindex(columns=list(REASONS), fill_value=0)
    shares = counts.div(counts.sum(axis=1).clip(lower=1), axis=0)
    named = data.reason_methods.set_index("method").loc["named"]
    return Causes(
        f"Known causes: macro-F1 {named['macro_f1']:.2f}, a cause named to "
        f"{formatting.percent(named['coverage'])} of those who have one",
        [formatting.label(name, _CAUSES) for name in counts.columns],
        [
            (
                formatting.label(cause, _CAUSES),
                [
                    (formatting.count(count), float(share))
                    for count, share in zip(counts.loc[cause], shares.loc[cause], strict=True)
                ],
            )
            for cause in counts.index
        ],
        [
            (
                _METHODS[row.method],
                f"{row.macro_f1:.2f}",
                formatting.percent(row.coverage),
            )
            for row in data.reason_methods.itertuples()
        ],
    )
