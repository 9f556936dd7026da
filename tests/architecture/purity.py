"""Rules on what plans may do: nothing but describe, the same way every time."""

import ast
import re

from tests.architecture.rule import (
    Module,
    Offences,
    Rule,
    attributes,
    calls,
    chain,
    functions,
    imports,
    parents,
    within,
)

ACTIONS = {
    "approxQuantile",
    "cache",
    "checkpoint",
    "collect",
    "count",
    "createOrReplaceTempView",
    "createTempView",
    "first",
    "foreach",
    "foreachPartition",
    "head",
    "isEmpty",
    "localCheckpoint",
    "persist",
    "read",
    "readStream",
    "show",
    "tail",
    "toLocalIterator",
    "toPandas",
    "unpersist",
    "write",
    "writeStream",
    "writeTo",
}
FITTING = {
    "collect",
    "count",
    "first",
    "head",
    "isEmpty",
    "toPandas",
    "toLocalIterator",
    "approxQuantile",
}
SESSION = {"sparkSession", "sparkContext", "rdd"}
CLASSIC = {"sparkContext", "rdd", "_jvm", "_jsc", "_jdf", "_jsparkSession", "_sc"}
CLOCK = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.monotonic",
    "time.perf_counter",
    "F.current_timestamp",
    "F.current_date",
    "F.now",
    "F.localtimestamp",
    "F.curdate",
}
CHANCE = {
    "rand",
    "randn",
    "randstr",
    "uuid",
    "monotonically_increasing_id",
    "shuffle",
    "spark_partition_id",
}
UNORDERED = {
    "first",
    "last",
    "first_value",
    "last_value",
    "any_value",
    "collect_list",
    "array_agg",
    "collect_set",
}
ORDERS = {
    "F.array_sort",
    "F.sort_array",
    "F.size",
    "F.array_contains",
    "F.array_max",
    "F.array_min",
}
DROPS = {"dropDuplicates", "drop_duplicates", "dropDuplicatesWithinWatermark", "randomSplit"}
SEEDED = {"default_rng", "Generator", "SeedSequence", "Philox", "PCG64", "SFC64", "BitGenerator"}


def _attributes(module: Module, forbidden: set[str]) -> Offences:
    for node in attributes(module):
        names = chain(node).split(".")
        on_groups = node.attr == "count" and {"groupBy", "rollup", "cube"} & set(names)
        of_contract = node.attr == "write" and names[-2].endswith(
            ("table", "self")
        )  # its write policy
        if node.attr in forbidden and names[0] != "F" and not (on_groups or of_contract):
            yield node.lineno, f".{node.attr}"


def runs_nothing(module: Module) -> Offences:
    """Actions, reads, writes, sessions, files and prints of a transformation."""
    yield from _attributes(module, ACTIONS | SESSION)
    yield from opens(module)


def fits_only(module: Module) -> Offences:
    """What a model may not do: it may look at small aggregates, and nothing else."""
    yield from _attributes(module, (ACTIONS - FITTING) | SESSION)
    yield from opens(module)


def opens(module: Module) -> Offences:
    """Files and the terminal."""
    for call in calls(module):
        if chain(call) in {"open", "print", "input"}:
            yield call.lineno, f"{chain(call)}()"


def looks_at_a_clock(module: Module) -> Offences:
    """The time of day, from Python or Spark."""
    yield from ((node.lineno, chain(node)) for node in attributes(module) if chain(node) in CLOCK)


def needs_classic(module: Module) -> Offences:
    """What does not work through Spark Connect."""
    yield from (
        (node.lineno, f".{node.attr}") for node in attributes(module) if node.attr in CLASSIC
    )
    yield from ((line, name) for line, name in imports(module) if name.startswith("delta.tables"))


def leaves_to_chance(module: Module) -> Offences:
    """Results that depend on partitions, file order or luck; `# any order: why` marks what does
    not.
    """
    above = parents(module)
    for node in attributes(module):
        name, owner = chain(node), chain(node.value)
        unseeded = owner in {"np.random", "numpy.random"} and not isinstance(node.value, ast.Call)
        if (
            name in {f"F.{chance}" for chance in CHANCE}
            or node.attr in DROPS
            or (unseeded and node.attr not in SEEDED)
        ):
            yield node.lineno, name
        is_marked = re.search(r"# any order: \w+", module.lines[node.lineno - 1])
        if (
            name in {f"F.{unordered}" for unordered in UNORDERED}
            and not is_marked
            and not _is_ordered(node, above)
        ):
            yield node.lineno, f"{name} without an order"
    for call in calls(module):
        if chain(call).endswith("default_rng") and not call.args and not call.keywords:
            yield call.lineno, "default_rng() without a seed"
    for text in (node for node in ast.walk(module.tree) if isinstance(node, ast.Constant)):
        if text.value in {"DROPMALFORMED", "ignoreCorruptFiles", "ignoreMissingFiles"}:
            yield text.lineno, str(text.value)


def _is_ordered(node: ast.AST, above: dict[ast.AST, ast.AST]) -> bool:
    """The call stands over a window, or inside a function whose result the order cannot change."""
    while node in above and not isinstance(node, ast.stmt):
        node = above[node]
        if isinstance(node, ast.Attribute) and node.attr == "over":
            return True
        if isinstance(node, ast.Call) and chain(node) in ORDERS:
            return True
    return False


def runs_python_per_row(module: Module) -> Offences:
    """Python UDFs and pandas kernels: expressions do it, or an Arrow kernel for real numerics."""
    for node in ast.walk(module.tree):
        name = (
            node.attr
            if isinstance(node, ast.Attribute)
            else node.id
            if isinstance(node, ast.Name)
            else ""
        )
        if name in {
            "udf",
            "pandas_udf",
            "udtf",
            "applyInPandas",
            "mapInPandas",
            "applyInPandasWithState",
        }:
            yield node.lineno, name  # type: ignore[attr-defined]  # names and attributes have lines


def takes_settings(module: Module) -> Offences:
    """Settings objects below jobs."""
    for function in functions(module):
        for argument in (*function.args.args, *function.args.kwonlyargs):
            if argument.arg in {"settings", "ctx", "context", "config", "conf"}:
                yield function.lineno, f"{function.name}({argument.arg})"


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


PLANS = within("transformations/")
ENGINE = within(
    "jobs/runtime/", but=("jobs/runtime/registry/pyfunc.py",)
)  # which travels with a model
FITTED = within("models/")
BELOW = within("transformations/", "models/")
PRODUCT = within("transformations/", "models/", "jobs/")

RULES = [
    Rule(
        "a transformation is a plan: it runs, reads and writes nothing",
        PLANS,
        runs_nothing,
        (
            "def f(df):\n    return df.count()",
            "def f(df):\n    return df.collect()",
            "x = df.write.format('delta')",
            "df.cache()",
            "n = df.select('a').toPandas()",
            "s = df.sparkSession",
            "r = df.rdd",
            "open('x')",
            "print(1)",
        ),
        (
            "F.count('*')",
            "df.groupBy('a').count()",
            "isinstance(table.write, Upsert)",
            "df.groupBy('a', 'b').agg(F.first('x'))",
        ),
    ),
    Rule(
        "a model fits and scores: it neither reads nor writes",
        FITTED,
        fits_only,
        (
            "df.write.save('x')",
            "spark.read.load('x')",
            "df.persist()",
            "s = df.sparkSession",
            "open('x')",
        ),
        ("df.groupBy('a').agg(F.sum('b')).toPandas()", "df.select('a').collect()"),
    ),
    Rule(
        "no clock below jobs: the day is an argument",
        BELOW,
        looks_at_a_clock,
        ("datetime.now(UTC)", "date.today()", "F.current_timestamp()", "time.time()"),
        ("datetime(2024, 1, 1)",),
    ),
    Rule(
        "the same code runs through Spark Connect",
        within(
            "", but=("jobs/runtime/spark/", "jobs/cli/class_archive.py", "jobs/cli/jdbc_server.py")
        ),
        needs_classic,
        (
            "spark.sparkContext",
            "df.rdd",
            "spark._jvm.x",
            "from delta.tables import DeltaTable",
            "import delta.tables",
        ),
        ("df.columns",),
    ),
    Rule(
        "same input, same bytes: nothing is left to chance",
        PRODUCT,
        leaves_to_chance,
        (
            "F.rand()",
            "F.uuid()",
            "F.monotonically_increasing_id()",
            "df.dropDuplicates(['a'])",
            "df.randomSplit([1])",
            "F.first('a')",
            "df.agg(F.last('x', True))",
            "F.collect_list('a')",
            "np.random.rand(3)",
            "np.random.default_rng()",
            "reader.option('mode', 'DROPMALFORMED')",
            "conf = 'ignoreCorruptFiles'",
        ),
        (
            "F.first('a').over(window)",
            "F.array_sort(F.collect_list('a'))",
            "np.random.default_rng(7)",
            "F.max_by('a', 'b')",
            "np.random.default_rng(7).integers(2)",
            "F.collect_list('a')  # any order: summed as integers",
            "F.size(F.collect_set('a'))",
        ),
    ),
    Rule(
        "no Python runs row by row",
        PRODUCT,
        runs_python_per_row,
        ("@F.udf\ndef f(x):\n    return x", "F.pandas_udf(f, 'int')", "g.applyInPandas(f, 's')"),
        ("df.mapInArrow(f, 's')",),
    ),
    Rule(
        "below jobs a function takes plain arguments",
        BELOW,
        takes_settings,
        ("def f(frame, settings):\n    pass", "def f(*, ctx):\n    pass"),
        ("def f(frame, window_days):\n    pass",),
    ),
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
]
