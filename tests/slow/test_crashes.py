"""A power cut at any point of the real jobs leaves nothing that a resumed run does not correct:
the long form of tests/slow/test_write_policies.py.
"""

from pathlib import Path

import pytest

from tests.slow.roots import (
    content,
    differences,
    holdfast,
    manifests,
    run,
    run_here,
    table,
    with_deliveries,
)

LATER_POINTS = (
    "after:silver.identity_edges",
    "after:features.customer_snapshots",
    "after:ops.model_metrics",
    "before:gold.published_runs",
)


@pytest.mark.slow
def test_the_tiny_environment_trains_the_tree_model(clean: Path) -> None:
    assert set(table(clean, "gold.churn_scores")["score_basis"]) == {"model"}
    events = table(clean, "ops.model_events")
    assert events[events["model_name"] == "churn"]["is_champion"].tolist() == [True]


@pytest.mark.nightly
def test_ingest_alone_six_kills_and_an_abandoned_run_end_with_the_same_tables(
    clean: Path, retailer: Path, tmp_path: Path
) -> None:
    root = with_deliveries(retailer, tmp_path / "root", (2, 3, 4))
    run(root, "ingest", crash_at="after:silver.pii_vault")
    assert not (root / "gold" / "published_runs").exists() or manifests(root) == {}
    assert run_here(root, "ingest", resume=True) is not None
    assert run_here(root, "ingest") is None, "nothing has changed"
    assert list(manifests(root)) == [1]

    run(root, crash_at="before:silver.order_lines")
    refused = holdfast("run", "--env", "mini", root=root)
    assert refused.returncode == 3
    assert (
        "--resume" in refused.stderr
        and "--abandon" in refused.stderr
        and "Traceback" not in refused.stderr
    )
    run(root, "--abandon", crash_at="before:silver.order_lines")
    for point in LATER_POINTS:
        run(root, "--resume", crash_at=point)
        assert list(manifests(root)) == [1]
    run_here(root, resume=True)
    assert sorted(manifests(root)) == [1, 3], "the second run was abandoned"
    assert not differences(content(clean), content(root))
    for log in ("ops.batches", "ops.quarantine", "ops.model_metrics", "ops.model_events"):
        assert len(table(root, log)) == len(table(clean, log)), log
