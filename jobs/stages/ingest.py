"""What a run has to ingest: its new files, read and typed, with every row counted twice over."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.runtime.config.secrets import hash_key
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.spark.concurrency import run_concurrently
from holdfast.jobs.stages import raw_files
from holdfast.jobs.stages.raw_files import RawFile
from holdfast.transformations.ingest import batch
from holdfast.transformations.ingest.bronze import bronze_rows
from holdfast.transformations.ingest.keyed_hash import KEYS, pads
from holdfast.transformations.ingest.parse import typed
from holdfast.transformations.ingest.vault import (
    has_personal_values,
    held_tokens,
    vault_rows,
    with_token_source,
)
from holdfast.transformations.sources.contract import RawTable
from holdfast.transformations.tables.ops import BATCHES
from holdfast.transformations.tables.silver import PII_VAULT
from holdfast.transformations.union import together


@dataclass(frozen=True)
class Delivery:
    """The files of one run and the parsed rows of each raw table (cached, since several writes read
    them).
    """

    ctx: Context
    files: Sequence[RawFile]
    parsed: Sequence[tuple[RawTable, DataFrame]]
    keys: DataFrame

    @cached_property
    def accounts(self) -> list[dict[str, Any]]:
        """A row of ops.batches for each file. Raises InputError when rows in and rows
        out differ.
        """
        raws = [raw for source in self.ctx.sources for raw in source.tables]
        counted = raw_files.count_rows(self.ctx.spark, raws, self.files)
        tallies = run_concurrently(lambda one: batch.tally(one[1], one[0]).collect(), self.parsed)
        found = {
            (row.source, row.raw_table, row.input): row.asDict() for rows in tallies for row in rows
        }
        return [self._account(file, counted[file.path], found) for file in self.files]

    @cached_property
    def rejects(self) -> DataFrame | None:
        """Refused rows with their raw text; None where there are none."""
        hurt = {
            (account["source"], account["raw_table"])
            for account in self.accounts
            if account["rows_quarantined"]
        }
        frames = [
            batch.refused(frame, raw, self.ctx.run_number, self._at)
            for raw, frame in self.parsed
            if (raw.source, raw.name) in hurt
        ]
        return together(frames) if frames else None

    @cached_property
    def held(self) -> DataFrame | None:
        """Tokens that the vault held of these parties before this run's own; None while it is
        empty.
        """
        version = self.ctx.store.version(PII_VAULT)
        if not version or not self._personal:
            return None
        return held_tokens(
            self.ctx.store.read(PII_VAULT, version), together(self._personal)
        ).persist()

    def keep_personal_values(self) -> None:
        """Put personal values and raw texts of refused rows into the vault: by MERGE, where it
        holds any already.
        """
        if not self._personal:
            return
        minted = vault_rows(
            together(self._personal), self.keys, self.ctx.settings.ingest.country_code
        )
        rows = minted.withColumn("run_number", F.lit(self.ctx.run_number).cast("bigint"))
        if self.held is None:
            self.ctx.write(PII_VAULT, rows)
        else:
            self.ctx.insert_new_keys(PII_VAULT, rows)

    def bronze(self, raw: RawTable, frame: DataFrame) -> DataFrame:
        """What a raw table gains."""
        return bronze_rows(frame, raw, self.keys, self.held, self.ctx.run_number, self._at)

    def quarantine(self) -> DataFrame | None:
        """Rows of ops.quarantine, each with its file and line; None where none was refused."""
        if self.rejects is None:
            return None
        bad = {account["input"] for account in self.accounts if account["rows_quarantined"]}
        lined = {(raw.source, raw.name) for raw, _ in self.parsed if raw.format in ("csv", "jsonl")}
        paths = [
            file.path
            for file in self.files
            if file.name in bad and (file.source, file.raw_table) in lined
        ]
        rejects = (
            batch.with_lines(self.rejects, raw_files.numbered_lines(self.ctx.spark, paths))
            if paths
            else self.rejects
        )
        return batch.quarantine(with_token_source(rejects, self.keys, self.held))

    def release(self) -> None:
        """Let go of what was cached."""
        for frame in (
            *(frame for _, frame in self.parsed),
            *([self.held] if self.held is not None else []),
        ):
            frame.unpersist()

    @property
    def _at(self) -> Any:
        return F.lit(self.ctx.opened_at)

    @cached_property
    def _personal(self) -> list[DataFrame]:
        """Values of accepted rows, and raw texts of refused ones."""
        values = [
            batch.values_of(frame, raw, self._at)
            for raw, frame in self.parsed
            if has_personal_values(raw)
        ]
        return [*values, *([batch.raw_values(self.rejects)] if self.rejects is not None else [])]

    def _account(
        self, file: RawFile, rows_in: int, found: dict[tuple[str, str, str], dict[str, Any]]
    ) -> dict[str, Any]:
        row = found.get((file.source, file.raw_table, file.name), {})
        out = {
            name: row.get(name, 0) for name in ("rows_loaded", "rows_quarantined", "rows_duplicate")
        }
        if rows_in != sum(out.values()):
            raise InputError(
                f"{file.source}/{file.name}: {rows_in} rows in the file, {sum(out.values())} "
                "accounted for "
                f"({out}).",
                cure="Set multiline: true in its mapping if fields hold line breaks.",
            )
        status = "refused" if file.refused else "loaded" if rows_in else "empty"
        if file.refused:
            self.ctx.echo(
                f"{file.source}/{file.name} cannot be read and was left out: {file.refused}"
            )
        if status == "empty":
            self.ctx.echo(f"{file.source}/{file.name} has no rows")
        if file.undeclared:
            self.ctx.echo(
                f"{file.source}/{file.name}: columns not declared, not loaded: {file.undeclared}"
            )
        return {
            "run_number": self.ctx.run_number,
            "source": file.source,
            "raw_table": file.raw_table,
            "input": file.name,
            "digest": file.digest,
            "status": status,
            "rows_in": rows_in,
            **out,
            "rows_suppressed": 0,
            "undeclared": file.undeclared or None,
            "at": self.ctx.opened_at,
        }


def deliveries(ctx: Context) -> Delivery:
    """The files that no published run has loaded; a resumed run keeps to the files it began with.

    Raises InputError where there is no raw file at all.
    """
    listed = raw_files.listing(ctx.sources)
    if not listed:
        raise InputError(
            f"There is no raw file that a mapping names, under {ctx.root / 'raw'} or where "
            "sources.instances "
            "point.",
            cure="Put exports there, or make some up: `holdfast generate`.",
        )
    done = {
        (row.source, row.raw_table, row.digest)
        for row in ctx.store.read(BATCHES)
        .select("run_number", "source", "raw_table", "digest")
        .collect()
        if row.run_number in ctx.published_runs
    }
    fresh: dict[tuple[str, str, str], RawFile] = {}
    for file in listed:
        key = (file.source, file.raw_table, file.digest)
        if key not in done:
            fresh.setdefault(key, file)
    begun = ctx.pin_inputs([file.digest for file in fresh.values()])
    files = [file for file in fresh.values() if file.digest in begun]
    keys = keys_frame(ctx.spark)
    named = [
        (
            raw,
            [
                f
                for f in files
                if (f.source, f.raw_table) == (source.name, raw.name) and not f.refused
            ],
        )
        for source in ctx.sources
        for raw in source.tables
    ]
    fed = [(raw, mine) for raw, mine in named if mine]
    parsed = run_concurrently(lambda one: _rows(ctx, *one, keys).persist(), fed)
    return Delivery(
        ctx, files, [(raw, frame) for (raw, _), frame in zip(fed, parsed, strict=True)], keys
    )


def _rows(ctx: Context, raw: RawTable, files: Sequence[RawFile], keys: DataFrame) -> DataFrame:
    rows = batch.ranked(typed(raw_files.read(ctx.spark, raw, files), raw, keys))
    return (
        batch.not_yet_loaded(rows, ctx.read_current(raw.table)) if raw.format == "delta" else rows
    )


def keys_frame(spark: SparkSession) -> DataFrame:
    """One row: the pads of the hash key, and a fresh salt that only this process ever holds."""
    inner, outer = pads(hash_key())
    return spark.createDataFrame([(inner, outer, secrets.token_bytes(32))], KEYS)
