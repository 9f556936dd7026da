"""A run begins with its inputs and one key; another key is refused before anything is written."""

from datetime import UTC, datetime
from typing import Any

import pytest

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.runs.inputs import check_jobs, check_key, find_row_key, pin_inputs
from holdfast.jobs.runtime.runs.job import Job
from holdfast.jobs.runtime.runs.ledger import Ledger
from holdfast.jobs.runtime.runs.records import Run
from holdfast.transformations.tables.silver import ORDERS, PII_VAULT


def ledger(*runs: Run, published: int) -> Ledger:
    """A ledger that knows these runs, the first few of them published, and writes nothing."""
    found: Ledger = object.__new__(Ledger)
    found.runs = {run.number: run for run in runs}
    found.manifests = {run.number: {} for run in runs[:published]}

    def record(run: Run, event: str, detail: Any) -> None:
        run.keep_detail(event, detail)

    found.record = record  # type: ignore[method-assign,assignment]  # no store is there
    return found


def run(number: int, *inputs: str, key: str = "") -> Run:
    digests = frozenset(inputs) if inputs else None
    return Run(number, "key", datetime(2025, 3, 1, tzinfo=UTC), inputs=digests, hash_key=key)


def test_a_run_begun_again_gets_back_the_inputs_that_it_began_with() -> None:
    fresh = run(1)
    known = ledger(fresh, published=0)
    assert pin_inputs(known, fresh, ["b", "a"], "k1") == {"a", "b"}
    assert pin_inputs(known, fresh, ["a", "b", "c"], "k1") == {"a", "b"}


def test_a_run_of_whose_inputs_nothing_was_written_takes_those_there_are_now() -> None:
    fresh = run(1)
    known = ledger(fresh, published=0)
    assert pin_inputs(known, fresh, ["broken", "good"], "k1") == {"broken", "good"}
    assert pin_inputs(known, fresh, ["mended", "good"], "k1", anew=True) == {"mended", "good"}
    assert pin_inputs(known, fresh, ["another"], "k1") == {"mended", "good"}


def test_another_key_than_that_of_the_rows_that_are_there_is_refused() -> None:
    fresh = run(3)
    known = ledger(run(1, "a", key="k1"), run(2, "b"), fresh, published=2)
    with pytest.raises(UsageError, match="its fingerprint is k2, that of run 1 was k1"):
        pin_inputs(known, fresh, ["c"], "k2")
    assert fresh.inputs is None
    assert pin_inputs(known, fresh, ["c"], "k1") == {"c"}
    with pytest.raises(UsageError, match="run 3"):
        pin_inputs(known, fresh, ["c"], "k2")


def test_the_key_of_an_abandoned_run_does_not_bind() -> None:
    fresh = run(2)
    known = ledger(run(1, "a", key="k1"), fresh, published=0)
    assert pin_inputs(known, fresh, ["a"], "k2") == {"a"}


def rekeyed(number: int, key: str, row_key: str) -> Run:
    found = run(number)
    found.keep_detail("rekeyed", {"hash_key": key, "row_key": row_key})
    return found


def test_after_a_change_of_the_key_the_new_one_binds_and_the_old_one_is_refused() -> None:
    known = ledger(run(1, "a", key="k1"), rekeyed(2, "k2", "wrapped"), run(3), published=3)
    check_key(known, "k2")
    with pytest.raises(UsageError, match="its fingerprint is k1, that of run 2 was k2"):
        check_key(known, "k1")
    assert find_row_key(known) == "wrapped"


def test_a_change_of_the_key_that_was_never_published_does_not_bind() -> None:
    known = ledger(run(1, "a", key="k1"), rekeyed(2, "k2", "wrapped"), published=1)
    check_key(known, "k1")
    assert find_row_key(known) == ""
    with pytest.raises(UsageError):
        check_key(known, "k2")


def test_the_newest_change_of_the_key_holds_the_key_of_row_hashes() -> None:
    changes = [rekeyed(2, "k2", "first"), rekeyed(3, "k1", "second")]
    known = ledger(run(1, "a", key="k1"), *changes, run(4, "b", key="k1"), published=4)
    assert find_row_key(known) == "second"


@pytest.mark.parametrize("edges", [{"reads": (PII_VAULT,)}, {"writes": (PII_VAULT,)}])
def test_a_job_that_opens_or_seals_values_needs_the_right_key_and_no_other_job_any(
    edges: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_KEY", "5a" * 32)
    known = ledger(run(1, "a", key="another"), published=1)
    check_jobs(known, [Job("plain", lambda _: None, reads=(ORDERS,))])
    check_jobs(ledger(run(1), published=0), [Job("first", lambda _: None, **edges)])
    with pytest.raises(UsageError, match="that of run 1 was another"):
        check_jobs(known, [Job("sealed", lambda _: None, **edges)])
