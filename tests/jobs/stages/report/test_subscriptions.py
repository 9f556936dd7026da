from dataclasses import replace

from holdfast.jobs.stages.report.model import empty
from holdfast.jobs.stages.report.page import render
from holdfast.jobs.stages.report.subscriptions import describe_subscriptions
from tests.jobs.stages.report import fake


def test_the_largest_currency_and_the_nearest_horizon_come_first() -> None:
    dollars, year, euros = describe_subscriptions(fake.retailer())
    assert dollars == (
        "224 running subscriptions are expected to be renewed 993 times in 90 days, for $29.9k; "
        "98\u00a0% last that long."
    )
    assert "renewed 3,891 times in 12 months, for $117k; 92\u00a0% last" in year
    assert euros.startswith("10 running subscriptions") and "€" in euros


def test_a_shop_without_subscriptions_reads_nothing_of_them() -> None:
    whole = fake.retailer()
    pages = [render(one) for one in (whole, replace(whole, subscriptions=empty("subscriptions")))]
    assert ["What subscriptions will bring" in page for page in pages] == [True, False]
