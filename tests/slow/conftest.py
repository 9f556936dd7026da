"""A generated retailer of 150 customers in four deliveries, and one clean run over all of it, made
once.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.cli.bootstrap import open_runner, run_standalone
from tests.slow import policy_runs
from tests.slow.roots import KEY, manifests, run_here, with_deliveries


@pytest.fixture(scope="session", autouse=True)
def one_key() -> Iterator[None]:
    """One key for all roots, here and in processes that tests start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_KEY", KEY)
        yield


@pytest.fixture(scope="session")
def retailer(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with raw exports only: raw/ and deliveries/2 to 4."""
    root = tmp_path_factory.mktemp("retailer")
    made = ["synthetic.customers=150", "synthetic.deliveries=4"]
    with open_runner("mini", str(root), made, quiet=True) as runner:
        run_standalone(runner, "generate")
    return root


@pytest.fixture(scope="session")
def clean(spark: SparkSession, retailer: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root after one undisturbed run over all deliveries. Tests read it."""
    root = with_deliveries(retailer, tmp_path_factory.mktemp("clean") / "root", (2, 3, 4))
    run_here(root)
    return root


@pytest.fixture(scope="session")
def two_clean_runs(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What two undisturbed runs of tests/fixtures/policies.py leave behind."""
    root = tmp_path_factory.mktemp("policies") / "root"
    for numbers in (policy_runs.FIRST, policy_runs.SECOND):
        policy_runs.feed(root, numbers)
        policy_runs.run_here(spark, root)
    assert sorted(manifests(root)) == [1, 2]
    return policy_runs.content(root)
