"""The packaged destinations keep what they promised; whoever writes one hears of every fault."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast.jobs.runtime.config.errors import EXIT_INPUT, EXIT_USAGE, InputError, UsageError
from holdfast.jobs.stages.exports.destinations import read_destination, read_destinations
from tests.fixtures.published_properties import PUBLISHED

OWN = {
    "id": "crm",
    "title": "Our CRM",
    "format": "csv",
    "identifiers": {"Id": {"holds": "customer_id"}},
    "purpose": "marketing",
    "channel": "sms",
    "clears": False,
    "properties": {"Band": {"column": "risk_band", "type": "string"}},
}


def write(folder: Path, name: str, **changed: Any) -> None:
    text = yaml.safe_dump({**OWN, "id": name, **changed})
    (folder / f"{name}.yml").write_text(text, encoding="utf-8")


def test_a_property_once_published_keeps_its_type_for_ever() -> None:
    now = {name: dict(known.shape) for name, known in read_destinations("").items()}
    assert {name: PUBLISHED.get(name, {}) | shape for name, shape in now.items()} == PUBLISHED
    for name, shape in now.items():
        assert set(shape) <= set(PUBLISHED[name]), "record it in tests/fixtures"


def test_the_packaged_ones_ask_for_consent_to_marketing_and_never_send_an_address_alone() -> None:
    for known in read_destinations("").values():
        assert (known.purpose, known.channel) == ("marketing", "email")
        assert {"customer_id", "external_id"} & set(known.held)


def test_a_file_of_ones_own_replaces_the_one_of_its_name_and_others_are_added(
    tmp_path: Path,
) -> None:
    write(tmp_path, "crm")
    write(tmp_path, "braze", title="Our Braze")
    found = read_destinations(str(tmp_path))
    assert list(found) == ["braze", "crm", "csv", "klaviyo"]
    assert found["braze"].title == "Our Braze"
    assert read_destination("crm", str(tmp_path)).channel == "sms"


def test_all_faults_of_all_files_are_one_error_by_file_and_key(tmp_path: Path) -> None:
    sums = {"column": "expected_90d_amount", "type": "string"}
    write(tmp_path, "crm", colour="red", properties={"Sum": sums, "=Band": OWN["properties"]})
    write(tmp_path, "shop", id="other", identifiers={"Id": {"holds": "external_id"}})
    write(tmp_path, "till", max_rows=0, properties={"A": {"column": "email", "type": "string"}})
    (tmp_path / "torn.yml").write_text("id: [", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_destinations(str(tmp_path))
    said = caught.value.problem
    for fault in (
        "properties.Sum: type string: expected_90d_amount is a number, and the type of a "
        "property never changes",
        "unknown key colour",
        "crm.yml: properties.=Band",
        "shop.yml: id: write shop, as the file is called",
        "shop.yml: ids_of is missing",
        "till.yml: max_rows: must be greater than or equal to 1, got 0",
        "email is not among what the outbox holds: churn_probability",
        "torn.yml: not YAML",
    ):
        assert fault in said, fault
    assert caught.value.exit_code == EXIT_INPUT
    assert "docs/destinations.md" in caught.value.cure


def test_an_unknown_destination_is_answered_with_those_that_are_known() -> None:
    with pytest.raises(UsageError, match=r"no destination mailchimp: .*braze, csv, klaviyo") as e:
        read_destination("mailchimp", "")
    assert e.value.exit_code == EXIT_USAGE and "mailchimp.yml" in e.value.cure
