"""The keys that a root's rows are hashed, found and sealed with: as they follow from its one key,
and as they are under the one that is to follow.
"""

from dataclasses import dataclass, field

from holdfast.jobs.runtime.config import secrets
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.inputs import check_key, find_row_key
from holdfast.jobs.runtime.runs.ledger import Ledger


@dataclass(frozen=True)
class RootKeys:
    """Keys of 32 bytes: of row hashes, of the digests of personal values, of the values."""

    rows: bytes = field(repr=False)
    digests: bytes = field(repr=False)
    values: bytes = field(repr=False)


def load_keys(ledger: Ledger) -> RootKeys:
    """The keys under the key that is given. Raises UsageError where it is not the root's."""
    key = secrets.root_key()
    check_key(ledger, secrets.fingerprint_key(key))
    wrapped = find_row_key(ledger)
    rows = secrets.unwrap_key(wrapped, key) if wrapped else secrets.derive_key(key, secrets.ROWS)
    return _derive(rows, key)


def open_keys(ctx: Context) -> RootKeys:
    """The keys of the root that a job works on, as `load_keys` has them."""
    return load_keys(ctx.ledger)


def change_keys(ctx: Context) -> tuple[RootKeys, RootKeys]:
    """The root's keys, and those under HOLDFAST_NEW_KEY, which the run records before it writes.

    The key of row hashes stays, so that a row loaded again is known.
    """
    before, key = open_keys(ctx), secrets.new_key()
    if not ctx.run.row_key:
        wrapped = secrets.wrap_key(before.rows, key)
        detail = {"hash_key": secrets.fingerprint_key(key), "row_key": wrapped}
        ctx.ledger.record(ctx.run, "rekeyed", detail=detail)
    return before, _derive(before.rows, key)


def _derive(rows: bytes, key: bytes) -> RootKeys:
    digests, values = (secrets.derive_key(key, use) for use in (secrets.DIGESTS, secrets.VALUES))
    return RootKeys(rows, digests, values)
