"""What a rule is, and the files it looks at."""

import ast
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Module:
    """One Python file: its path from the repository's root, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


Offences = Iterator[tuple[int, str]]


@dataclass(frozen=True)
class Rule:
    """One rule: where it holds, how an offence is found, and code that shows that it is."""

    name: str
    holds_in: Callable[[str], bool]
    find: Callable[[Module], Offences]
    offences: tuple[str, ...]
    innocent: tuple[str, ...] = ()


def parse(path: str, text: str) -> Module:
    """A module from its text."""
    return Module(path, text, ast.parse(text))


def tracked(*patterns: str) -> list[str]:
    """Paths of the files under version control that are there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=REPOSITORY, check=True, capture_output=True
    )
    paths = [path for path in listed.stdout.decode().split("\0") if path]
    return [
        path
        for path in paths
        if (REPOSITORY / path).is_file() and not (REPOSITORY / path).is_symlink()
    ]


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file under version control."""
    return tuple(
        parse(path, (REPOSITORY / path).read_text(encoding="utf-8")) for path in tracked("*.py")
    )


def within(*folders: str, but: tuple[str, ...] = ()) -> Callable[[str], bool]:
    """Paths below one of the folders, and below none of the excepted."""
    return lambda path: path.startswith(folders) and not path.startswith(but)


def calls(module: Module) -> Iterator[ast.Call]:
    """Every call."""
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def attributes(module: Module) -> Iterator[ast.Attribute]:
    """Every `value.name`."""
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Attribute))


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """Every imported name in full, `from a import b` as `a.b`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def functions(module: Module) -> Iterator[ast.FunctionDef]:
    """Every function and method."""
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef))


def chain(node: ast.AST) -> str:
    """The names of a call chain, `df.groupBy(...).agg` as `df.groupBy.agg`."""
    if isinstance(node, ast.Attribute):
        return f"{chain(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return chain(node.func)
    return node.id if isinstance(node, ast.Name) else ""


def parents(module: Module) -> dict[ast.AST, ast.AST]:
    """The node above each node."""
    return {child: node for node in ast.walk(module.tree) for child in ast.iter_child_nodes(node)}
