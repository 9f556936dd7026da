"""Models in MLflow: the only code that calls it, but for pyfunc.py, which travels with each model.
Models of record are plain files with a digest, never pickles.
"""

import importlib.metadata
import logging
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from holdfast.jobs.runtime.config.errors import HoldfastError
from holdfast.jobs.runtime.config.places import cache_folder
from holdfast.jobs.runtime.registry.local_store import read_alias, relocate
from holdfast.jobs.runtime.registry.packing import Description, digest, pack_model
from holdfast.jobs.runtime.registry.trials import FileTrials

_FILES: Final = "artifacts/files"  # where a packed model keeps the files of record

# As it was when the process started: mlflow.set_tracking_uri writes the variable, too, and the
# models of the next root would go to the store of the last one.
_GIVEN_URI: Final = os.environ.get("MLFLOW_TRACKING_URI")


class ModelError(HoldfastError):
    """A model's artifacts are missing or are not what was recorded."""


@dataclass(frozen=True)
class Logged:
    """A model version as logged: where its artifacts lie (from the root, where they lie under it)
    and their digest.
    """

    version: int
    uri: str
    sha256: str


class Tracking:
    """One MLflow store: `MLFLOW_TRACKING_URI` where set, else sqlite and a folder
    under the root.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.folder = self.root / "mlflow"
        self.uri = _GIVEN_URI or f"sqlite:///{self.folder}/mlflow.db"

    def log(
        self,
        name: str,
        artifacts: Mapping[str, bytes],
        description: Description,
    ) -> Logged:
        """Log one model version with its files; the version is registered under `name`.

        The same files under the same tags are logged once: a resumed run gets back the version it
        logged before its death.
        """
        client, mlflow = self._client()
        wanted = {**description.tags, "sha256": digest(artifacts)}
        for known in client.search_model_versions(f"name='{name}'"):
            if known.tags == wanted:
                uri = self._from_root(f"{known.source}/{_FILES}")
                return Logged(int(known.version), uri, wanted["sha256"])
        experiment_id = self._experiment(client, f"holdfast-{name}")
        run = client.create_run(experiment_id, tags=dict(description.tags), run_name=name)
        run_id = run.info.run_id
        with pack_model(artifacts, description, mlflow) as folder:
            client.log_artifacts(run_id, str(folder), "model")
        for figure, svg in description.figures.items():
            client.log_text(run_id, svg, f"figures/{figure}.svg")
        _log_values(client, run_id, description.params, description.metrics)
        for trial in description.trials:
            tags = {"mlflow.parentRunId": run_id}
            own = client.create_run(experiment_id, tags=tags, run_name=f"trial {trial['number']}")
            _log_values(client, own.info.run_id, trial["params"], {"loss": trial["loss"]})
            client.set_terminated(own.info.run_id)
        uri = f"{run.info.artifact_uri}/model"
        version = self._register(client, name, uri, run_id, wanted)
        client.set_terminated(run_id)
        return Logged(version, self._from_root(f"{uri}/{_FILES}"), wanted["sha256"])

    def load(self, uri: str, sha256: str) -> dict[str, bytes]:
        """The files of a model version, verified before use; `uri` as Logged has it. Raises
        ModelError when one byte differs.
        """
        local = self.root / uri.removeprefix("file://")  # which an absolute path overrides
        if not local.is_dir():
            _, mlflow = self._client()
            local = Path(mlflow.artifacts.download_artifacts(artifact_uri=uri))
        found = {
            str(path.relative_to(local)): path.read_bytes()
            for path in sorted(local.rglob("*"))
            if path.is_file()
        }
        if digest(found) != sha256:
            raise ModelError(
                f"The artifacts at {uri} are not those that were recorded.",
                cure="Promote another version, or train again with --force.",
            )
        return found

    def mirror_alias(self, name: str, version: int) -> None:
        """Point MLflow's `champion` alias at the version of record, where it is not there already.
        Raises ModelError when MLflow refuses.
        """
        if self._alias(name) == version:
            return
        client, mlflow = self._client()
        try:
            client.set_registered_model_alias(name, "champion", str(version))
        except mlflow.MlflowException as error:
            raise ModelError(
                f"MLflow's alias of {name} does not lead to version {version}, which scores: "
                f"{error}",
                cure="See that MLFLOW_TRACKING_URI is where the models were trained.",
            ) from error

    def trials(self, name: str) -> FileTrials:
        """Where the trials of a search are kept, so that a killed search resumes."""
        return FileTrials(self.folder / "trials" / f"{name}.json")

    def _alias(self, name: str) -> int | None:
        """The version that the alias names; None where only a server knows."""
        database = self._own_database()
        return read_alias(database, name) if database is not None else None

    def _own_database(self) -> Path | None:
        """The database under the root, leading to the artifacts that lie there; None where models
        are kept elsewhere or none is kept yet.
        """
        database = self.folder / "mlflow.db"
        if self.uri != f"sqlite:///{database}" or not database.is_file():
            return None
        relocate(database, self._artifacts())
        return database

    def _experiment(self, client: Any, name: str) -> str:
        """The id of an experiment, made where there is none."""
        found = client.get_experiment_by_name(name)
        location = str(self._artifacts()) if self.uri.startswith("sqlite") else None
        return str(
            found.experiment_id
            if found
            else client.create_experiment(name, artifact_location=location)
        )

    def _register(
        self, client: Any, name: str, uri: str, run_id: str, tags: Mapping[str, str]
    ) -> int:
        from mlflow.exceptions import MlflowException

        try:
            client.create_registered_model(name)
        except MlflowException as error:
            if "RESOURCE_ALREADY_EXISTS" not in str(error) and "already exists" not in str(error):
                raise
        return int(client.create_model_version(name, uri, run_id, tags=dict(tags)).version)

    def _client(self) -> tuple[Any, Any]:
        if self.uri.startswith("sqlite"):
            self.folder.mkdir(parents=True, exist_ok=True)
            copy_migrated_database(self.folder / "mlflow.db")
            self._own_database()
        os.environ.setdefault(
            "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false"
        )  # bars for files of a few kilobytes
        import mlflow  # here, because it takes seconds and most jobs do without

        logging.getLogger("mlflow").setLevel(logging.WARNING)  # it would speak of each step
        mlflow.set_tracking_uri(self.uri)
        return mlflow.MlflowClient(self.uri), mlflow

    def _artifacts(self) -> Path:
        """Where artifacts lie, of a store of the root's own."""
        return self.folder / "artifacts"

    def _from_root(self, uri: str) -> str:
        """An address within the root where it lies there, so that the root can be moved."""
        place = Path(uri)
        return str(place.relative_to(self.root)) if place.is_relative_to(self.root) else uri


def _log_values(
    client: Any, run_id: str, params: Mapping[str, Any], metrics: Mapping[str, float]
) -> None:
    from mlflow.entities import Metric, Param

    now = int(time.time() * 1000)
    client.log_batch(
        run_id,
        metrics=[Metric(key, float(value), now, 0) for key, value in metrics.items()],
        params=[Param(key, str(value)[:500]) for key, value in params.items()],
    )


def copy_migrated_database(target: Path) -> None:
    """Put an empty MLflow database in place, unless one is there: a copy of one that was migrated
    before, since MLflow's migrations take about ten seconds.
    """
    if target.exists():
        return
    template = cache_folder() / f"mlflow-{importlib.metadata.version('mlflow')}.db"
    if not template.exists():
        import mlflow

        template.parent.mkdir(parents=True, exist_ok=True)
        fresh = template.with_suffix(f".{os.getpid()}")
        mlflow.MlflowClient(f"sqlite:///{fresh}").search_experiments(max_results=1)
        fresh.replace(template)
    shutil.copyfile(template, target)
