"""What a run has to ingest: the account of its files, and what it writes of their rows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.runtime.config.secrets import fingerprint_key, make_key, root_key
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.keys import open_keys
from holdfast.jobs.stages.checks import raise_alarms
from holdfast.jobs.stages.keys import make_frame
from holdfast.jobs.stages.raw_file import RawFile
from holdfast.jobs.stages.raw_line_numbers import read_numbered_lines
from holdfast.transformations.ingest import batch, bronze, vault
from holdfast.transformations.sources.contract import RawTable
from holdfast.transformations.tables.ops import QUARANTINE
from holdfast.transformations.tables.table import Table
from holdfast.transformations.union import union_by_name

Marked = Sequence[tuple[RawTable, DataFrame]]
Account = dict[str, Any]
Outcomes = Mapping[tuple[str, str, str], Sequence[Row]]  # by source, raw table and file
_NAMED: Final = 3  # reasons of refusal that are named for a file
_FEW: Final = 100_000  # refused rows whose texts each task may hold while it looks through lines
_OUTCOMES = ("rows_loaded", "rows_quarantined", "rows_duplicate")


@dataclass(frozen=True)
class Refused:
    """Files of which rows were refused, how many rows, and the numbered lines of those files that
    are text (None where none is).
    """

    files: Sequence[RawFile]
    rows: int
    lines: DataFrame | None


@dataclass(frozen=True)
class IngestPlan:
    """What one run writes. Nothing is computed before it is written.

    `vault` goes first and is None where no value is personal; `frames` are the rows of each raw
    table and of the quarantine; several of them read what the vault `held` before.
    """

    vault: DataFrame | None
    frames: Mapping[Table, DataFrame]
    held: Sequence[DataFrame]


def make_tokens(ctx: Context, held: DataFrame | None) -> vault.TokenSource:
    """What this run makes tokens of; phone numbers belong to the retailer's country where nothing
    nearer says theirs, else to the calling code of the settings.
    """
    settings = ctx.settings
    country = settings.run.country or settings.ingest.country_code
    return vault.TokenSource(make_frame(ctx.spark, open_keys(ctx)), held, country)


def pin_files(ctx: Context, new: Sequence[RawFile]) -> list[RawFile]:
    """The files that the run began with."""
    begun = ctx.pin_inputs([file.digest for file in new], _name_key(ctx))
    return [file for file in new if file.digest in begun]


def _name_key(ctx: Context) -> str:
    """The fingerprint of the key; says so where it was made just now."""
    if (place := make_key()) is not None:
        ctx.echo(f"made the key of this root: {place}; keep it, it is in no backup of the root")
    return fingerprint_key(root_key())


def by_file(outcomes: Iterable[Row]) -> Outcomes:
    """Rows of `batch.count_outcomes` by source, raw table and file."""
    found: dict[tuple[str, str, str], list[Row]] = {}
    for row in outcomes:
        found.setdefault((row.source, row.raw_table, row.input), []).append(row)
    return found


def account_for(
    files: Sequence[RawFile],
    rows_in: Sequence[int],
    outcomes: Outcomes,
    opened_at: datetime,
) -> list[Account]:
    """A row of ops.batches for each file. Raises InputError when rows in and rows out differ."""
    accounts = []
    for file, rows in zip(files, rows_in, strict=True):
        own = outcomes.get((file.source, file.raw_table, file.name), [])
        out = {name: sum(row[name] for row in own) for name in _OUTCOMES}
        if rows != sum(out.values()):
            raise InputError(
                f"{file.source}/{file.name}: {rows} rows in the file, {sum(out.values())} "
                f"accounted for ({out}).",
                cure="If fields hold line breaks that were not noticed, set multiline: true in the "
                "file's mapping.",
            )
        account = {
            "source": file.source,
            "raw_table": file.raw_table,
            "input": file.name,
            "digest": file.digest,
            "status": "refused" if file.refused else "loaded" if rows else "empty",
            "rows_in": rows,
            **out,
            "rows_suppressed": 0,
            "undeclared": file.undeclared or None,
            "at": opened_at,
        }
        accounts.append(account)
    return accounts


def describe_files(
    files: Sequence[RawFile],
    accounts: Sequence[Account],
    outcomes: Outcomes,
    unread: Sequence[str],
) -> str:
    """What the user reads: what was loaded, what no mapping reads (`unread`), and each file that
    was left out, is empty, has refused rows or duplicates of loaded ones, or holds more than
    is loaded.
    """
    rows = sum(account["rows_in"] for account in accounts)
    lines = [f"{len(files)} new files, {rows:,} rows", *unread]
    for file, account in zip(files, accounts, strict=True):
        name = f"{file.source}/{file.name}"
        if file.refused:
            lines.append(f"{name} cannot be read and was left out: {file.refused}")
        if account["status"] == "empty":
            lines.append(f"{name} has no rows")
        if file.undeclared:
            lines.append(f"{name}: columns not declared, not loaded: {file.undeclared}")
        if file.stray_line:
            lines.append(f"{name}: the quote that opens in line {file.stray_line} is never closed")
        if account["rows_duplicate"]:
            lines.append(f"{name}: {_describe_repeats(account)}")
        if account["rows_quarantined"]:
            own = outcomes[file.source, file.raw_table, file.name]
            lines.append(f"{name}: {_describe_refused(account, own)}")
    return "\n".join(lines)


def report_files(
    ctx: Context,
    files: Sequence[RawFile],
    accounts: Sequence[Account],
    outcomes: Outcomes,
    unread: Sequence[str],
) -> None:
    """Say what there was, and in red of which exports nothing could be loaded; raises InputError
    where settings ask for it.
    """
    ctx.echo(describe_files(files, accounts, outcomes, unread))
    raise_alarms(ctx, find_unloaded(accounts))


def find_unloaded(accounts: Sequence[Account]) -> list[str]:
    """What to say in red: the exports of which this run read rows and could load none."""
    sums: dict[str, list[int]] = {}
    for account in accounts:
        of = sums.setdefault(f"{account['source']}/{account['raw_table']}", [0, 0])
        of[0] += account["rows_quarantined"]
        of[1] += account["rows_loaded"] + account["rows_duplicate"]
    return [
        f"{name}: none of {refused:,} rows could be loaded; ops.quarantine says why"
        for name, (refused, others) in sums.items()
        if refused and not others
    ]


def _describe_repeats(account: Account) -> str:
    rows, repeats = account["rows_in"], account["rows_duplicate"]
    return f"{repeats:,} of {rows:,} rows are duplicates of loaded ones"


def _describe_refused(account: Account, outcomes: Sequence[Row]) -> str:
    """How many rows and, by the first reason of each, why; ops.quarantine has all of them."""
    firsts: Counter[str] = Counter()
    for row in outcomes:
        if row.reasons:
            firsts[row.reasons.partition(",")[0]] += row.rows_quarantined
    named = ", ".join(f"{reason} {rows:,}" for reason, rows in firsts.most_common(_NAMED))
    more = " ..." if len(firsts) > _NAMED else ""
    return f"{account['rows_quarantined']:,} of {account['rows_in']:,} rows refused: {named}{more}"


def find_refused(
    spark: SparkSession, files: Sequence[RawFile], accounts: Sequence[Account]
) -> Refused:
    """What the accounts say was refused, and the lines in which it stands."""
    pairs = zip(files, accounts, strict=True)
    hurt = [file for file, account in pairs if account["rows_quarantined"]]
    rows = sum(account["rows_quarantined"] for account in accounts)
    return Refused(hurt, rows, read_numbered_lines(spark, hurt))


def plan_ingest(
    marked: Marked,
    refused: Refused,
    tokens: vault.TokenSource,
    run_number: int,
    opened_at: datetime,
) -> IngestPlan:
    """What becomes of rows as `repeats.mark_said` gives them."""
    at, keys = F.lit(opened_at), tokens.keys
    accepted = [(raw, batch.select_accepted(rows)) for raw, rows in marked]
    pieces = [
        batch.select_rejected(rows, raw, run_number, at)
        for raw, rows in marked
        if any(file.is_of(raw) for file in refused.files)
    ]
    rejected = union_by_name(pieces) if pieces else None
    values = [
        vault.extract_values(rows, raw, at)
        for raw, rows in accepted
        if vault.has_personal_values(raw)
    ]
    if rejected is not None:
        values.append(vault.extract_texts(rejected))
    personal = union_by_name(values) if values else None
    held = None
    if personal is not None and tokens.vault is not None:
        held = vault.find_held_tokens(tokens.vault, personal)
    minted = None if personal is None else vault.vault_rows(personal, tokens)
    frames = {raw.table: bronze.bronze_rows(rows, raw, keys, held, at) for raw, rows in accepted}
    if rejected is not None:
        numbered = batch.number_lines(rejected, refused.lines, is_few=refused.rows <= _FEW)
        frames[QUARANTINE] = bronze.quarantine_rows(numbered, keys, held)
    return IngestPlan(minted, frames, () if held is None else (held,))
