from dataclasses import replace

from holdfast.jobs.stages.report.page import render
from tests.jobs.stages.report import fake


def test_a_horizon_that_was_never_tested_is_said_to_be_so() -> None:
    data = fake.retailer()
    tested = replace(data, values=data.values.assign(is_extrapolated=False))
    pages = [" ".join(render(one).split()) for one in (data, tested)]
    said = "No forecast of 12 months was compared with what came: it is that of 90 days"
    assert [said in page for page in pages] == [True, False]
    assert "customers fell inside that of 90 days" in pages[0]
    assert "customers fell inside theirs" in pages[1]
