"""Normal forms: what is written in several ways is one value, in every script, and different
values stay different.
"""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.transformations.ingest.normal_form import FORMED, latin_form, normal_form
from holdfast.transformations.tables.vocabulary import PERSONAL_KINDS

NAMES = [
    "Łukasz Żółć",
    "Søren Ærø",
    "Strauß",
    "Şebnem Yıldız",
    "Doğan",
    "Đặng Thị Hà",
    "Νικόλαος",
    "Анна Соколова",
    "Андрій",
    "مُحَمَّد",
    "שָׂרָה",
    "राम",
    "สมชาย",
    "王小明",
    "がと",
    "김민수",
    "გიორგი",
    "Արամ",
]


def name(value: str) -> str | None:
    return normal_form("first_name", value, "")


@pytest.mark.parametrize(
    ("kind", "value", "form"),
    [
        ("email", " Ann+News@Example.ORG ", "ann@example.org"),
        ("email", "+news@example.org", "+news@example.org"),  # nothing would be left of it
        ("email", "ａｎｎ＠example.org", "ann@example.org"),  # full width
        ("email", "ann@xn--bcher-kva.example", "ann@bücher.example"),
        ("email", "no address", None),
        ("first_name", "José-María", "jose maria"),
        ("first_name", "Łukasz", "lukasz"),
        ("first_name", "Søren", "soren"),
        ("last_name", "Strauß", "strauss"),
        ("last_name", "Şahin Doğan", "sahin dogan"),
        ("last_name", "IŞIK", "isik"),
        ("last_name", "ışık", "isik"),
        ("last_name", "İnönü", "inonu"),
        ("last_name", "O’Brien", "o brien"),
        ("last_name", "OʼBrien", "o brien"),  # the Ukrainian apostrophe
        ("first_name", "Đặng", "dang"),
        ("first_name", "ΝΊΚΟΣ", "νικοσ"),
        ("last_name", "СОКОЛОВА", "соколова"),
        ("last_name", "Ёлкин", "елкин"),
        ("first_name", "王小明", "王小明"),
        ("first_name", "葛\U000e0100城", "葛城"),  # a variant of the same letter
        ("first_name", "مُحَمَّد", "محمد"),
        ("first_name", "عـلـی", "علي"),
        ("first_name", "שָׂרָה", "שרה"),
        ("first_name", "สมชาย", "สมชาย"),
        ("first_name", "ｶﾞﾄ", "ガト"),
        ("city", "München", "munchen"),
        ("city", "Đà Nẵng", "da nang"),
        ("first_name", "-", None),
        ("first_name", "☎", None),
        ("address", "12 North Street, Apartment 4", "12 north st apt 4"),
        ("address", "ул. Берёзовая, 18", "ул березовая 18"),
        ("address", "東京都千代田区１−１", "東京都千代田区1 1"),  # as typed in Japan
        ("postcode", "sw1a 1aa", "SW1A1AA"),
        ("postcode", "〒１００−０００１", "1000001"),  # as typed in Japan
        ("postcode", "١٢٣٤٥-٦٧٨٩", "123456789"),
        ("first_name", "N/A", None),
        ("last_name", "Unknown", None),
        ("last_name", "Nandi", "nandi"),
        ("postcode", "null", None),
        ("postcode", "'75008", "75008"),  # as Shopify keeps spreadsheets from counting it
        ("postcode", "2134.0", "2134"),  # as programs keep numbers of which some are missing
        ("email", "Ann Lee <Ann@Post.example>", "ann@post.example"),
        ("email", "mailto:ann@post.example", "ann@post.example"),
        ("email", "ann<lee@post.example", "ann<lee@post.example"),
        ("birth_date", "1980-05-01 ", "1980-05-01"),
        ("birth_date", "1980-05-01T00:00:00Z", "1980-05-01"),
        ("birth_date", "19800501", "1980-05-01"),
        ("birth_date", "1980/5/1", "1980-05-01"),
        ("birth_date", "01.05.1980", "1980-05-01"),
        ("birth_date", "31/05/1980", "1980-05-31"),
        ("birth_date", "05/31/1980", "1980-05-31"),
        ("birth_date", "05/05/1980", "1980-05-05"),
        ("birth_date", "01/05/1980", None),  # the first of May, or the fifth of January
        ("birth_date", "１９８０/０５/０１", "1980-05-01"),
        ("birth_date", "١٩٨٠-٠٥-٠١", "1980-05-01"),
        ("birth_date", "1900-01-01", None),
        ("birth_date", "1970-01-01", None),
        ("birth_date", "0000-00-00", None),
        ("birth_date", "1004-05-27", None),  # a birthday without its year
        ("birth_date", "1980-02-30", None),
        ("birth_date", "80-05-01", None),
        ("device", "$device:7F3A-11", "$device:7f3a-11"),
        ("text", "anything", None),
    ],
)
def test_equal_values_have_one_normal_form(kind: str, value: str, form: str | None) -> None:
    assert normal_form(kind, value, "US") == form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Анна", "Дмитрий"),
        ("Андрей", "Андреи"),
        ("Соколова", "Sokolova"),
        ("राम", "रम"),
        ("がと", "かと"),
        ("王伟", "王威"),
        ("山田", "田山"),
        ("สมชาย", "สมชัย"),
        ("Νίκος", "Nikos"),
    ],
)
def test_different_names_of_every_script_stay_different(one: str, other: str) -> None:
    assert name(one) and name(other)
    assert name(one) != name(other)


@pytest.mark.parametrize("written", NAMES)
def test_a_name_is_one_in_every_normal_form_and_case(written: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert name(unicodedata.normalize(form, written)) == name(written)
        assert name(unicodedata.normalize(form, written.upper())) == name(written)


@given(st.lists(st.sampled_from(NAMES), min_size=1).map(" ".join), st.data())
def test_the_order_in_which_marks_were_typed_does_not_count(
    written: str, data: st.DataObject
) -> None:
    letters = list(unicodedata.normalize("NFD", "Việt ệ ǭ"))
    marks = [at for at, letter in enumerate(letters) if unicodedata.combining(letter)]
    at = data.draw(st.sampled_from([at for at in marks if at + 1 in marks]))
    letters[at], letters[at + 1] = letters[at + 1], letters[at]
    assert name(written + "".join(letters)) == name(f"{written}Việt ệ ǭ")


@given(st.sampled_from([kind for kind in FORMED if kind != "phone"]), st.text())
def test_a_normal_form_is_its_own(kind: str, value: str) -> None:
    form = normal_form(kind, value, "US")
    assert form is None or normal_form(kind, form, "US") == form


@given(st.text())
def test_equal_texts_of_unicode_are_equal_names(value: str) -> None:
    assert name(unicodedata.normalize("NFD", value)) == name(unicodedata.normalize("NFC", value))


@pytest.mark.parametrize(
    ("form", "spelt"),
    [
        ("соколова", "sokolova"),
        ("νικολαοσ", "nikolaos"),
        ("王小明", "wangxiaoming"),
        ("김민수", "gimminsu"),
        ("ул березовая 18", "ul berezovaya 18"),
        ("sokolova", None),
        ("", None),
    ],
)
def test_a_name_in_another_script_has_a_latin_spelling(form: str, spelt: str | None) -> None:
    assert latin_form(form) == spelt


def test_every_kind_of_value_that_has_a_form_is_one_of_the_contract() -> None:
    assert set(FORMED) == set(PERSONAL_KINDS) - {"ip", "text", "raw"}
