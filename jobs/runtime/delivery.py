"""What a run has to ingest: its new files, read and typed, with every row counted twice over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime import rawinput, secrets
from holdfast.jobs.runtime.context import Context
from holdfast.jobs.runtime.errors import InputError
from holdfast.jobs.runtime.rawinput import RawFile
from holdfast.transformations.ingest import batch
from holdfast.transformations.ingest.parse import typed
from holdfast.transformations.sources import RawTable
from holdfast.transformations.tables.ops import BATCHES


@dataclass(frozen=True)
class Delivery:
    """The files of one run and the parsed rows of each raw table (cached, since several writes read them)."""

    ctx: Context
    files: Sequence[RawFile]
    parsed: Sequence[tuple[RawTable, DataFrame]]
    keys: DataFrame

    def accounts(self) -> list[dict[str, Any]]:
        """A row of ops.batches for each file. Raises InputError when rows in and rows out differ."""
        formats = {(raw.source, raw.name): raw.format for raw, _ in self.parsed}
        counted = rawinput.count_rows(self.ctx.spark, self.files, formats)
        tallies = batch.together([batch.tally(frame, raw) for raw, frame in self.parsed]).collect()
        found = {(row.source, row.raw_table, row.input): row.asDict() for row in tallies}
        return [self._account(file, counted[file.path], found) for file in self.files]

    def lines(self, accounts: Sequence[dict[str, Any]]) -> DataFrame:
        """input, line, text of the text files that hold a refused row."""
        bad = {account["input"] for account in accounts if account["rows_quarantined"]}
        paths = [file.path for file in self.files if file.name in bad and not file.name.endswith(".parquet")]
        if not paths:
            return self.ctx.spark.createDataFrame([], "input string, line bigint, text string")
        whole = self.ctx.spark.read.text(paths, wholetext=True)
        return whole.select(F.col("_metadata.file_name").alias("input"),
                            F.posexplode(F.split("value", "\r?\n")).alias("line", "text")).withColumn(
            "line", (F.col("line") + 1).cast("bigint"))

    def _account(self, file: RawFile, rows_in: int, found: dict[tuple[str, str, str], dict[str, Any]]) -> dict[str, Any]:
        row = found.get((file.source, file.raw_table, file.name), {})
        out = {name: row.get(name, 0) for name in ("rows_loaded", "rows_quarantined", "rows_duplicate")}
        if rows_in != sum(out.values()):
            raise InputError(f"{file.source}/{file.name}: {rows_in} rows in the file, {sum(out.values())} accounted for "
                             f"({out}).", cure="Set multiline: true in its mapping if fields hold line breaks.")
        status = "refused" if file.refused else "loaded" if rows_in else "empty"
        if file.refused:
            self.ctx.echo(f"{file.source}/{file.name} cannot be read and was left out: {file.refused}")
        if file.undeclared:
            self.ctx.echo(f"{file.source}/{file.name}: columns not declared, not loaded: {file.undeclared}")
        return {"run_number": self.ctx.run_number, "source": file.source, "raw_table": file.raw_table,
                "input": file.name, "digest": file.digest, "status": status, "rows_in": rows_in, **out,
                "rows_suppressed": 0, "undeclared": file.undeclared or None, "at": self.ctx.opened_at}


def deliveries(ctx: Context) -> Delivery:
    """The files that no published run has loaded; a resumed run keeps to the files it began with."""
    published = ctx.ledger.manifests
    done = {(row.source, row.raw_table, row.digest) for row in
            ctx.store.read(BATCHES).select("run_number", "source", "raw_table", "digest").collect()
            if row.run_number in published}
    fresh: dict[tuple[str, str, str], RawFile] = {}
    for file in rawinput.listing(ctx.sources):
        key = (file.source, file.raw_table, file.digest)
        if key not in done:
            fresh.setdefault(key, file)
    begun = ctx.pin_inputs([file.digest for file in fresh.values()])
    files = [file for file in fresh.values() if file.digest in begun]
    keys = secrets.keys(ctx.spark)
    parsed = []
    for source in ctx.sources:
        for raw in source.tables:
            mine = [f for f in files if (f.source, f.raw_table) == (source.name, raw.name) and not f.refused]
            if mine:
                parsed.append((raw, batch.ranked(typed(rawinput.read(ctx.spark, raw, mine), raw, keys)).persist()))
    return Delivery(ctx, files, parsed, keys)
