"""The page of the destinations that exports are written for."""

from collections.abc import Iterator

from pydantic import BaseModel

from holdfast.jobs.stages.exports.destination import Destination, IdentifierEntry, PropertyEntry
from holdfast.jobs.stages.exports.destinations import read_destinations

_INTRODUCTION = """\
```bash
holdfast export klaviyo --out outgoing --root ROOT
```

writes a folder `outgoing/klaviyo-0001` with what Klaviyo does not know yet: ids, scores and
amounts of the customers who allow it, from the published `gold.outbox`. `export.json` in it says
how many profiles went, how many were taken back, and how many were left out and why. The folder
is its owner's alone and holds e-mail addresses, which stand nowhere else outside the vault: send
it on and delete it.

- **Only changes.** `ops.sent_profiles` keeps the hash of the last profile sent of each customer,
  no address; what equals it is not sent again, in whichever folder it was written. A changed
  property, id, address or destination file is a change. `--full` sends everything. Files are
  there all at once, and recorded last: an export that dies is made again by the same command, and
  at worst says the same twice.
- **Consent at that moment.** `activate` queues who allows `activation.purpose` by
  `activation.channel`; the export asks again, by the last published run, for scores (analytics)
  and for the destination's own purpose and channel. Who has unsubscribed since is in no file.
  Load the newest unsubscriptions first: `holdfast run ingest standardise resolve_identity`.
- **Taken back.** Who was sent and may not be known any longer (consent withdrawn, merged, erased)
  gets a row of ids with empty properties, where the destination can read such a row; no address
  is in it. Elsewhere the command says how many are to be removed there.
- **Addresses.** The address of a record that said yes comes first, then of the destination's own
  record, then the newest. Of customers who share one, the smallest `customer_id` is sent.
- **No live formula.** In a CSV (RFC 4180, UTF-8, CRLF) text that begins with `=`, `+`, `-`, `@`,
  a tab or a line break, blanks apart, gets an apostrophe in front; numbers and dates are checked
  and stay. An id or address that begins so is none.
- **One type for ever.** The name of an outbox column says its type; a destination that gives a
  property another is refused.\
"""

_OWN = """\
A file `<id>.yml` in a folder of your own, named by `--set export.folder=FOLDER` or
`export.folder` of your settings; one of a packaged name takes its place. All faults of all files
are said at once, by file and key.\
"""


def list_parts() -> Iterator[str]:
    """The parts of the page, a blank line between them."""
    yield _INTRODUCTION
    for known in read_destinations("").values():
        yield f"## {known.id}"
        yield _describe(known)
        yield _draw_grid(("name there", "what it is", "type"), _list_names(known))
    yield "## How a destination is written"
    yield _OWN
    yield _draw_grid(("key", "what it says"), _list_keys())


def _describe(known: Destination) -> str:
    limits = [
        f"at most {most:,} {what} in a file"
        for most, what in ((known.max_rows, "rows"), (known.max_bytes, "bytes"))
        if most is not None
    ]
    kind = ", ".join(["CSV" if known.format == "csv" else "JSON lines", *limits])
    back = "Takes back." if known.clears else "Cannot take back by file."
    return f"{known.title}. {kind}. Consent: {known.purpose} by {known.channel}. {back}"


def _list_names(known: Destination) -> Iterator[tuple[str, ...]]:
    for name, entry in known.identifiers.items():
        whose = f" of `{known.ids_of}`" if entry.holds == "external_id" else ""
        yield f"`{name}`", f"{entry.holds}{whose}", "required" if entry.is_required else "id"
    for name, held in known.properties.items():
        yield f"`{name}`", held.column, held.type


def _list_keys() -> Iterator[tuple[str, ...]]:
    entries: dict[str, type[BaseModel]] = {
        "identifiers": IdentifierEntry,
        "properties": PropertyEntry,
    }
    for key, field in Destination.model_fields.items():
        yield f"`{key}`", field.description or ""
        if key in entries:
            for below, inner in entries[key].model_fields.items():
                yield f"`{key}.<name>.{below}`", inner.description or ""


def _draw_grid(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
