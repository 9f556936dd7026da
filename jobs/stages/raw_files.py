"""Raw files: which there are, and which of them are new. Nothing is written."""

import hashlib
from collections.abc import Mapping, Sequence, Set
from functools import partial
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.stages import hadoop_files, raw_text
from holdfast.jobs.stages.known_digests import KnownDigests, open_known_digests
from holdfast.jobs.stages.raw_entries import Entry, Listing
from holdfast.jobs.stages.raw_file import RawFile
from holdfast.jobs.stages.raw_inspection import explain, look_into, open_raw
from holdfast.jobs.stages.raw_listing import is_remote, list_source, local_path
from holdfast.transformations.sources.contract import RawTable, Source


def list_files(found: Sequence[Source], spark: SparkSession | None = None) -> list[RawFile]:
    """Every input file with its content digest, in order of source, table and name; `spark` lists
    folders of other file systems.
    """
    listings = [(source, list_source(source, spark)) for source in found]
    remote = [
        entry
        for _, listing in listings
        for entries in listing.files.values()
        for entry in entries
        if entry.content
    ]
    digests = hadoop_files.read_digests(spark, remote) if remote and spark else {}
    with open_known_digests() as known:
        return [
            _identify(entry, listing, raw, known, digests)
            for source, listing in listings
            for raw in source.tables
            for entry in listing.files[raw.name]
        ]


def check_any(sources: Sequence[Source], root: Path) -> None:
    """Raises InputError where a folder that settings name is not there, and where there is no raw
    file at all, with the files and folders that no mapping reads. Folders of other file systems are
    Spark's to list, later.
    """
    here = [source for source in sources if not is_remote(source.folder)]
    for source in here:
        place = local_path(source.folder)
        if not place.exists() and place.parent != root.absolute() / "raw":
            raise InputError(
                f"There is no folder {place}, where the files of {source.name} should lie.",
                cure="Correct the source's path in sources.instances, or --path.",
            )
    if len(here) == len(sources) and not any(
        entries for source in here for entries in list_source(source).files.values()
    ):
        raise _nothing_to_read(sources, root)


def find_new_files(
    sources: Sequence[Source], root: Path, batches: DataFrame, published_runs: Set[int]
) -> list[RawFile]:
    """The files whose content no published run has loaded, looked into. Raises InputError where
    there is no raw file at all.
    """
    spark = batches.sparkSession
    listed = list_files(sources, spark)
    if not listed:
        raise _nothing_to_read(sources, root, spark)
    kept = batches.select("run_number", "source", "raw_table", "digest", "input").collect()
    loaded = {
        (row.source, row.raw_table, row.digest, version)
        for row in kept
        if row.run_number in published_runs
        for version in ("", row.input)
    }
    fresh: dict[tuple[str, ...], RawFile] = {}
    for file in listed:
        fresh.setdefault(file.content, file)  # equal content counts once, whatever its name
    return look_into(sources, [f for content, f in fresh.items() if content not in loaded], spark)


def digest(found: Sequence[Source], spark: SparkSession | None = None) -> str:
    """One digest over all input files: equal input, equal digest."""
    listed = list_files(found, spark)
    parts = sorted(f"{file.source}/{file.raw_table}/{file.digest}" for file in listed)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def describe_unread(
    sources: Sequence[Source], root: Path, spark: SparkSession | None = None
) -> list[str]:
    """A sentence for each file in the sources' folders that no mapping reads, and for each folder
    under raw/ that is no source's.
    """
    listings = [(source.name, list_source(source, spark)) for source in sources]
    files = [f"{name}/{entry.name}" for name, found in listings for entry in found.unread]
    taken = {Path(listing.base) for _, listing in listings}
    raw = root.absolute() / "raw"
    folders = [path for path in sorted(raw.iterdir()) if path.is_dir()] if raw.is_dir() else []
    strange = [f"the folder raw/{path.name}" for path in folders if path not in taken]
    return [f"{name} is read by no mapping" for name in (*files, *strange)]


def _nothing_to_read(
    sources: Sequence[Source], root: Path, spark: SparkSession | None = None
) -> InputError:
    unread = "; ".join(describe_unread(sources, root, spark))
    return InputError(
        f"There is no raw file that a mapping names, under {root / 'raw'} or where "
        f"sources.instances point{f': {unread}' if unread else ''}.",
        cure="Put exports there under the name of their source (docs/sources.md), write a mapping "
        "(`holdfast sources suggest FILE`), or make exports up: `holdfast generate`.",
    )


def _identify(
    entry: Entry,
    listing: Listing,
    raw: RawTable,
    known: KnownDigests,
    digests: Mapping[str, Mapping[str, str]],
) -> RawFile:
    """A file with its digest."""
    path = listing.base + entry.name
    version = entry.name if raw.file_time else ""
    file = partial(RawFile, raw.source, raw.name, path, entry.name, version=version)
    if entry.content:
        found = digests[entry.content][entry.member]
        archive = entry.archive and listing.base + entry.archive
        number = int(Path(entry.content).stem) if raw.is_table else None
        return file(found if number is None else f"version {number} {found}", archive=archive)
    with explain(f"{raw.source}/{entry.name}"):
        if raw.is_table:
            return file(_version_of(Path(path), raw))
        return file(known.digest_of(Path(path), partial(_digest_of, raw)))


def _digest_of(raw: RawTable, path: Path) -> str:
    return raw_text.digest_of(partial(open_raw, raw, path))


def _version_of(path: Path, raw: RawTable) -> str:
    """A Delta table's identity and version."""
    log = sorted((path / "_delta_log").glob("*.json"))
    if not log:
        raise InputError(
            f"{raw.source}/{path.name} is not a Delta table.",
            cure="Name the folder that holds _delta_log.",
        )
    return f"version {int(log[-1].stem)} {hashlib.sha256(log[-1].read_bytes()).hexdigest()}"
