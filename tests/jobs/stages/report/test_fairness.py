"""What the page says of groups that are not treated alike."""

from dataclasses import replace

from holdfast.jobs.stages.report.fairness import describe_fairness
from tests.jobs.stages.report import fake
from tests.jobs.stages.report.fake_data_quality import frame

SPACE = "\u00a0"
ALIKE = ("sex", "male", "action_share", 0.2, 0.21, 1.0, False, None)
LESS = ("sex", "female", "action_share", 0.0, 0.6, 0.002, True, None)
CHEAPER = ("age_band", "65+", "cost_amount", 1.0, 3.0, 0.001, True, "USD")


def describe(*rows: tuple[object, ...]) -> str:
    return describe_fairness(replace(fake.retailer(), fairness=frame("fairness", list(rows))))


def test_alike_groups_are_one_sentence() -> None:
    assert describe(ALIKE, ALIKE) == (
        "By sex groups are scored and treated alike: none of 2 comparisons lies beyond chance."
    )


def test_groups_that_are_not_alike_are_named_the_surest_first() -> None:
    said = describe(ALIKE, LESS, CHEAPER)
    assert said.startswith(
        "Beyond chance, not all groups are scored and treated alike: spend on each of age band 65+ "
    )
    assert f"; share treated of sex female 0{SPACE}%, of others 60{SPACE}% (gold" in said
    assert "male" not in said.replace("female", "")
    assert "; and 1 more (gold.fairness_audits)." in describe(*[LESS] * 6)


def test_without_attributes_the_page_says_how_to_bring_them() -> None:
    assert "a file in audit/" in describe_fairness(fake.retailer())
