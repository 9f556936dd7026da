"""The section on segments, stages and tiers."""

from dataclasses import replace

from holdfast.jobs.stages.report.base import describe_base
from holdfast.jobs.stages.report.model import empty
from holdfast.jobs.stages.report.page import render
from tests.jobs.stages.report import fake


def test_segments_stand_by_size_with_what_their_people_do() -> None:
    base = describe_base(fake.retailer())
    assert base is not None
    loyal, at_risk = base.segments
    assert (loyal.label, loyal.share, at_risk.share) == ("Brand loyalists", 1.0, 0.25)
    assert loyal.value == "80\u00a0%"
    assert loyal.facts == ("$189 per order, 21.6 orders a year, 10\u00a0% at a discount",)
    assert at_risk.facts[0].endswith("44\u00a0% expected to leave")


def test_stages_and_tiers_count_all_they_are_known_of() -> None:
    base = describe_base(fake.retailer())
    assert base is not None
    assert [(bar.label, bar.value) for bar in base.stages] == [
        ("Active", "320 · 80\u00a0%"),
        ("Lapsed", "80 · 20\u00a0%"),
    ]
    assert [bar.label for bar in base.tiers] == ["Top tier", "Bottom tier"]


def test_moves_are_of_those_who_were_there_before() -> None:
    base = describe_base(fake.retailer())
    assert base is not None
    assert base.moved == (
        "Since 1 December 2025, 12 customers fell silent beyond their own rhythm, and 5 customers "
        "came back."
    )
    assert base.moves["columns"] == ["At risk", "Brand loyalists"]
    assert base.moves["rows"][0] == ("At risk", [("76", 0.95), ("4", 0.05)])


def test_a_root_without_labels_has_no_such_section() -> None:
    whole = fake.retailer()
    nothing = {name: empty(name) for name in ("segments", "labels", "moves")}
    pages = [render(one) for one in (whole, replace(whole, **nothing))]
    assert ["Who is in the base" in page for page in pages] == [True, False]
