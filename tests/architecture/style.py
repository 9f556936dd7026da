"""Rules on how code is written: small, named, documented."""

import ast
import re

from tests.architecture.rule import (
    Module,
    Offences,
    Rule,
    chain,
    functions,
    imports,
    within,
)


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
]
