"""One input file, as a value."""

from dataclasses import dataclass

from holdfast.transformations.sources.contract import RawTable


@dataclass(frozen=True)
class RawFile:
    """One input file of one raw table, `name` being its path within the source's folder.

    What it says of itself is as `raw_look.Look` has it; `rows` are None of a Delta table, which
    Spark counts. `undeclared` are columns that no mapping names, `archive` is the path of the
    archive in which a file of another file system lies. `version` is not empty where files of one
    content are versions of their own.
    """

    source: str
    raw_table: str
    path: str
    name: str
    digest: str
    header: str = ""
    shape: tuple[tuple[str, str], ...] = ()
    schema: str = ""
    rows: int | None = None
    is_text: bool = False
    is_multiline: bool = False
    stray_line: int | None = None
    undeclared: str = ""
    refused: str = ""
    archive: str = ""
    version: str = ""

    @property
    def folder(self) -> str:
        """What stands before its name in its path."""
        return self.path.removesuffix(self.name)

    @property
    def content(self) -> tuple[str, str, str, str]:
        """What is loaded once, whatever the file's name; where the file's time is the version of
        its rows, the same content under another name is another version.
        """
        return self.source, self.raw_table, self.digest, self.version

    @property
    def member(self) -> str:
        """Its name in an archive of another file system."""
        return self.path[len(self.archive) + 1 :] if self.archive else ""

    def is_of(self, raw: RawTable) -> bool:
        """Whether it is a file of this raw table."""
        return (self.source, self.raw_table) == (raw.source, raw.name)
