"""Models of record are files with a digest; the trials of a search outlive the process."""

import os
import shutil
from pathlib import Path

import pytest

from holdfast.jobs.runtime.registry.mlflow_store import ModelError, Tracking
from holdfast.jobs.runtime.registry.packing import Description, digest
from holdfast.jobs.runtime.registry.trials import FileTrials

ARTIFACTS = {"nodes.parquet": b"\x00trees", "churn.json": b"{}"}


def put(folder: Path, artifacts: dict[str, bytes]) -> str:
    for name, content in artifacts.items():
        (folder / name).write_bytes(content)
    return f"file://{folder}"


def test_artifacts_are_loaded_by_their_digest(tmp_path: Path) -> None:
    uri = put(tmp_path, ARTIFACTS)
    assert Tracking(tmp_path).load(uri, digest(ARTIFACTS)) == ARTIFACTS


@pytest.mark.parametrize(
    "other", [{"churn.json": b"{ }"}, {"more.json": b"{}"}], ids=["another byte", "another file"]
)
def test_artifacts_that_are_not_those_recorded_are_refused(
    tmp_path: Path, other: dict[str, bytes]
) -> None:
    uri = put(tmp_path, ARTIFACTS | other)
    with pytest.raises(ModelError, match="not those that were recorded"):
        Tracking(tmp_path).load(uri, digest(ARTIFACTS))


def test_a_digest_tells_names_from_contents() -> None:
    assert digest({"a": b"bc"}) != digest({"ab": b"c"})
    assert (
        digest({"a": b"1", "b": b"2"})
        == digest({"b": b"2", "a": b"1"})
        != digest({"a": b"2", "b": b"1"})
    )


def test_trials_are_kept_whole(tmp_path: Path) -> None:
    kept = FileTrials(tmp_path / "trials" / "churn-1.json")
    assert kept.load() == []
    kept.save([{"number": 0, "params": {"depth": 5}, "loss": 0.25}])
    kept.save(
        [
            {"number": 0, "params": {"depth": 5}, "loss": 0.25},
            {"number": 1, "params": {"depth": 3}, "loss": 0.5},
        ]
    )
    assert [trial["number"] for trial in FileTrials(kept.path).load()] == [0, 1]
    assert [path.name for path in kept.path.parent.iterdir()] == ["churn-1.json"]


def test_each_root_keeps_its_models_whatever_mlflow_is_set_to_for_another(tmp_path: Path) -> None:
    first, second = Tracking(tmp_path / "first"), tmp_path / "second"
    first.log("churn", {"model.json": b"{}"}, Description())
    assert os.environ["MLFLOW_TRACKING_URI"] == first.uri, "MLflow has written the variable"
    assert str(second) in Tracking(second).uri


def test_mlflow_shows_the_trials_below_the_model_and_the_figures_beside_it(tmp_path: Path) -> None:
    tracking = Tracking(tmp_path)
    trials = [{"number": n, "params": {"depth": n}, "loss": 1.0 - n / 10} for n in range(3)]
    about = Description(
        {"split.held_out": "2025-10-01"}, {"auc": 0.8}, {}, {"gain": "<svg></svg>"}, trials
    )
    tracking.log("churn", ARTIFACTS, about)
    client, _ = tracking._client()
    (experiment,) = (e for e in client.search_experiments() if e.name == "holdfast-churn")
    runs = client.search_runs([experiment.experiment_id], order_by=["attributes.start_time"])
    (whole,) = (run for run in runs if "mlflow.parentRunId" not in run.data.tags)
    assert whole.data.params == {"split.held_out": "2025-10-01"}
    assert whole.data.metrics == {"auc": 0.8}
    assert [item.path for item in client.list_artifacts(whole.info.run_id, "figures")] == [
        "figures/gain.svg"
    ]
    parts = {run.info.run_name: run for run in runs if run is not whole}
    assert {run.data.tags["mlflow.parentRunId"] for run in parts.values()} == {whole.info.run_id}
    assert parts["trial 2"].data.params == {"depth": "2"}
    assert parts["trial 2"].data.metrics == {"loss": 0.8}
    assert {run.info.status for run in runs} == {"FINISHED"}


def test_a_root_that_was_moved_or_copied_carries_its_models(tmp_path: Path) -> None:
    shop, copied, moved = (tmp_path / name for name in ("shop", "copied", "moved"))
    logged = Tracking(shop).log("churn", ARTIFACTS, Description(tags={"run": "1"}))
    assert not Path(logged.uri).is_absolute()
    shutil.copytree(shop, copied)
    before = sorted(shop.rglob("*"))
    later = Tracking(copied).log("churn", {"churn.json": b"{1}"}, Description(tags={"run": "2"}))
    assert Tracking(copied).log("churn", ARTIFACTS, Description(tags={"run": "1"})) == logged, (
        "logged once"
    )
    assert sorted(shop.rglob("*")) == before, "the copy writes into itself"
    shop.rename(moved)
    for root in (moved, copied):
        assert Tracking(root).load(logged.uri, logged.sha256) == ARTIFACTS
    assert Tracking(copied).load(later.uri, later.sha256) == {"churn.json": b"{1}"}
    (moved / logged.uri / "churn.json").write_bytes(b"{ }")
    with pytest.raises(ModelError, match="not those that were recorded"):
        Tracking(moved).load(logged.uri, logged.sha256)


def test_mlflow_itself_finds_the_models_of_a_root_that_was_moved(tmp_path: Path) -> None:
    shop, moved = tmp_path / "shop", tmp_path / "moved"
    tracking = Tracking(shop)
    tracking.mirror_alias("churn", tracking.log("churn", ARTIFACTS, Description()).version)
    shop.rename(moved)
    Tracking(moved).mirror_alias("churn", 1)  # as each run does when it opens
    client, mlflow = Tracking(moved)._client()
    source = client.get_model_version_by_alias("churn", "champion").source
    assert source.startswith(str(moved))
    assert Path(mlflow.artifacts.download_artifacts("models:/churn@champion")).is_dir()
