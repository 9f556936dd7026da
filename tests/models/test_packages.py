"""What the packages of models offer: names and signatures are frozen, and the promise of
`ModelPackage` is kept.
"""

import inspect
import re
import subprocess
import sys
from dataclasses import is_dataclass
from types import ModuleType

import pytest

from holdfast.models import churn, identity, value
from holdfast.models.churn.model import ChurnModel
from holdfast.models.fitting import FitResult, ModelPackage
from holdfast.models.identity.fellegi_sunter import IsBlocked
from holdfast.models.value.model import ValueModel

# mypy holds the types of both packages to the promise
CHURN: ModelPackage[ChurnModel] = churn
VALUE: ModelPackage[ValueModel] = value

# A change here is a change for everyone who uses the package: say it in CHANGELOG.md.
FROZEN: dict[str, str] = {
    "churn.ChurnTrainingConfig": "(horizon_days: int = 90, eligible_days: int = 180, "
    "evaluation_days: int = 4, trials: int = 20, trees: int = 200, max_depth: int = 6, "
    "early_stopping: bool = True, "
    "max_training_rows: int = 1000000, max_search_rows: int = 100000, "
    "max_evaluation_rows: int = 100000, "
    "min_rows_per_leaf: int = 20, min_outcomes_per_class: int = 30, seed: int = 7, "
    "bands: BandRule = <factory>) -> None",
    "churn.fit": "(frame: DataFrame, features: Sequence[str], "
    "parameters: ChurnTrainingConfig = ..., *, label: str = 'churned', "
    "split: Split | None = None, champion: ChurnModel | None = None, "
    "trials: TrialStore | None = None) -> FitResult[ChurnModel]",
    "churn.score": "(frame: DataFrame, model: ChurnModel, "
    "group_of: Mapping[str, str] | None = None, as_of: date | None = None) -> DataFrame",
    "churn.rank_signs": "(scores: DataFrame, frame: DataFrame, model: ChurnModel, "
    "group_of: Mapping[str, str] | None = None, "
    "baseline_of: Mapping[str, str | None] | None = None) -> DataFrame",
    "churn.time_split": "(cutoffs: Iterable[date], horizon_days: int, as_of: date, "
    "evaluation_days: int = 4) -> Split | None",
    "value.ValueTrainingConfig": "(horizon_days: int = 90, coverage: float = 0.9, "
    "bands: int = 10, evaluation_days: int = 6, trees: int = 60, depth: int = 4, "
    "learning_rate: float = 0.06, min_rows_per_leaf: int = 20, "
    "seed: int = 7) -> None",
    "value.fit": "(frame: DataFrame, cells: DataFrame, features: Sequence[str], "
    "parameters: ValueTrainingConfig = ..., *, champion: ValueModel | None = None, "
    "leaving: Callable[[Customers], ndarray[tuple[Any, ...], dtype[float64]]] | None = None) "
    "-> FitResult[ValueModel]",
    "value.score": "(frame: DataFrame, model: ValueModel, horizons: Sequence[int]) -> DataFrame",
    "identity.IdentityConfig": "(max_block_size: int = 60, max_people_per_key: int = 6, "
    "random_pairs: int = 8, match_probability: float = 0.7, key_probability: float = 0.98, "
    "max_cluster_size: int = 120, max_parties_per_device: int = 1, "
    "placeholder_mailboxes: tuple[str, ...] = ('anonymous', 'customer', 'donotreply', 'dummy', "
    "'fake', 'guest', 'na', 'nobody', 'noemail', 'nomail', 'none', 'noreply', 'null', 'test', "
    "'unknown')) -> None",
    "identity.fit": "(candidates: Mapping[str, int], random_pairs: Mapping[str, int], "
    "pairs: int, comparisons: Sequence[Comparison], is_blocked: IsBlocked) -> LinkageModel",
    "identity.score": "(pairs: DataFrame, model: LinkageModel) -> DataFrame",
    "identity.match_records": "(records: DataFrame, "
    "fields: Sequence[Field] | Mapping[str, str] | None = None, record_id: str | None = None, "
    "country: str = '', seed: int = 0) -> Matches",
    "identity.resolve_records": "(records: DataFrame, parameters: IdentityConfig) -> Resolution",
    "identity.suggest_fields": "(records: DataFrame) -> list[Field]",
}


def signature_of(path: str) -> str:
    """A signature without modules' names; parameters of a model that are its defaults as `...`."""
    package, name = path.split(".")
    offered = getattr({"churn": churn, "value": value, "identity": identity}[package], name)
    signature = inspect.signature(offered)
    plain = [
        one.replace(default=Ellipsis)
        if is_dataclass(one.default) and one.default == type(one.default)()
        else one
        for one in signature.parameters.values()
    ]
    text = str(signature.replace(parameters=plain)).replace(str(IsBlocked), "IsBlocked")
    return re.sub(r"\b(?:[a-z_]\w*\.)+(?=[A-Za-z])", "", text).replace("Ellipsis", "...")


@pytest.mark.parametrize(("package", "model"), [(churn, ChurnModel), (value, ValueModel)])
def test_each_package_fits_and_scores_by_the_same_words(
    package: ModuleType, model: type[object]
) -> None:
    fit, score = inspect.signature(package.fit), inspect.signature(package.score)
    assert next(iter(fit.parameters)) == "frame"
    assert {"features", "parameters", "champion"} <= set(fit.parameters)
    assert fit.return_annotation == FitResult[model]  # type: ignore[valid-type]  # a value here
    assert list(score.parameters)[:2] == ["frame", "model"]
    assert score.parameters["model"].annotation is model


@pytest.mark.parametrize("path", FROZEN)
def test_signatures_are_frozen(path: str) -> None:
    assert signature_of(path) == FROZEN[path]


def test_the_names_of_each_package_are_frozen_and_there() -> None:
    assert churn.__all__ == [
        "ChurnModel",
        "ChurnTrainingConfig",
        "FitResult",
        "InMemoryTrials",
        "Split",
        "fit",
        "rank_signs",
        "score",
        "time_split",
    ]
    assert value.__all__ == [
        "HISTORY",
        "FitResult",
        "ValueModel",
        "ValueTrainingConfig",
        "fit",
        "score",
    ]
    assert identity.__all__ == [
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
    for package in (churn, value, identity):
        assert all(getattr(package, name) is not None for name in package.__all__)
        with pytest.raises(AttributeError, match="no attribute 'nothing'"):
            package.nothing  # noqa: B018  # the error is the claim


@pytest.mark.parametrize("module", ["churn.model", "value.model"])
def test_a_worker_that_scores_imports_nothing_that_only_training_needs(module: str) -> None:
    code = f"import sys, holdfast.models.{module}; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    needless = {"hyperopt", "sklearn", "scipy.optimize", "pyspark.ml", "mlflow"}
    assert not needless & set(ran.stdout.split())
