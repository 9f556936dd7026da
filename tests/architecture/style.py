"""Rules on how code is written: small, named, documented, each thing in its place."""

import ast
import re

from tests.architecture.rule import (
    Module,
    Offences,
    Rule,
    calls,
    chain,
    functions,
    imports,
    parents,
    within,
)

RANKS = {
    "F.row_number",
    "F.rank",
    "F.dense_rank",
    "F.percent_rank",
    "F.cume_dist",
    "F.ntile",
    "F.lag",
    "F.lead",
}


def long_files(module: Module) -> Offences:
    """More than 250 lines."""
    if len(module.lines) > 250:
        yield 251, f"{len(module.lines)} lines"


def long_functions(module: Module) -> Offences:
    """More than 40 lines."""
    for function in functions(module):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > 40:
            yield function.lineno, f"{function.name} has {length} lines"


def jobs_out_of_size(module: Module) -> Offences:
    """A job is 10 to 40 lines."""
    if not 10 <= len(module.lines) <= 40:
        yield 1, f"{len(module.lines)} lines"


def undocumented(module: Module) -> Offences:
    """Public modules, classes, functions and methods without a docstring."""
    if module.tree.body and not ast.get_docstring(module.tree):
        yield 1, "module"
    for scope in (
        module.tree,
        *(node for node in module.tree.body if isinstance(node, ast.ClassDef)),
    ):
        if isinstance(scope, ast.ClassDef) and (
            scope.name.startswith("_") or "Protocol" in map(chain, scope.bases)
        ):
            continue  # a protocol's own docstring says what its members are
        for node in scope.body:
            is_public = isinstance(
                node, ast.FunctionDef | ast.ClassDef
            ) and not node.name.startswith("_")
            if is_public and not ast.get_docstring(node):
                yield node.lineno, node.name


def joins_without_how(module: Module) -> Offences:
    """DataFrame joins that leave the kind to the default."""
    for call in calls(module):
        if not isinstance(call.func, ast.Attribute) or call.func.attr != "join":
            continue
        is_text = isinstance(call.func.value, ast.Constant | ast.JoinedStr) or chain(
            call.func.value
        ).endswith("path")
        if not is_text and not {"how", "join_type"} & {keyword.arg for keyword in call.keywords}:
            yield call.lineno, ".join without how="


def windows_without_frame(module: Module) -> Offences:
    """Ordered windows under an aggregate whose frame is left to the default."""
    assigned = {
        target.id: node.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in calls(module):
        if (
            not isinstance(call.func, ast.Attribute)
            or call.func.attr != "over"
            or chain(call.func.value) in RANKS
        ):
            continue
        window: ast.AST = call.args[0]
        names: list[str] = []
        while window is not None:
            found = chain(window).split(".")
            names += found
            following = assigned.pop(found[0], None) if found[0] in assigned else None
            if following is None:
                break
            window = following
        if "orderBy" in names and not {"rowsBetween", "rangeBetween"} & set(names):
            yield call.lineno, "window without rowsBetween or rangeBetween"


def silent_suppressions(module: Module) -> Offences:
    """`type: ignore`, `noqa` and `pragma` without a code and a reason."""
    for number, line in enumerate(module.lines, 1):
        comment = re.search(r"#\s*(type:\s*ignore|noqa|pragma)(.*)$", line)
        if comment and not re.match(
            r"(\[[\w, -]+\]|: ?[A-Z]+\d+(, ?[A-Z]+\d+)*)\s+#\s*\w+", comment.group(2)
        ):
            yield number, comment.group(0)


def lazy_annotations(module: Module) -> Offences:
    """`from __future__ import annotations` hides import cycles."""
    yield from ((line, name) for line, name in imports(module) if name == "__future__.annotations")


def columns_in_loops(module: Module) -> Offences:
    """withColumn in a loop: a plan that grows with every turn."""
    above = parents(module)
    for call in calls(module):
        node: ast.AST = call
        while chain(call).endswith(".withColumn") and node in above:
            node = above[node]
            if isinstance(node, ast.For | ast.While):
                yield call.lineno, "withColumn in a loop"
                break


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


PRODUCT = within("transformations/", "models/", "jobs/")
JOBS = within(
    "jobs/",
    but=("jobs/runtime/", "jobs/stages/", "jobs/cli/", "jobs/__init__.py", "jobs/pipeline.py"),
)
EVERYWHERE = within("")
LONG = "def f():\n" + "    x = 1\n" * 40

RULES = [
    Rule(
        "a file has at most 250 lines",
        EVERYWHERE,
        long_files,
        ("x = 1\n" * 251,),
        ("x = 1\n" * 250,),
    ),
    Rule(
        "a function has at most 40 lines",
        EVERYWHERE,
        long_functions,
        (LONG,),
        (LONG.removesuffix("    x = 1\n"),),
    ),
    Rule(
        "a job is 10 to 40 lines",
        JOBS,
        jobs_out_of_size,
        ("x = 1\n" * 9, "x = 1\n" * 41),
        ("x = 1\n" * 10,),
    ),
    Rule(
        "what is public has a docstring",
        PRODUCT,
        undocumented,
        (
            "x = 1",
            '"""M."""\ndef f():\n    pass',
            '"""M."""\nclass C:\n    """C."""\n    def m(self):\n        pass',
        ),
        ("", '"""M."""\ndef _f():\n    pass'),
    ),
    Rule(
        "a join says how",
        within("transformations/", "models/", "jobs/", "bench/", "notebooks/"),
        joins_without_how,
        ("a.join(b, 'id')", "a.join(b)", "x = a.where('c').join(b, ['id'], 'left')"),
        ("a.join(b, 'id', how='left')", "', '.join(names)", "a.crossJoin(b)"),
    ),
    Rule(
        "a window under an aggregate says its frame",
        PRODUCT,
        windows_without_frame,
        (
            "F.sum('a').over(Window.partitionBy('b').orderBy('c'))",
            "w = Window.partitionBy('b').orderBy('c')\nx = F.last('a').over(w)",
        ),
        (
            "F.row_number().over(Window.partitionBy('b').orderBy('c'))",
            "F.sum('a').over(Window.partitionBy('b'))",
            "w = Window.orderBy('c').rowsBetween(-1, 0)\nx = F.sum('a').over(w)",
        ),
    ),
    Rule(
        "a silenced checker says why",
        EVERYWHERE,
        silent_suppressions,
        (
            "x = 1  # type" + ": ignore",
            "x = 1  # type" + ": ignore[misc]",
            "x = 1  # no" + "qa: E501",
            "x = 1  # no" + "qa",
        ),
        (
            "x = 1  # type" + ": ignore[misc]  # the stubs lag",
            "x = 1  # no" + "qa: E501  # a table",
        ),
    ),
    Rule(
        "annotations are not lazy",
        EVERYWHERE,
        lazy_annotations,
        ("from __future__ import annotations",),
    ),
    Rule(
        "no withColumn in a loop",
        PRODUCT,
        columns_in_loops,
        ("for c in cs:\n    df = df.withColumn(c, F.lit(1))",),
        ("df = df.withColumn('a', F.lit(1))",),
    ),
    Rule(
        "SQL text is built in the store alone",
        within(
            "transformations/",
            "models/",
            "jobs/",
            "notebooks/",
            but=("jobs/runtime/storage/store.py",),
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
