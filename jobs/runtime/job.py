"""A job: a function, and the tables it reads and writes. The graph follows from nothing else."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Final

from holdfast.transformations.tables.table import Table

if TYPE_CHECKING:
    from holdfast.jobs.runtime.context import Context


@dataclass(frozen=True)
class Layer:
    """Every table of a layer: which ones, settings decide."""

    name: str


@dataclass(frozen=True)
class TrainedModel:
    """A trained model as an edge of the graph: its versions are rows of ops.model_events."""

    name: str


Edge = Table | Layer | TrainedModel

RAW: Final = Layer("raw")
BRONZE: Final = Layer("bronze")
CHURN_MODEL: Final = TrainedModel("churn")
VALUE_MODEL: Final = TrainedModel("value")

PUBLISH: Final = "publish"
OUTSIDE: Final = frozenset({"generate", "import_journey", "report"})


@dataclass(frozen=True)
class Job:
    """One step of the pipeline.

    `reads` and `writes` are its edges; `previous` is read at the last manifest and makes no edge; `maintains`
    names what a job outside the graph may change; `uses_as_of` says that its result depends on the run's day.
    """

    name: str
    run: Callable[["Context"], None]
    reads: tuple[Edge, ...] = ()
    writes: tuple[Edge, ...] = ()
    previous: tuple[Table, ...] = ()
    maintains: tuple[Edge, ...] = ()
    uses_as_of: bool = True
    doc: str = ""

    def __call__(self, ctx: "Context") -> None:
        self.run(ctx)


def job(
    *,
    reads: Sequence[Edge] = (),
    writes: Sequence[Edge] = (),
    previous: Sequence[Table] = (),
    maintains: Sequence[Edge] = (),
    uses_as_of: bool = True,
) -> Callable[[Callable[["Context"], None]], Job]:
    """Declare a function of a context as a job; its name is the function's."""

    def declare(function: Callable[["Context"], None]) -> Job:
        doc = (function.__doc__ or "").strip()
        return Job(function.__name__, function, tuple(reads), tuple(writes), tuple(previous), tuple(maintains),
                   uses_as_of, doc)

    return declare


class GraphError(ValueError):
    """Two writers of one table, a cycle, or a read that nothing writes."""


@cache
def all_jobs() -> dict[str, Job]:
    """Every job of the package by name, found in the modules beside the runtime."""
    package = importlib.import_module("holdfast.jobs")
    found: dict[str, Job] = {}
    for module in pkgutil.iter_modules(package.__path__):
        if module.name != "runtime":
            member = getattr(importlib.import_module(f"holdfast.jobs.{module.name}"), module.name, None)
            if isinstance(member, Job):
                found[member.name] = member
    return found


def graph(jobs: Iterable[Job] | None = None) -> dict[str, frozenset[str]]:
    """Each job of a run and the jobs it waits for. Raises GraphError on two writers or a cycle."""
    members = [member for member in (all_jobs().values() if jobs is None else jobs) if member.name not in OUTSIDE]
    writer: dict[Edge, str] = {}
    for member in members:
        for edge in member.writes:
            if isinstance(edge, Table) and edge.shared:
                continue
            if edge in writer:
                raise GraphError(f"{edge.name} is written by {writer[edge]} and by {member.name}")
            writer[edge] = member.name
    edges = {
        member.name: frozenset(writer[edge] for edge in member.reads if edge in writer and writer[edge] != member.name)
        for member in members
    }
    if PUBLISH in edges:
        edges[PUBLISH] = frozenset(edges) - {PUBLISH}
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        raise GraphError(f"jobs wait for each other: {' -> '.join(error.args[1])}") from None
    return edges


def in_order(jobs: Iterable[Job] | None = None) -> list[str]:
    """Names of the jobs so that each comes after all it waits for; equal ranks by name."""
    sorter = TopologicalSorter(graph(jobs))
    sorter.prepare()
    order: list[str] = []
    while sorter.is_active():
        for name in sorted(sorter.get_ready()):
            order.append(name)
            sorter.done(name)
    return order
