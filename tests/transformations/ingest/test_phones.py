"""Phone numbers: one form for each way to write one number, none for what cannot be a number."""

import pytest

from holdfast.transformations.ingest.phones import read_phone


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("(212) 555-0187", "US", "12125550187"),
        ("1-212-555-0187", "US", "12125550187"),
        ("212.555.0187", "1", "12125550187"),  # a calling code instead of a country
        ("212 555 0187", "us", "12125550187"),
        ("tel:+1-212-555-0187", "", "12125550187"),
        ("+45 12 34 56 78", "US", "4512345678"),
        ("12 34 56 78", "DK", "4512345678"),
        ("0045 12 34 56 78", "US", "4512345678"),
        ("011 45 12 34 56 78", "US", "4512345678"),
        ("+47 22 12 34 56", "US", "4722123456"),
        ("+65 9123 4567", "US", "6591234567"),
        ("+44 (0)20 7946 0958", "US", "442079460958"),
        ("020 7946 0958", "GB", "442079460958"),
        ("020 7946 0958", "UK", "442079460958"),  # what people write for it
        ("442079460958", "US", "442079460958"),
        ("6175550142.0", "US", "16175550142"),  # as programs keep numbers of which some are missing
        ("+39 06 1234567", "US", "39061234567"),  # Italy keeps the zero
        ("00 39 06 1234567", "DE", "39061234567"),
        ("٠٥٠ ١٢٣ ٤٥٦٧", "SA", "966501234567"),
        ("+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧", "US", "966501234567"),
        ("０９０−１２３４−５６７８", "JP", "819012345678"),  # as typed in Japan
        ("+1 617 555 0142", "", "16175550142"),
        # the plus is lost, and numbers there may be as long as one with its code
        ("4915123456789", "DE", "4915123456789"),
        ("49 30 1234567", "DE", "49301234567"),
        ("62812345678", "ID", "62812345678"),
        ("38343201234", "XK", "38343201234"),
        ("046 812 34 56", "SE", "46468123456"),  # Lund's own 46
        ("55 99123 4567", "BR", "5555991234567"),  # Santa Maria's own 55
        # with a note behind it, whose letters are digits on a keypad
        ("030 1234567 Max", "DE", "49301234567"),
        ("Tel. 030 1234567 (Büro)", "DE", "49301234567"),
        ("0664 1234567 Eva", "AT", "436641234567"),
        ("212 555 0187 home", "US", "12125550187"),
        ("1-800-FLOWERS", "US", "18003569377"),
        ("0800-FLOWERS", "DE", "498003569377"),
    ],
)
def test_however_it_is_written_a_number_has_its_own_country_code(
    text: str, country: str, number: str
) -> None:
    assert read_phone(text, country) == number
    assert read_phone(f"+{number}", "") == number


@pytest.mark.parametrize(
    "text", ["(212) 555-0187 x12", "212-555-0187 ext. 12", "+12125550187;ext=12"]
)
def test_the_phones_of_one_switchboard_differ_by_their_extensions(text: str) -> None:
    assert read_phone(text, "US") == "12125550187x12"


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("555-0187", "US"),  # one of many towns'
        ("112", "DE"),
        ("0000000000", "US"),
        ("+1 999 999 9999", "US"),
        ("030 1234567", "US"),  # a trunk prefix of elsewhere
        ("06 12 34 56 78", "US"),
        ("212 555 0187 / 212 555 0188", "US"),
        ("212 555 0187", ""),
        ("212 555 0187", "nowhere"),
        ("none", "US"),
        ("", "US"),
        ("+", "US"),
        ("+999 1234567890", "US"),
        ("123456789012345678", "US"),
        ("030 12345 ab 18 Uhr", "DE"),  # digits that are of no number
        ("212 555 0187 Ann, 212 555 0188 Bob", "US"),
    ],
)
def test_what_cannot_be_a_number_is_unknown(text: str, country: str) -> None:
    assert read_phone(text, country) is None
