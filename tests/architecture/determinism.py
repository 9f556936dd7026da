"""Rules that make a result the same over any order of rows and any partitions."""

import ast
import re

from tests.architecture.rule import (
    Module,
    Offences,
    Rule,
    attributes,
    calls,
    chain,
    parents,
    within,
)

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


PRODUCT = within("transformations/", "models/", "jobs/")

RULES = [
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
        "no withColumn in a loop",
        PRODUCT,
        columns_in_loops,
        ("for c in cs:\n    df = df.withColumn(c, F.lit(1))",),
        ("df = df.withColumn('a', F.lit(1))",),
    ),
]
