"""Lines of files, read back by Python's csv and json."""

import csv
import io
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from holdfast.jobs.stages.exports.destination import Destination
from holdfast.jobs.stages.exports.destinations import read_destination
from holdfast.jobs.stages.exports.files import Profile, format_profile
from holdfast.jobs.stages.exports.lines import csv_line, make_inert

KLAVIYO, BRAZE = (read_destination(name, "") for name in ("klaviyo", "braze"))
TEXT = st.text(st.characters(codec="utf-8"))  # any: quotes, commas, line breaks, other scripts
LIVE = tuple("=+-@\t\r\n")
AMOUNT = st.decimals(-(10**12), 10**12, places=2).map(str)


def profile(destination: Destination, band: str | None, amount: str | None) -> Profile:
    """A profile of which the two and the day are known."""
    known = {"risk_band": band, "expected_90d_amount": amount, "last_order_on": "2026-01-02"}
    return Profile(7, "k7", "ann@x.example", tuple(map(known.get, destination.columns)))


@given(st.lists(TEXT, min_size=2))
def test_a_record_reads_back_as_it_was_written(cells: list[str]) -> None:
    line = csv_line(cells).decode()
    assert line.endswith("\r\n")
    assert list(csv.reader(io.StringIO(line, newline=""), strict=True)) == [cells]


def test_quotes_are_doubled_and_only_what_needs_them_is_quoted() -> None:
    assert csv_line(["a", 'say "hi"', "b,c", "", None, "d\ne"]) == (
        b'a,"say ""hi""","b,c",,,"d\ne"\r\n'
    )


@given(st.text(st.sampled_from("=+-@\t\r\n '\"a1"), min_size=1))
@example("=HYPERLINK(1)")
@example(" @SUM(A1)")
@example("\uff1d1+1")
def test_no_cell_of_text_begins_like_a_formula_and_the_rest_stays(text: str) -> None:
    found = make_inert(text)
    assert not found.startswith((*LIVE, "\uff1d"))
    assert found in (text, f"'{text}")
    begins = (text[:1], text.strip()[:1])
    assert (found == text) == all(letter not in (*LIVE, "\uff1d") for letter in begins)


@given(band=st.none() | TEXT, amount=st.none() | AMOUNT)
@example(band="=1+1", amount="-12.50")
def test_a_csv_profile_has_inert_text_and_numbers_as_they_are(
    band: str | None, amount: str | None
) -> None:
    line = format_profile(profile(KLAVIYO, band, amount), KLAVIYO).decode()
    cells = dict(zip(KLAVIYO.names, *csv.reader(io.StringIO(line, newline="")), strict=True))
    assert cells["Email Address"] == "ann@x.example" and cells["Klaviyo ID"] == "k7"
    assert cells["holdfast_risk_band"] == make_inert(band or "")
    assert cells["holdfast_expected_90d_amount"] == (amount or "")
    assert cells["holdfast_last_order_on"] == "2026-01-02"


@given(band=st.none() | TEXT, amount=st.none() | AMOUNT)
@example(band="=1+1\u2028", amount="12")
def test_a_json_profile_is_one_line_of_typed_values_and_text_as_it_is(
    band: str | None, amount: str | None
) -> None:
    line = format_profile(profile(BRAZE, band, amount), BRAZE)
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    found = json.loads(line)
    assert (found["external_id"], found["email"]) == ("k7", "ann@x.example")
    assert found["holdfast_risk_band"] == band
    assert found["holdfast_expected_90d_amount"] == (None if amount is None else float(amount))
    assert isinstance(found["holdfast_expected_90d_amount"], float | int | None)
    assert all(not isinstance(value, dict | list) for value in found.values())


@pytest.mark.parametrize("amount", ["=1+1", "1,5", "NaN", "", " 1", "1\n"])
def test_a_value_of_another_type_than_its_property_is_an_error(amount: str) -> None:
    with pytest.raises(ValueError, match="holdfast_expected_90d_amount is a number"):
        format_profile(profile(KLAVIYO, "high", amount), KLAVIYO)
