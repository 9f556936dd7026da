"""The doctor names each seeded fault, and only that one, with a cure."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from holdfast.jobs.cli import doctor
from holdfast.jobs.cli.doctor import Machine, check, this_machine
from holdfast.jobs.runtime.spark import jars

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"
SOUND = Machine(
    java="/opt/java/bin/java",
    java_version=17,
    pyspark="4.2.0",
    delta_spark="4.4.0",
    pandas="2.3.3",
    missing_jars=(),
    has_network=True,
    root="/data/shop",
    root_error=None,
    free_bytes=50 * 2**30,
)

SEEDED: list[tuple[str, dict[str, Any]]] = [
    ("no_java", {"java": None, "java_version": None}),
    ("no_java", {"java": None, "java_version": None, "java_home": "/opt/gone"}),
    ("wrong_java", {"java_version": 11}),
    ("wrong_java", {"java_version": None}),
    ("version_mismatch", {"pyspark": "4.3.0", "delta_spark": "4.1.0"}),
    ("version_mismatch", {"delta_spark": None}),
    ("pandas_3", {"pandas": "3.1.1"}),
    ("missing_jar", {"missing_jars": ("delta-storage-4.4.0.jar",)}),
    ("no_network", {"missing_jars": ("delta-storage-4.4.0.jar",), "has_network": False}),
    ("root", {"root_error": "Permission denied"}),
    ("root", {"free_bytes": 2**20}),
    ("windows", {"system": "Windows"}),
]


def test_a_sound_machine_has_no_fault() -> None:
    assert check(SOUND) == []
    assert check(replace(SOUND, java_version=21, has_network=False, free_bytes=None)) == []


@pytest.mark.parametrize(("name", "seed"), SEEDED)
def test_a_seeded_fault_is_named_alone_and_with_its_cure(name: str, seed: dict[str, Any]) -> None:
    faults = check(replace(SOUND, **seed))
    assert [fault.name for fault in faults] == [name]
    assert faults[0].problem and faults[0].cure


def test_several_faults_are_reported_at_once() -> None:
    broken = replace(SOUND, java=None, pandas="3.0.0", root_error="Read-only file system")
    assert [fault.name for fault in check(broken)] == ["no_java", "pandas_3", "root"]


def test_versions_asked_for_are_those_that_are_installed() -> None:
    pins = PYPROJECT.read_text(encoding="utf-8")
    assert f'"pyspark=={doctor.PYSPARK}"' in pins and f'"delta-spark=={jars.DELTA}"' in pins
    assert all(re.search(rf"-{re.escape(jars.DELTA)}\.jar$", name) for name in jars.JARS)


def test_java_home_goes_before_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\n")
    java.chmod(0o755)
    (tmp_path / "release").write_text('IMPLEMENTOR="x"\nJAVA_VERSION="1.8.0_402"\n')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert this_machine(tmp_path).java_version == 8
    java.unlink()
    assert this_machine(tmp_path).java is None
    (fault,) = (each for each in check(this_machine(tmp_path)) if each.name == "no_java")
    assert str(tmp_path) in fault.problem and "unset it" in fault.cure


def test_an_empty_cache_and_a_damaged_jar_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_CACHE", str(tmp_path))
    name = next(iter(jars.JARS))
    (tmp_path / "jars").mkdir()
    (tmp_path / "jars" / name).write_bytes(b"half a jar")
    assert set(this_machine(tmp_path).missing_jars) == set(jars.JARS)


def test_a_root_that_cannot_be_made_is_seen(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert this_machine(tmp_path / "file" / "root").root_error == "Not a directory"
    assert this_machine(tmp_path / "new" / "root").root_error is None
    assert this_machine("s3://bucket/root").root_error is None
