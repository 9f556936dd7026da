"""A power cut at any point leaves nothing that a resumed run does not put right."""

from pathlib import Path

import pytest

from holdfast.jobs.runtime.job import in_order
from tests.slow.roots import content, differences, holdfast, manifests, run, run_here, table, with_deliveries

POINTS = ("after:silver.pii_vault", "before:silver.order_lines", "after:silver.identity_edges",
          "after:features.customer_snapshots", "after:ops.model_metrics", "before:gold.published_runs")


@pytest.mark.slow
def test_the_tiny_environment_trains_the_tree_model(clean: Path) -> None:
    assert set(table(clean, "gold.churn_scores")["score_basis"]) == {"model"}
    events = table(clean, "ops.model_events")
    assert events[events["model_name"] == "churn"]["is_champion"].tolist() == [True]


@pytest.mark.slow
def test_six_kills_one_after_the_other_then_the_same_tables(clean: Path, retailer: Path, tmp_path: Path) -> None:
    root = with_deliveries(retailer, tmp_path / "root", (2, 3, 4))
    for number, point in enumerate(POINTS):
        run(root, *["--resume"] * bool(number), crash_at=point)
        assert not (root / "gold" / "published_runs").exists() or manifests(root) == {}
    run(root, "--resume")
    assert list(manifests(root)) == [1]
    assert not differences(content(clean), content(root))
    for log in ("ops.batches", "ops.quarantine", "ops.model_metrics", "ops.model_events"):
        assert len(table(root, log)) == len(table(clean, log)), log


@pytest.mark.nightly
def test_every_job_as_a_process_of_its_own_gives_the_same_tables(clean: Path, retailer: Path, tmp_path: Path) -> None:
    root = with_deliveries(retailer, tmp_path / "root", (2, 3, 4))
    for job in in_order():
        assert manifests(root) == {} if (root / "gold" / "published_runs").exists() else job == "ingest"
        run(root, job, "--run-key", "nightly")
    assert list(manifests(root)) == [1]
    assert not differences(content(clean), content(root))
    again = run(root, "ingest", "--run-key", "nightly")
    assert "already published" in again.stderr


@pytest.mark.nightly
def test_ingest_twice_alone_then_an_abandoned_run_then_the_whole(clean: Path, retailer: Path, tmp_path: Path) -> None:
    root = with_deliveries(retailer, tmp_path / "root", (2, 3, 4))
    assert run_here(root, "ingest") is not None
    assert run_here(root, "ingest") is None, "nothing has changed"
    assert list(manifests(root)) == [1]
    run(root, crash_at="before:silver.order_lines")
    refused = holdfast("run", "--env", "mini", root=root)
    assert refused.returncode == 3
    assert "--resume" in refused.stderr and "--abandon" in refused.stderr and "Traceback" not in refused.stderr
    run_here(root, abandon=True)
    assert sorted(manifests(root)) == [1, 3]
    assert not differences(content(clean), content(root))
