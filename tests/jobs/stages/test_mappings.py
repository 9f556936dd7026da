"""A changed mapping is seen, and no source's rows are lost over it."""

import pytest

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.config.sources import load_packaged
from holdfast.jobs.runtime.runs.fingerprint import digest_mappings
from holdfast.jobs.stages.mappings import list_changed
from holdfast.transformations.sources.contract import Source
from holdfast.transformations.sources.mapping import parse_mapping
from tests.jobs.test_standardise import ORDERS, TARGET

MAPPING = {**ORDERS, "targets": [TARGET]}


def digest(**changes: object) -> str:
    raw = parse_mapping("shop", "orders", {**MAPPING, **changes})
    (found,) = digest_mappings([Source("shop", "raw/shop", (raw,))]).values()
    return found


def test_what_rows_become_is_in_the_digest_and_how_files_are_read_is_not() -> None:
    same = digest()
    assert digest(doc="Other words.", files="new*.csv", delimiter=";") == same
    other = {**TARGET, "columns": {**TARGET["columns"], "net_amount": "2"}}
    filtered = {**TARGET, "filters": {"ok": "ok"}}
    changes = [{"targets": [other]}, {"targets": [filtered]}, {"time_zone": "Asia/Tokyo"}]
    assert len({same, *(digest(**change) for change in changes)}) == 4


def test_the_digests_of_the_packaged_mappings_are_those_of_another_process() -> None:
    sources = [Source(raw.source, "", (raw,)) for raw in load_packaged()]
    assert digest_mappings(sources) == digest_mappings(sources)
    assert "0x" not in repr(sources), "no address of an object is in what is hashed"


def test_a_change_is_of_exports_that_were_there_before() -> None:
    before = {"shop/orders": "a", "shop/lines": "b"}
    assert list_changed(before, {**before, "till/orders": "c"}) == []
    assert list_changed({}, before) == []
    assert list_changed(before, {"shop/orders": "z", "shop/lines": "b"}) == ["shop/orders"]
    assert list_changed(before, {"shop/orders": "a"}) == []
    with pytest.raises(UsageError, match="there is no mapping of shop/lines in this run"):
        list_changed(before, {"shop/orders": "z"})
