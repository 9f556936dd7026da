"""A file in a vendor's layout is named as such before anybody maps it."""

import re
from pathlib import Path
from types import ModuleType

import pytest

from holdfast.jobs.stages.suggestion import suggest_mapping
from tests.jobs.vendors.conftest import WRITTEN, name_of


@pytest.mark.parametrize("vendor", WRITTEN, ids=name_of)
def test_every_export_of_a_packaged_layout_is_recognised(
    vendor: ModuleType, tmp_path: Path
) -> None:
    vendor.first_day(tmp_path)
    vendor.second_day(tmp_path)
    files = [path for path in sorted(tmp_path.iterdir()) if path.name != "invoice_line_item.csv"]
    for path in files:
        table = re.split(r"[-.]|_export", path.name)[0]
        said = suggest_mapping(path)
        assert f"the columns of {name_of(vendor)}/{table}, which comes with Holdfast" in said
