"""The page says what the figures say, to people and to screen readers, and fetches nothing."""

import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import binom

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.stages.report.lists import list_parts
from holdfast.jobs.stages.report.model import COLUMNS, ReportData
from holdfast.jobs.stages.report.page import locate_page, render
from tests.jobs.stages.report import fake

EVERY = pytest.mark.parametrize("shop", ["retailer", "grocer", "beginner", "nobody"])
CHANCES = {band: chance for band, (_, chance, _) in fake.BANDS.items()}
EMPTY = {"meta", "br", "img", "path", "rect", "line"}


class Reader(HTMLParser):
    """Checks that what is opened is closed, and gathers words, headings and attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.heads: list[int] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in EMPTY:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.heads.append(int(tag[1]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert tag in EMPTY or self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@cache
def page_of(shop: str) -> str:
    """The page of one of the shops of fake.py."""
    return render(getattr(fake, shop)())


@EVERY
def test_the_page_is_well_formed_and_fetches_nothing(shop: str) -> None:
    page = page_of(shop)
    read = Reader(page)
    assert read.open == []
    assert page.startswith("<!doctype html>")
    fetched = [
        item
        for item in read.attributes
        if item[1] in ("src", "href", "xlink:href", "srcset") and item[0] != "a"
    ]
    assert fetched == [] and "://" not in page and "@import" not in page and "<script" not in page
    assert set(re.findall(r"url\((.)", page)) <= {"#"}
    ids = [value for _, name, value in read.attributes if name == "id"]
    assert len(ids) == len(set(ids))


@EVERY
def test_links_lead_to_the_lists_beside_the_page_alone(shop: str) -> None:
    data = getattr(fake, shop)()
    read = Reader(render(data, "customers of May"))
    links = {value for tag, name, value in read.attributes if (tag, name) == ("a", "href")}
    lists = ["customers_at_risk", *(one.name for one in list_parts(data))]
    assert links <= {f"customers%20of%20May/{name}.csv" for name in lists}
    assert shop == "nobody" or "customers%20of%20May/customers_at_risk.csv" in links


@EVERY
def test_headings_descend_by_one_and_every_chart_and_table_has_words(shop: str) -> None:
    page = page_of(shop)
    heads = Reader(page).heads
    assert heads[0] == 1 and all(after - before <= 1 for before, after in pairwise(heads))
    assert page.count("<table") == page.count("<caption")
    charts = re.findall(r"<svg[^>]*viewBox[^>]*>", page)
    assert all('role="img"' in chart and 'aria-label="' in chart for chart in charts)


@EVERY
def test_no_missing_value_leaks_onto_the_page(shop: str) -> None:
    assert not re.search(r"\b(nan|None|NaT|inf)\b", Reader(page_of(shop)).text)


@EVERY
def test_charts_take_their_colours_from_the_page(shop: str) -> None:
    drawn = " ".join(re.findall(r"<svg.*?</svg>", page_of(shop), re.DOTALL))
    assert not re.search(r'(fill|stroke)="(#|rgb)', drawn)


def test_the_headline_is_the_leavers_expected_of_everybody_and_the_money_lost_if_they_go() -> None:
    scored = fake.retailer().customers.query("score_status == 'scored'")
    leavers = round(float((scored["customers"] * scored["risk_band"].map(CHANCES)).sum()))
    amount = f"${scored['at_risk_amount'].sum() / 1000:.0f}k"
    text = Reader(page_of("retailer")).text
    assert (
        f"{leavers} of {scored['customers'].sum():,} active customers are expected to leave in "
        f"the next 90 days, and {amount} with them." in text
    )


def test_leavers_are_said_with_what_chance_makes_of_them_in_all_and_in_each_band() -> None:
    scored = fake.retailer().customers.query("score_status == 'scored'")
    text = Reader(page_of("retailer")).text
    sizes = scored.groupby("risk_band")["customers"].sum()
    for band, chance in CHANCES.items():
        expected = round(sizes[band] * chance)
        # equal customers: their leavers are binomial
        low, high = binom.ppf([0.025, 0.975], sizes[band], chance).astype(int)
        found = re.search(rf"{expected} expected to leave; (\d+) to (\d+) in 95 of 100 cases", text)
        assert found and abs(int(found[1]) - low) <= 1 and abs(int(found[2]) - high) <= 1


def test_leavers_that_were_expected_stand_beside_those_who_left() -> None:
    text = Reader(page_of("retailer")).text
    assert "403 leavers were expected and 387 left, inside the interval of 363 to 443" in text
    assert "134 left, 139 were expected, 125 to 153 in 95 of 100 cases" in text  # 188 at .74


def test_a_rule_that_knows_more_than_the_probabilities_is_named() -> None:
    data = fake.retailer()
    assert (
        "left more often than their probabilities said, beyond what chance explains: "
        "An urgent ticket is not solved." in Reader(page_of("retailer")).text
    )
    quiet = data.metrics[data.metrics["slice"] != "rule=urgent_ticket"]
    assert "No rule raises an alarm of its own" in Reader(render(replace(data, metrics=quiet))).text


def test_money_of_two_currencies_is_never_added() -> None:
    data = fake.retailer()
    foreign = data.customers.head(4).assign(currency="EUR", expected_amount=1e9, at_risk_amount=1e9)
    both = replace(data, customers=pd.concat([data.customers, foreign], ignore_index=True))
    text = Reader(render(both)).text
    assert (
        "bn" not in text
        and f"{foreign['customers'].sum()} customers who pay in another currency" in text
    )


def test_under_rules_alone_there_are_signs_and_no_chance_to_leave() -> None:
    text = Reader(page_of("beginner")).text
    assert (
        "too little history to train a churn model: 1,893 customers are banded by written rules "
        "alone" in text
    )
    assert (
        "Long without any contact" in text
        and "Chance to leave" not in text
        and "Value at risk" not in text
    )
    assert "1 of 3 checks do not hold" in text


def test_whoever_may_not_be_contacted_is_named_as_such() -> None:
    text = Reader(page_of("retailer")).text
    assert "says whether the newest consent allows marketing by email" in text
    assert "1000 no Web shop" in text and "1037 yes App" in text  # as fake.top_customers has it


def test_with_one_channel_no_table_of_channels_is_shown() -> None:
    text = Reader(page_of("grocer")).text
    assert "by the channel" not in text and "Reasons by channel" not in text
    assert "Visits of 180 days: 3, against 71 usually" in text


def test_evidence_is_said_as_people_say_it() -> None:
    text = Reader(page_of("retailer")).text
    assert "Visits of 30 days against the customer’s own year: \N{MINUS SIGN}67 %" in text
    assert "Orders with a discount against the customer’s own year: +38 points" in text


def test_customers_of_whom_no_row_says_why_are_counted_beside_the_reasons() -> None:
    data = fake.grocer()
    risk = data.customers[data.customers["risk_band"].isin(["high", "medium"])]
    sums = risk.groupby("top_reason")["customers"].sum()
    text = Reader(page_of("grocer")).text
    share = round(100 * sums["unclear"] / sums.sum())
    assert f"Of {sums['unclear']} customers more at risk ({share} % of all)" in text
    assert "Unclear" not in text


def test_where_causes_are_known_the_page_has_the_confusion_matrix() -> None:
    text = Reader(page_of("retailer")).text
    assert "Known causes: macro-F1 0.64, a cause named to 75 % of those" in text
    assert "Price 70 10 10 10 10 10" in text and "No cause 10 10 10 10 10 10" in text
    assert "Trees trained on the true causes, same rows 0.66" in text
    assert "Known causes" not in Reader(page_of("grocer")).text


def test_what_a_source_says_is_text_and_never_markup() -> None:
    data = fake.retailer()
    page = render(
        replace(data, quarantine=data.quarantine.assign(reasons="<img src=x onerror=alert(1)>"))
    )
    assert "<img" not in page


def test_a_frame_without_a_column_is_refused() -> None:
    with pytest.raises(ValueError, match="jobs lacks commits"):
        ReportData(
            fake.FACTS,
            jobs=pd.DataFrame(columns=[name for name in COLUMNS["jobs"] if name != "commits"]),
        )


def test_a_page_for_an_object_store_needs_a_path() -> None:
    with pytest.raises(UsageError, match="cannot be written under"):
        locate_page(Path("s3://bucket/root"), "")


def test_a_page_needs_an_ending_to_leave_its_name_to_the_lists() -> None:
    with pytest.raises(UsageError, match="no ending"):
        locate_page(Path("root"), "out/report")
