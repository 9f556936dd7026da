"""The two Delta jars: fetched once through Spark's own resolver, checked, cached, so that sessions
need no network.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from holdfast.jobs.runtime.config.errors import MachineError
from holdfast.jobs.runtime.config.places import cache_folder

DELTA: Final = "4.4.0"
JARS: Final = {
    f"delta-spark_4.2_2.13-{DELTA}.jar": (
        "27d4fd8b1f879535c573ed1c718177d6a27f24d3e626ba02e216369725721ead"
    ),
    f"delta-storage-{DELTA}.jar": (
        "c46735481fa8e326b0957be02b4420cbcab4b325bb08009b7f2045a95133f1cc"
    ),
}
_FETCH = """
import sys
from pyspark.sql import SparkSession
session = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
           .config("spark.jars.ivy", sys.argv[1]).getOrCreate())
for artifact in sys.argv[2:]:
    session.sql(f"ADD JAR 'ivy://io.delta:{artifact}?transitive=false'")
"""


def missing_jars() -> list[str]:
    """Names of the jars that are not in the cache with the right digest."""
    folder = cache_folder() / "jars"
    return [name for name, sha256 in JARS.items() if not _is_right(folder / name, sha256)]


def jar_paths() -> list[Path]:
    """The cached jars. Raises MachineError with the cure when one is missing."""
    missing = [name for name in JARS if not (cache_folder() / "jars" / name).is_file()]
    if missing:
        raise MachineError(
            f"The Delta jars are not in the cache: {', '.join(missing)}.",
            cure="Run `holdfast fetch-jars` once while the network is there.",
        )
    return [cache_folder() / "jars" / name for name in JARS]


def fetch_jars(echo: Callable[[str], None]) -> None:
    """Bring what is missing into the cache; Ivy settings and mirrors of the user count."""
    missing = missing_jars()
    if not missing:
        echo(f"Both jars are in {cache_folder() / 'jars'}.")
        return
    _check_pyspark()
    with tempfile.TemporaryDirectory(prefix="holdfast-ivy-") as ivy:
        stderr = _download(missing, Path(ivy))
        for name in missing:
            found = next(Path(ivy).rglob(f"*{name}"), None)
            if found is None:
                raise MachineError(
                    f"{name} could not be fetched.\n{stderr[-800:]}",
                    cure="Check the network or your Ivy settings, then fetch again.",
                )
            _keep(found, name)
            echo(f"{name} is in the cache.")


def _check_pyspark() -> None:
    if find_spec("pyspark") is None:
        raise MachineError(
            "The jars come through Spark's own resolver, and pyspark is not installed.",
            cure="pip install 'holdfast[local]'",
        )


def _download(names: Sequence[str], ivy: Path) -> str:
    """Have Spark resolve the jars into a folder; what it wrote to stderr."""
    artifacts = [name.removesuffix(".jar").rpartition("-") for name in names]
    words = [f"{name}:{version}" for name, _, version in artifacts]
    ran = subprocess.run(
        [sys.executable, "-c", _FETCH, str(ivy), *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYSPARK_PYTHON": sys.executable},
    )
    return ran.stderr


def _keep(found: Path, name: str) -> None:
    """Put a fetched jar into the cache, whole or not at all."""
    if not _is_right(found, JARS[name]):
        raise MachineError(
            f"{name} came with another digest than expected.",
            cure="A mirror served a different file: do not use it.",
        )
    target = cache_folder() / "jars" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(found, target.with_suffix(".new"))
    target.with_suffix(".new").replace(target)


def _is_right(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256
