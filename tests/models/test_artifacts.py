"""Models as files: what another version wrote is refused with a word on what to do."""

import json

import pytest

from holdfast.models.artifacts import (
    FORMAT,
    IncompatibleModelError,
    pack_values,
    unpack_values,
)
from holdfast.models.churn.model import ChurnModel
from tests.models.trees.ensembles import ensemble


def test_values_come_back_as_they_were() -> None:
    values = {"horizon_days": 90, "card": {"why": "first"}}
    assert unpack_values(pack_values(values)) == values


@pytest.mark.parametrize("format_", [{}, {"format": FORMAT - 1}, {"format": FORMAT + 1}])
def test_a_model_of_another_format_is_refused_with_the_cure(format_: dict[str, int]) -> None:
    nodes = ensemble(1, trees=1, depth=1).to_artifacts()
    files = {**nodes, "churn.json": json.dumps({"evaluated_on": "2025-10-01", **format_}).encode()}
    with pytest.raises(IncompatibleModelError, match="train it again"):
        ChurnModel.from_artifacts(files)
