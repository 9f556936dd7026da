"""A generated retailer of 150 customers in four deliveries, and one clean run over all of it, made once."""

from pathlib import Path

import pytest

from tests.slow.roots import holdfast, run, with_deliveries


@pytest.fixture(scope="session")
def retailer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with raw exports only: raw/ and deliveries/2 to 4."""
    root = tmp_path_factory.mktemp("retailer")
    made = holdfast("generate", "--customers", "150", "--deliveries", "4", "--env", "mini", root=root)
    assert made.returncode == 0, made.stderr
    return root


@pytest.fixture(scope="session")
def clean(retailer: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root after one undisturbed run over all deliveries. Tests read it."""
    root = with_deliveries(retailer, tmp_path_factory.mktemp("clean") / "root", (2, 3, 4))
    run(root)
    return root
