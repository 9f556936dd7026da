"""Rules on where a thing stands: one place for each side effect, one for each fact."""

import ast

from tests.architecture.rule import (
    Module,
    Offences,
    Rule,
    attributes,
    calls,
    chain,
    imports,
    within,
)


def contracts_import(module: Module) -> Offences:
    """What contracts may not import: anything but the language, Spark and one another."""
    allowed = (
        "dataclasses",
        "typing",
        "collections.abc",
        "functools",
        "datetime",
        "enum",
        "re",
        "pyspark.sql",
        "holdfast.transformations.tables",
    )
    yield from ((line, name) for line, name in imports(module) if not name.startswith(allowed))


def engine_knows(module: Module) -> Offences:
    """What the engine may not know of the product: anything but contracts and sources, and no job,
    stage or model.
    """
    allowed = (
        "holdfast.jobs.runtime.",
        "holdfast.transformations.tables.",
        "holdfast.transformations.sources.",
        "holdfast._version.",
    )
    yield from (
        (line, name)
        for line, name in imports(module)
        if name.startswith("holdfast") and not name.startswith(allowed)
    )


def sql_text(module: Module) -> Offences:
    """SQL statements as text."""
    yield from (
        (call.lineno, chain(call)) for call in calls(module) if chain(call).endswith(".sql")
    )


def imports_of(*names: str):  # type: ignore[no-untyped-def]  # a rule's finder, typed where it is used
    """A finder of imports of some modules."""

    def find(module: Module) -> Offences:
        yield from ((line, name) for line, name in imports(module) if name.split(".")[0] in names)

    return find


def session_builders(module: Module) -> Offences:
    """Sessions made anywhere but in session.py."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and chain(node) == "SparkSession.builder":
            yield node.lineno, chain(node)


def past_the_context(module: Module) -> Offences:
    """Reads and writes of a job that go around what it declared: the store and the ledger."""
    for node in attributes(module):
        owner = chain(node.value).rpartition(".")[2]
        if node.attr.lstrip("_") in {"store", "ledger"} and owner.lstrip("_") in CONTEXTS:
            yield node.lineno, chain(node)


def holds_the_context(module: Module) -> Offences:
    """Objects that carry a context: a field of that type, or `self.ctx = ...`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if chain(node.value) == "self" and node.attr.lstrip("_") in CONTEXTS:
                yield node.lineno, chain(node)
        elif isinstance(node, ast.ClassDef):
            for field in node.body:
                if isinstance(field, ast.AnnAssign) and chain(field.annotation) == "Context":
                    yield field.lineno, f"{node.name}.{chain(field.target)}"


CONTEXTS = {"ctx", "context"}
ENGINE = within(
    "jobs/runtime/", but=("jobs/runtime/registry/pyfunc.py",)
)  # which travels with a model
OF_JOBS = within("jobs/", "models/", "transformations/", but=("jobs/runtime/", "jobs/cli/"))

RULES = [
    Rule(
        "contracts import Spark's types and one another",
        within("transformations/tables/"),
        contracts_import,
        (
            "import numpy",
            "from holdfast.transformations.features.registry import SNAPSHOTS",
            "import holdfast.models",
        ),
        ("from pyspark.sql import types as T",),
    ),
    Rule(
        "the engine knows no retailer",
        ENGINE,
        engine_knows,
        (
            "from holdfast.transformations.features.registry import SNAPSHOTS",
            "import holdfast.models.churn.model",
            "from holdfast.jobs.stages.training import champion",
            "from holdfast.jobs import pipeline",
        ),
        (
            "from holdfast.transformations.tables.ops import RUNS",
            "from holdfast.transformations.sources.contract import Source",
        ),
    ),
    Rule(
        "a job reads and writes what it declares: the store and the ledger are the engine's",
        OF_JOBS,
        past_the_context,
        (
            "ctx.store.read(ORDERS)",
            "def f(context):\n    return context.ledger.manifest",
            "self.ctx._store.version(ORDERS)",
        ),
        ("runner.store.read(ORDERS)", "ctx.read(ORDERS)"),
    ),
    Rule(
        "frames in, frames out: no object below a job holds its context",
        OF_JOBS,
        holds_the_context,
        (
            "class Plan:\n    def __init__(self, ctx):\n        self.ctx = ctx",
            "class Plan:\n    ctx: Context",
        ),
        ("class Plan:\n    rows: DataFrame", "def f(ctx: Context) -> None:\n    ctx.read(ORDERS)"),
    ),
    Rule(
        "SQL text is built in the storage room alone",
        within(
            "transformations/",
            "models/",
            "jobs/",
            "notebooks/",
            but=("jobs/runtime/storage/",),
        ),
        sql_text,
        ("spark.sql('select 1')", "ctx.spark.sql(f'drop {t}')"),
    ),
    Rule(
        "settings.py alone reads YAML",
        within("jobs/", but=("jobs/runtime/config/settings.py",)),
        imports_of("yaml"),
        ("import yaml", "from yaml import safe_load"),
    ),
    Rule(
        "mlflow_store.py and what it packs speak to MLflow",
        within(
            "transformations/",
            "models/",
            "jobs/",
            but=("jobs/runtime/registry/mlflow_store.py", "jobs/runtime/registry/pyfunc.py"),
        ),
        imports_of("mlflow"),
        ("import mlflow", "from mlflow import log_metric"),
    ),
    Rule(
        "session.py alone makes sessions",
        within("transformations/", "models/", "jobs/", but=("jobs/runtime/spark/session.py",)),
        session_builders,
        ("SparkSession.builder.getOrCreate()",),
    ),
]
