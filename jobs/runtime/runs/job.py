"""A job: a function, and the tables it reads and writes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from holdfast.transformations.tables.table import Table

if TYPE_CHECKING:
    from holdfast.jobs.runtime.runs.context import Context


@dataclass(frozen=True)
class Layer:
    """Every table of a layer: which ones, settings decide."""

    name: str


@dataclass(frozen=True)
class TrainedModel:
    """A trained model as an edge of the graph: its versions are rows of ops.model_events."""

    name: str


@dataclass(frozen=True)
class Folder:
    """The files of a folder that a setting names, such as `decide.plays`; where it names none, the
    packaged ones, which change with the package.
    """

    name: str


Edge = Table | Layer | TrainedModel | Folder

RAW: Final = Layer("raw")
BRONZE: Final = Layer("bronze")

PUBLISH: Final = "publish"


class Say(Protocol):
    """How a job speaks to the user; an alarm is red, and never kept quiet."""

    def __call__(self, text: str, *, is_alarm: bool = False) -> None:
        """Show the text."""


@dataclass(frozen=True)
class Job:
    """One step of the pipeline.

    `reads` and `writes` are its edges; `previous` is read at the last manifest and makes no edge;
    `uses_as_of` says that its result depends on the run's day; a job that is not `in_graph` is
    started by a command of its own.
    """

    name: str
    run: Callable[["Context"], None]
    reads: tuple[Edge, ...] = ()
    writes: tuple[Edge, ...] = ()
    previous: tuple[Table, ...] = ()
    uses_as_of: bool = True
    in_graph: bool = True
    doc: str = ""

    @property
    def uses_key(self) -> bool:
        """Whether it opens or seals values: it reads or writes a sealed table."""
        return any(isinstance(e, Table) and e.is_sealed for e in (*self.reads, *self.writes))

    def __call__(self, ctx: "Context") -> None:
        self.run(ctx)


def job(
    *,
    reads: Sequence[Edge] = (),
    writes: Sequence[Edge] = (),
    previous: Sequence[Table] = (),
    uses_as_of: bool = True,
    in_graph: bool = True,
) -> Callable[[Callable[["Context"], None]], Job]:
    """Declare a function of a context as a job; its name is the function's."""

    def declare(function: Callable[["Context"], None]) -> Job:
        doc = (function.__doc__ or "").strip()
        return Job(
            function.__name__,
            function,
            tuple(reads),
            tuple(writes),
            tuple(previous),
            uses_as_of,
            in_graph,
            doc,
        )

    return declare
