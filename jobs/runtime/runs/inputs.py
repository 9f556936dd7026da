"""The raw inputs that a run began with, and the key of the root: another one is refused before
anything is written.
"""

from collections.abc import Iterable, Sequence

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.config.secrets import fingerprint_key, root_key
from holdfast.jobs.runtime.runs.job import Job
from holdfast.jobs.runtime.runs.ledger import Ledger
from holdfast.jobs.runtime.runs.records import Run


def pin_inputs(
    ledger: Ledger, run: Run, digests: Sequence[str], key: str, *, anew: bool = False
) -> frozenset[str]:
    """Record the inputs of a run before its first write; a resumed run gets back those it began
    with, unless it begins `anew` because no row of them was written: then a mended file counts.
    `key` is the key's fingerprint, empty where nothing is hashed. Raises UsageError as `check_key`
    does.
    """
    if key:
        check_key(ledger, key, run)
    if run.inputs is None or (anew and run.inputs != frozenset(digests)):
        ledger.record(run, "inputs", detail={"digests": sorted(digests), "hash_key": key})
    return run.inputs or frozenset()


def check_jobs(ledger: Ledger, jobs: Iterable[Job]) -> None:
    """Raises UsageError where a job opens or seals values and the key is not the root's."""
    if any(job.uses_key for job in jobs) and find_keyed(ledger):
        check_key(ledger, fingerprint_key(root_key()))


def check_key(ledger: Ledger, key: str, run: Run | None = None) -> None:
    """Raises UsageError where rows that are there were hashed and sealed with another key than the
    one of this fingerprint: a row loaded again would not be known, no value could be opened.
    """
    last = find_keyed(ledger, run)
    if last is not None and last.hash_key != key:
        raise UsageError(
            f"The key is not the one this root was loaded with: its fingerprint is {key}, that of "
            f"run {last.number} was {last.hash_key}.",
            cure="Set HOLDFAST_KEY to the key of that run (docs/operations.md says where it lies).",
        )


def find_keyed(ledger: Ledger, run: Run | None = None) -> Run | None:
    """The newest run that was published (or is `run`) and hashed rows or changed the key."""
    own = run.number if run else None
    known = [
        other
        for other in ledger.runs.values()
        if other.hash_key
        and (other.inputs or other.row_key)
        and (other.number in ledger.manifests or other.number == own)
    ]
    return known[-1] if known else None


def find_row_key(ledger: Ledger) -> str:
    """The key of row hashes, wrapped under the root's, since the root's was last changed; empty
    where it follows from it.
    """
    found = [run.row_key for run in ledger.runs.values() if run.number in ledger.manifests]
    return next((key for key in reversed(found) if key), "")
