"""The doctor: what keeps Spark and Delta from working here, each fault with its cure. Starts no
JVM.
"""

import os
import platform
import re
import shutil
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from holdfast.jobs.runtime.spark.jars import DELTA, missing_jars

PYSPARK: Final = "4.2.0"
JAVA: Final = (17, 21)
ROOM: Final = 2**30
# An address that documentation owns (RFC 5737): no packet is sent, only a route is looked for.
_NOWHERE: Final = ("192.0.2.1", 9)


@dataclass(frozen=True)
class Machine:
    """What the checks look at; tests make one for each fault.

    `java_version` is the major one, None where it is not known; versions of Python packages are
    None where a package is not installed; `root_error` says why the root cannot be written, None
    where it can; `free_bytes` is the room on its disk, None for a root that is no local folder;
    `java_home` is the variable JAVA_HOME, which goes before the PATH.
    """

    java: str | None
    java_version: int | None
    pyspark: str | None
    delta_spark: str | None
    pandas: str | None
    missing_jars: tuple[str, ...]
    has_network: bool
    root: str
    root_error: str | None
    free_bytes: int | None
    system: str = "Linux"
    java_home: str = ""


@dataclass(frozen=True)
class Fault:
    """One fault: its short name, what is wrong, and what to do."""

    name: str
    problem: str
    cure: str


def check(machine: Machine) -> list[Fault]:
    """Every fault of a machine, in the order in which they are best cured."""
    return [fault for test in CHECKS if (fault := test(machine)) is not None]


def _system(machine: Machine) -> Fault | None:
    if machine.system != "Windows":
        return None
    return Fault(
        "windows", "Spark on Windows needs parts that are not on PyPI.", "Use WSL2, Linux or macOS."
    )


def _no_java(machine: Machine) -> Fault | None:
    if machine.java is not None:
        return None
    if machine.java_home:
        return Fault(
            "no_java",
            f"JAVA_HOME is {machine.java_home}, and there is no bin/java that can be run.",
            "Set it to the folder of a Java 17, the one that holds bin; or unset it, and the java "
            "of the PATH is taken.",
        )
    return Fault(
        "no_java",
        "There is no Java: JAVA_HOME is not set, and none is on the PATH.",
        "Install a Java 17 (a JDK or JRE, headless is enough) and set JAVA_HOME to its folder.",
    )


def _wrong_java(machine: Machine) -> Fault | None:
    if machine.java is None or machine.java_version in JAVA:
        return None
    found = (
        f"is Java {machine.java_version}"
        if machine.java_version
        else "does not say which Java it is"
    )
    return Fault(
        "wrong_java",
        f"{machine.java} {found}; Spark {PYSPARK} runs on Java 17 or 21.",
        "Install a Java 17 and set JAVA_HOME to its folder.",
    )


def _mismatch(machine: Machine) -> Fault | None:
    if (machine.pyspark, machine.delta_spark) == (PYSPARK, DELTA):
        return None
    return Fault(
        "version_mismatch",
        f"pyspark is {machine.pyspark or 'missing'} and delta-spark is "
        f"{machine.delta_spark or 'missing'}; they must be {PYSPARK} and {DELTA}: Delta is built "
        "for one "
        "release of Spark.",
        "Install `holdfast[local]` in an environment of its own.",
    )


def _pandas(machine: Machine) -> Fault | None:
    if machine.pandas is not None and int(machine.pandas.partition(".")[0]) < 3:
        return None
    return Fault(
        "pandas_3",
        f"pandas is {machine.pandas or 'missing'}; pyspark {PYSPARK} does not work with 3.",
        "pip install 'pandas>=2.2,<3'",
    )


def _jar(machine: Machine) -> Fault | None:
    if not machine.missing_jars or not machine.has_network:
        return None
    return Fault(
        "missing_jar",
        f"Not in the cache, or damaged: {', '.join(machine.missing_jars)}.",
        "holdfast fetch-jars",
    )


def _no_network(machine: Machine) -> Fault | None:
    if not machine.missing_jars or machine.has_network:
        return None
    return Fault(
        "no_network",
        f"There is no network, and the cache does not hold {', '.join(machine.missing_jars)}.",
        "Run `holdfast fetch-jars` with the network, or copy the folder `jars` of another "
        "machine's cache and "
        "name its parent in HOLDFAST_CACHE.",
    )


def _root(machine: Machine) -> Fault | None:
    if machine.root_error is not None:
        return Fault(
            "root",
            f"{machine.root} cannot be written: {machine.root_error}.",
            "Choose another folder with --root or HOLDFAST_ROOT, or mend its permissions.",
        )
    if machine.free_bytes is not None and machine.free_bytes < ROOM:
        return Fault(
            "root",
            f"{machine.root} has {machine.free_bytes / 2**20:.0f} MB left; at least "
            f"{ROOM // 2**20} MB are needed.",
            "Free room, or choose another disk with --root.",
        )
    return None


CHECKS: Final[tuple[Callable[[Machine], Fault | None], ...]] = (
    _system,
    _no_java,
    _wrong_java,
    _mismatch,
    _pandas,
    _jar,
    _no_network,
    _root,
)


def this_machine(root: str | Path) -> Machine:
    """Look at this machine: files, package metadata and routes only."""
    java = _java()
    error, free = _place(str(root))
    return Machine(
        str(java) if java else None,
        _major(java) if java else None,
        _installed("pyspark"),
        _installed("delta-spark"),
        _installed("pandas"),
        tuple(missing_jars()),
        _has_route(),
        str(root),
        error,
        free,
        platform.system(),
        os.environ.get("JAVA_HOME", ""),
    )


def _java() -> Path | None:
    home = os.environ.get("JAVA_HOME")
    found = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    return Path(found) if found and os.access(found, os.X_OK) else None


def _major(java: Path) -> int | None:
    """The major version in the file `release` that every Java carries; "1.8" counts as 8."""
    release = java.resolve().parent.parent / "release"
    text = release.read_text(encoding="utf-8", errors="replace") if release.is_file() else ""
    said = re.search(r'^JAVA_VERSION="(?:1\.)?(\d+)', text, re.MULTILINE)
    return int(said.group(1)) if said else None


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _has_route() -> bool:
    if any(
        os.environ.get(name) for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
    ):
        return True
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_NOWHERE)
        except OSError:
            return False
    return True


def _place(root: str) -> tuple[str | None, int | None]:
    """Why the root cannot be written, and the room on its disk; a URI is left to the platform."""
    if re.match(r"[a-z][a-z0-9+.-]+:/", root):
        return None, None
    folder = Path(root).absolute()
    while not folder.exists():
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"?")
    except OSError as error:
        return error.strerror or str(error), None
    return None, shutil.disk_usage(folder).free
