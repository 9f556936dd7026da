"""Which sources there are, and what an instance says before its mapping does."""

from importlib.resources import files
from pathlib import Path

import pytest

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.config.sections import SourceInstance, SourcesSettings
from holdfast.jobs.runtime.config.sources import load_sources
from tests.fixtures import exports

PACKAGED = files("holdfast").joinpath("conf", "sources")


@pytest.fixture
def mappings(tmp_path: Path) -> str:
    folder = exports.mappings(tmp_path / "sources")
    orders = folder / "odd" / "orders.yml"
    orders.write_text(f"time_zone: Asia/Tokyo\n{orders.read_text()}", encoding="utf-8")
    return str(folder)


def test_an_instances_time_zone_goes_before_its_mappings(mappings: str) -> None:
    instances = {
        "plain": SourceInstance(mapping="odd"),
        "moved": SourceInstance(mapping="odd", time_zone="Europe/Berlin"),
        "silent": SourceInstance(mapping="shop"),
    }
    found = load_sources(SourcesSettings(instances=instances, folder=mappings), "root")
    zones = {source.name: {raw.time_zone for raw in source.tables} for source in found}
    assert zones == {"plain": {"Asia/Tokyo"}, "moved": {"Europe/Berlin"}, "silent": {None}}


def test_an_unknown_time_zone_of_an_instance_is_refused_with_a_cure() -> None:
    with pytest.raises(ValueError, match=r"IANA list: write one such as Europe/Berlin"):
        SourceInstance(time_zone="Mars/Olympus")


def test_folders_with_mappings_of_their_name_are_sources_and_one_can_be_asked_for(
    mappings: str, tmp_path: Path
) -> None:
    for name in ("odd", "shop", "unknown"):
        (tmp_path / "root" / "raw" / name).mkdir(parents=True)
    asked = SourcesSettings(instances={}, folder=mappings)
    root = str(tmp_path / "root")
    assert [source.name for source in load_sources(asked, root)] == ["odd", "shop"]
    (only,) = load_sources(asked, root, only="shop", path="elsewhere")
    assert (only.name, only.folder) == ("shop", "elsewhere")
    with pytest.raises(UsageError, match="no mapping for the source unknown"):
        load_sources(asked, root, only="unknown")


def test_folders_of_audit_are_read_by_one_mapping_under_the_name_of_their_people(
    mappings: str, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    for folder in ("raw/shop", "audit/shop", "audit/till", "audit/attributes/_delta_log"):
        (root / folder).mkdir(parents=True)
    asked = SourcesSettings(instances={}, folder=mappings)
    found = [(one.name, one.folder) for one in load_sources(asked, str(root))]
    assert found == [
        ("shop", f"{root}/raw/shop"),
        ("shop", f"{root}/audit/shop"),
        ("till", f"{root}/audit/till"),
    ]
    targets = {
        raw.targets[0].table.name
        for one in load_sources(asked, str(root))[1:]
        for raw in one.tables
    }
    assert targets == {"audit.attributes"}
    assert [one.folder for one in load_sources(asked, str(root), only="shop")] == [
        f"{root}/raw/shop",
        f"{root}/audit/shop",
    ]


@pytest.mark.parametrize("name", sorted(entry.name for entry in PACKAGED.iterdir()))
def test_every_mapping_of_the_package_is_well_formed(name: str) -> None:
    asked = SourcesSettings(instances={name: SourceInstance()}, folder="")
    (source,) = load_sources(asked, "root")
    assert source.tables
