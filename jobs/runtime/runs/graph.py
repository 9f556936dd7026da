"""The graph of jobs. It follows from what they read and write, and from nothing else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.runs.job import PUBLISH, Edge, Job
from holdfast.transformations.sources.contract import Source
from holdfast.transformations.tables.ops import JOB_RUNS, RUNS
from holdfast.transformations.tables.table import LAYERS, Table


class GraphError(ValueError):
    """Two jobs of one name, two writers of one table, or a cycle."""


@dataclass(frozen=True)
class Pipeline:
    """Every job there is, those outside the graph among them."""

    jobs: tuple[Job, ...]

    def __post_init__(self) -> None:
        names = [member.name for member in self.jobs]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise GraphError(f"two jobs are called {', '.join(twice)}")

    def __getitem__(self, name: str) -> Job:
        return next(member for member in self.jobs if member.name == name)

    def __contains__(self, name: str) -> bool:
        return any(member.name == name for member in self.jobs)

    def check_names(self, names: Sequence[str]) -> None:
        """Raises UsageError where there is no job of a name."""
        if unknown := [name for name in names if name not in self]:
            raise UsageError(
                f"There is no job {', '.join(unknown)}.", cure=f"Jobs: {', '.join(self.order)}."
            )

    @cached_property
    def edges(self) -> dict[str, frozenset[str]]:
        """Each job of a run and the jobs it waits for. Raises GraphError on two
        writers or a cycle.
        """
        return find_edges(member for member in self.jobs if member.in_graph)

    @cached_property
    def order(self) -> list[str]:
        """Names of the jobs of a run so that each comes after all it waits for; equal ranks by
        name.
        """
        return sort_jobs(self.edges)

    @cached_property
    def tables(self) -> list[Table]:
        """Every table that a job names and the engine's own logs, by layer; raw tables follow from
        the sources.
        """
        named = [
            edge
            for member in self.jobs
            for edge in (*member.writes, *member.reads, *member.previous)
        ]
        found: dict[str, Table] = {}
        for table in [*(edge for edge in named if isinstance(edge, Table)), RUNS, JOB_RUNS]:
            found.setdefault(table.name, table)
        return sorted(found.values(), key=lambda table: LAYERS.index(table.layer))

    def all_tables(self, sources: Sequence[Source]) -> list[Table]:
        """The raw tables of the sources, then every other table."""
        return [*bronze_tables(sources), *self.tables]


def bronze_tables(sources: Sequence[Source]) -> list[Table]:
    """The raw tables of the sources, one per export."""
    return [raw.table for source in sources for raw in source.tables]


def find_edges(jobs: Iterable[Job]) -> dict[str, frozenset[str]]:
    """Each job and the jobs it waits for. Raises GraphError on two writers of one
    table or a cycle.
    """
    members = list(jobs)
    writer: dict[Edge, str] = {}
    for member in members:
        for edge in member.writes:
            if isinstance(edge, Table) and edge.shared:
                continue
            if edge in writer:
                raise GraphError(f"{edge.name} is written by {writer[edge]} and by {member.name}")
            writer[edge] = member.name
    edges = {
        member.name: frozenset(
            writer[edge] for edge in member.reads if edge in writer and writer[edge] != member.name
        )
        for member in members
    }
    if PUBLISH in edges:
        edges[PUBLISH] = frozenset(edges) - {PUBLISH}
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        raise GraphError(f"jobs wait for each other: {' -> '.join(error.args[1])}") from None
    return edges


def sort_jobs(edges: dict[str, frozenset[str]]) -> list[str]:
    """Names of the jobs so that each comes after all it waits for; equal ranks by name."""
    sorter = TopologicalSorter(edges)
    sorter.prepare()
    order: list[str] = []
    while sorter.is_active():
        for name in sorted(sorter.get_ready()):
            order.append(name)
            sorter.done(name)
    return order
