"""Rules on what plans may do: nothing but describe."""

import ast

from tests.architecture.rule import (
    Module,
    Offences,
    Rule,
    attributes,
    calls,
    chain,
    functions,
    imports,
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
    "localCheckpoint",
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
    """Settings and contexts below jobs; a model's own frozen config is a plain value."""
    for function in functions(module):
        for argument in (*function.args.args, *function.args.kwonlyargs):
            if argument.arg in {"settings", "ctx", "context", "conf"}:
                yield function.lineno, f"{function.name}({argument.arg})"


PLANS = within("transformations/")
FITTED = within("models/", but=("models/fitting.py",))  # which makes a frame of what was fitted
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
            "",
            but=(
                "jobs/runtime/spark/",
                "jobs/cli/class_archive.py",
                "tests/jobs/runtime/spark/",
            ),
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
]
