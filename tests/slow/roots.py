"""Runs as a user starts them, and what stands in a root afterwards, read without Spark."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd
from deltalake import DeltaTable

from holdfast.jobs.cli.bootstrap import open_runner
from holdfast.jobs.runtime.runs.records import Run
from tests.sealed import opened

KEY: Final = "5a" * 32
NAMED: Final = re.compile(r"[0-9a-f]{64}|Timestamp\('[^']+', tz='UTC'\)")
# What may differ between two roots with the same content: when a row was written, and under which
# number.
OF_THE_RUN: Final = {
    "run_number",
    "identity_run",
    "ingested_at",
    "at",
    "model_version",
    "artifact_uri",
}


def holdfast(
    *words: str, root: Path, crash_at: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """A `holdfast` command in a process of its own, under the key that conftest sets."""
    given = {**os.environ, "HOLDFAST_CRASH_AT": crash_at, **variables}
    return subprocess.run(
        [sys.executable, "-m", "holdfast", *words, "--root", str(root)],
        env=given,
        text=True,
        capture_output=True,
        check=False,
        timeout=1800,
    )


def run(
    root: Path, *words: str, crash_at: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """`holdfast run` in the tiny environment on the newest day; must end well unless it is to
    crash.
    """
    done = holdfast(
        "run",
        *words,
        "--env",
        "mini",
        "--as-of",
        "latest",
        root=root,
        crash_at=crash_at,
        **variables,
    )
    assert done.returncode == (-9 if crash_at else 0), (
        f"{done.returncode}: {done.stdout[-1500:]}{done.stderr[-1500:]}"
    )
    return done


def run_here(root: Path, *jobs: str, resume: bool = False) -> Run | None:
    """The same run in the session of the tests, which is warm: the run, or None where nothing had
    changed.
    """
    with open_runner("mini", str(root), [], as_of="latest", quiet=True) as runner:
        return runner.run(jobs, resume=resume)


def with_deliveries(source: Path, root: Path, deliveries: Iterable[int]) -> Path:
    """A new root with the first load, and the named later deliveries laid beside it."""
    shutil.copytree(source / "raw", root / "raw")
    for number in deliveries:
        deliver(source, root, number)
    return root


def deliver(source: Path, root: Path, number: int) -> None:
    """What a vendor's transfer does at night: new files in the folders of raw/."""
    shutil.copytree(source / "deliveries" / str(number), root / "raw", dirs_exist_ok=True)


def manifests(root: Path) -> dict[int, dict[str, int]]:
    """Published runs: table to version."""
    rows = DeltaTable(root / "gold" / "published_runs").to_pyarrow_table().to_pylist()
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["run_number"], {})[row["table_name"]] = row["table_version"]
    return found


def table(root: Path, name: str, run_number: int | None = None) -> pd.DataFrame:
    """A table as a run (default: the last) published it."""
    published = manifests(root)
    version = published[run_number or max(published)][name]
    layer, _, short = name.partition(".")
    frame: pd.DataFrame = (
        DeltaTable(root / layer / short, version=version).to_pyarrow_table().to_pandas()
    )
    return frame


def lines(
    frame: pd.DataFrame, names: Mapping[str, str], without: Iterable[str] = OF_THE_RUN
) -> list[str]:
    """Rows as sorted text, tokens and instants replaced by what `names` says they stand for."""
    kept = frame[sorted(set(frame.columns) - set(without))]
    rows = (
        "|".join(f"{name}={value!r}" for name, value in zip(kept.columns, row, strict=True))
        for row in kept.itertuples(index=False, name=None)
    )
    return sorted(NAMED.sub(lambda found: names.get(found[0], found[0]), row) for row in rows)


def vault(root: Path) -> dict[str, str]:
    """Token to party, kind and value; the party of a refused row is named after its run and stays
    out.
    """
    rows = opened_vault(root)
    return {
        row[
            "token"
        ]: f"{'' if row['kind'] == 'raw' else row['party_id']}/{row['kind']}/{row['value']}"
        for row in rows
    }


def opened_vault(root: Path) -> list[dict[str, Any]]:
    """The rows of the vault with their values as text."""
    version = manifests(root)[max(manifests(root))]["silver.pii_vault"]
    found = DeltaTable(root / "silver" / "pii_vault", version=version)
    return opened(found.to_pyarrow_table().to_pylist(), bytes.fromhex(KEY))


def openings(root: Path) -> dict[str, str]:
    """The instants at which runs were opened: what a row has for a time when its
    source gave none.
    """
    rows = DeltaTable(root / "ops" / "runs").to_pyarrow_table().to_pandas()
    return {repr(at): "the run's opening" for at in rows[rows["event"] == "opened"]["at"]}


def content(root: Path, *layers: str) -> dict[str, list[str]]:
    """Every published table of the layers (default: all but the ops logs), as `lines`."""
    names = {**vault(root), **openings(root)}
    chosen = layers or ("bronze", "silver", "features", "gold")
    return {
        name: lines(_readable(root, name), names)
        for name in manifests(root)[max(manifests(root))]
        if name.partition(".")[0] in chosen and name != "gold.published_runs"
    }


def _readable(root: Path, name: str) -> pd.DataFrame:
    is_sealed = name == "silver.pii_vault"
    return pd.DataFrame(opened_vault(root)) if is_sealed else table(root, name)


def differences(left: dict[str, list[str]], right: dict[str, list[str]]) -> list[str]:
    """What stands in one content and not in the other, a few rows a table."""
    found = [f"only one has {name}" for name in sorted(left.keys() ^ right.keys())]
    for name in sorted(left.keys() & right.keys()):
        ours, theirs = set(left[name]), set(right[name])
        if left[name] != right[name]:
            found.append(
                f"{name}: {len(left[name])} and {len(right[name])} rows; only left "
                f"{sorted(ours - theirs)[:2]}; "
                f"only right {sorted(theirs - ours)[:2]}"
            )
    return found
