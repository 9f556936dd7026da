"""The public face: its names and signatures are frozen, and what it reads is what was published."""

import inspect
from datetime import date
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

import holdfast
from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.transformations.tables.gold import PUBLISHED_RUNS, TABLES
from tests.fixtures import shop as small
from tests.frames import assert_same_rows

# A change here is a change for everyone who uses the package: say it in CHANGELOG.md.
SIGNATURES = {
    "open_root": "(root: str | pathlib.Path = '', spark: 'SparkSession | None' = None) "
    "-> holdfast.api.PublishedTables",
    "load_settings": "(env: str = 'local', overrides: collections.abc.Sequence[str] = ()) "
    "-> holdfast.jobs.runtime.config.product.Settings",
    "PublishedTables.table": "(self, name: str) -> 'DataFrame'",
    "PublishedTables.runs": "(self) -> list[holdfast.api.PublishedRun]",
}
MODELS: dict[str, dict[str, str]] = {
    "holdfast.churn": {
        "fit": "frame, features, parameters, *, label, split, champion, trials",
        "score": "frame, model, group_of, as_of",
        "rank_signs": "scores, frame, model, group_of, baseline_of",
        "training_rows": "tables, settings",
        "config_from_settings": "settings",
        "time_split": "cutoffs, horizon_days, as_of, evaluation_days",
    },
    "holdfast.value": {
        "fit": "frame, cells, features, parameters, *, champion, leaving",
        "score": "frame, model, horizons",
        "forecast_log": "log, *, customer, at, amount, as_of, parameters",
        "config_from_settings": "settings",
        "expected_purchases": "model, x, t_x, age, horizon",
    },
    "holdfast.identity": {
        "fit": "candidates, random_pairs, pairs, comparisons, is_blocked",
        "score": "pairs, model",
        "resolve_records": "records, parameters",
        "match_records": "records, fields, record_id, country, seed",
        "suggest_fields": "records",
        "config_from_settings": "settings",
    },
    "holdfast.allocation": {
        "allocate": "customers, limits",
        "draw_frontier": "customers, limits, name, amounts",
        "sort_pairs": "customer, play, value, uses",
    },
}
TYPES = {
    "holdfast.churn": "FEATURES ChurnModel ChurnTrainingConfig FitResult InMemoryTrials Split",
    "holdfast.value": (
        "HISTORY FitResult LogError LogForecast ValueModel ValueTrainingConfig bg_nbd gamma_gamma "
        "sbg"
    ),
    "holdfast.identity": "Comparison Field FieldsError IdentityConfig LinkageModel Matches "
    "Resolution",
    "holdfast.allocation": "Certificate CustomersInFrame CustomersInMemory Limit Plan",
}
PROPERTIES = {"as_of", "root", "spark", "tables", "tracking_uri"}


def test_the_names_of_the_face_are_frozen() -> None:
    assert holdfast.__all__ == ["PublishedTables", "__version__", "load_settings", "open_root"]
    assert set(holdfast.__all__) <= set(dir(holdfast))
    with pytest.raises(AttributeError, match="no attribute 'open'"):
        holdfast.open  # type: ignore[attr-defined]  # noqa: B018  # the error is the claim


def test_the_signatures_of_the_face_are_frozen() -> None:
    for path, signature in SIGNATURES.items():
        found = attrgetter(path)(holdfast)
        assert str(inspect.signature(found)) == signature, path
    public = {name for name in vars(holdfast.PublishedTables) if not name.startswith("_")}
    assert public == PROPERTIES | {"table", "runs"}


@pytest.mark.parametrize("name", MODELS)
def test_the_faces_of_the_models_are_frozen(name: str) -> None:
    module = import_module(name)
    assert set(module.__all__) == {*MODELS[name], *TYPES[name].split()}
    for function, arguments in MODELS[name].items():
        parameters = inspect.signature(getattr(module, function)).parameters.values()
        by_name = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
        before = [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY]
        assert ", ".join([*before, *(["*"] * bool(by_name)), *by_name]) == arguments, function


def test_a_root_is_read_as_its_last_run_published_it(spark: SparkSession, shop: Path) -> None:
    tables = holdfast.open_root(shop, spark)
    assert (tables.spark, tables.root, tables.as_of) == (spark, str(shop), small.DAY)
    assert [(run.number, run.as_of) for run in tables.runs()] == [(1, small.DAY)]
    assert {"gold.customer_360", "silver.orders"} <= set(tables.tables)
    name = "gold.churn_scores"
    version = tables._ledger.manifest[name]
    there = spark.read.option("versionAsOf", version).format("delta")
    assert_same_rows(tables.table(name), there.load(str(shop / "gold" / "churn_scores")))


def test_every_gold_table_is_reached_by_its_name(spark: SparkSession, shop: Path) -> None:
    tables = holdfast.open_root(shop, spark)
    for table in TABLES:
        if table is not PUBLISHED_RUNS:  # that is what `runs()` reads
            assert tables.table(table.name).columns == list(table.names)


def test_the_root_follows_the_environment_where_none_is_given(
    spark: SparkSession, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_ROOT", str(shop))
    assert holdfast.open_root(spark=spark).root == str(shop)


def test_a_name_that_is_not_published_is_an_error_that_lists_what_is(
    spark: SparkSession, shop: Path
) -> None:
    with pytest.raises(UsageError, match="no published table gold\\.churn_score") as error:
        holdfast.open_root(shop, spark).table("gold.churn_score")
    assert "gold.churn_scores" in error.value.cure


def test_settings_are_typed_by_section() -> None:
    values = holdfast.load_settings("mini", ["run.as_of=2025-01-01"])
    assert (values.run.as_of, values.synthetic.customers) == (str(date(2025, 1, 1)), 150)
