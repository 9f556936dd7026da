"""The raw inputs that a run began with, and the key that their rows are hashed with."""

from collections.abc import Sequence

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.runs.ledger import Ledger
from holdfast.jobs.runtime.runs.records import Run


def pin_inputs(
    ledger: Ledger, run: Run, digests: Sequence[str], key: str, *, anew: bool = False
) -> frozenset[str]:
    """Record the inputs of a run before its first write; a resumed run gets back those it began
    with, unless it begins `anew` because no row of them was written: then a mended file counts.
    `key` is the key's fingerprint, empty where nothing is hashed.

    Raises UsageError where rows that are there were hashed with another key: a row loaded again
    would not be known.
    """
    known = [other for other in ledger.runs.values() if other.hash_key and other.inputs]
    loaded = [one for one in known if one.number in ledger.manifests or one.number == run.number]
    if key and loaded and loaded[-1].hash_key != key:
        raise UsageError(
            f"The key is not the one this root was loaded with: its fingerprint is {key}, that of "
            f"run {loaded[-1].number} was {loaded[-1].hash_key}.",
            cure="Set HOLDFAST_KEY to the key of that run (docs/operations.md says where it lies).",
        )
    if run.inputs is None or (anew and run.inputs != frozenset(digests)):
        ledger.record(run, "inputs", detail={"digests": sorted(digests), "hash_key": key})
    return run.inputs or frozenset()
