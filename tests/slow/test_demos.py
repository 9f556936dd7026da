"""Both demos at full size, as a newcomer sees them."""

import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd
import pytest

from tests.slow.roots import holdfast, manifests, table

pytestmark = pytest.mark.slow


def assert_numbers_agree(customers: pd.DataFrame) -> None:
    """What is expected of each customer, and what is at risk, follow to the cent from the chance to
    leave and the value if it stays; a year brings no less than its first 90 days.
    """
    known = customers[customers["value_if_stays_amount"].notna()]
    assert len(known) > 1000 and known["churn_probability"].notna().all()
    for row in known.itertuples():
        leaving, kept = row.churn_probability, row.value_if_stays_amount
        assert row.expected_90d_amount == to_cents((1 - leaving) * kept)
        assert row.value_at_risk_amount == to_cents(leaving * kept)
        assert row.expected_365d_amount >= row.expected_90d_amount


def to_cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize("source", ["generated", "journey"])
def test_the_demo_ends_with_scores_a_report_and_nothing_left_to_do(
    source: str, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    (scratch := tmp_path / "scratch").mkdir()
    first = holdfast("demo", source, root=root, TMPDIR=str(scratch))
    assert first.returncode == 0, first.stdout[-2000:] + first.stderr[-2000:]
    assert "AUC" in first.stdout and (root / "report.html").stat().st_size > 50_000
    scores = table(root, "gold.churn_scores")
    assert set(scores["score_basis"]) == {"model"} and len(scores) > 1000
    assert len(table(root, "gold.customer_values")) > 1000
    batches, checks = table(root, "ops.batches"), table(root, "ops.dq_results")
    out = batches[["rows_loaded", "rows_quarantined", "rows_duplicate", "rows_suppressed"]].sum(
        axis=1
    )
    assert (batches["rows_in"] == out).all() and batches["rows_in"].sum() > 100_000
    assert checks["is_passed"].all()

    assert_numbers_agree(table(root, "gold.customer_360"))

    assert not list(scratch.iterdir()), "a run cleans up after itself"

    second = holdfast("demo", source, root=root)
    assert second.returncode == 0 and "0 rows written" in second.stdout
    assert list(manifests(root)) == [1]
    if source == "generated":
        evaluated = holdfast("evaluate", "--json", root=root)
        fallen = {
            name
            for name, found in json.loads(evaluated.stdout)["metrics"].items()
            if not found["is_held"]
        }
        assert not fallen, evaluated.stdout
