"""Learners of the known experiment, fitted once."""

import pytest

from holdfast.models.uplift.cross_fitting import CrossFit, cross_fit
from tests.models.uplift.worlds import KNOWN


@pytest.fixture(scope="session")
def fitted() -> CrossFit:
    """All learners on KNOWN."""
    return cross_fit(KNOWN)
