"""What a text says, read by hand: how negative it is and what it is about."""

from typing import Any, Final

import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.runtime.config import settings
from holdfast.jobs.stages.parameters import retailer_rules
from holdfast.transformations.standardise.text import Lexicon, with_signals

TEXTS: Final[dict[str, tuple[str, float | None, str | None]]] = {
    # broke, never; quality and service have a word each, and quality comes first by name
    "all bad": ("The zip broke after two days and support never replied.", 1.0, "quality"),
    # great, quality, fast, thanks
    "all good": ("Great quality, fast delivery, thanks!", 0.0, "quality"),
    # expensive, refund, wrong; expensive and price
    "capitals": ("TOO EXPENSIVE: I want a refund, the Price is wrong", 1.0, "price"),
    # great; slow and waiting twice. app; support and waiting twice
    "mixed": ("'Great' support - but the app is slow. Waiting, waiting...", 3 / 4, "service"),
    "a word counts as it stands": ("Not good.", 0.0, "other"),
    "both": ("It wasn't bad, it's the best", 1 / 2, "other"),
    "parts of words are no words": ("Goodness, a pricelist of brokenhearted lates", None, "other"),
    "two words in one": ("a broken-down bad/missing box", 1.0, "feature"),
    "lines": ("bad\nbroken\tbox\r\nnice", 2 / 3, "quality"),
    "no opinion": ("Where is parcel 15?", None, "other"),
    "empty": ("", None, "other"),
}
# Another language's words have letters that English lacks.
GERMAN: Final = Lexicon(("schön",), ("enttäuscht", "geht's"), {"preis": ("überteuert",)})


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> dict[str, Any]:
    """The signals of every text, and of a row without one."""
    lexicon = retailer_rules(settings.load().values).lexicon
    vault = spark.createDataFrame(
        [(name, "text", text) for name, (text, *_) in TEXTS.items()]
        + [("a name", "first_name", "Bad Broken")],
        "token string, kind string, value string",
    )
    facts = spark.createDataFrame([(token,) for token in (*TEXTS, "a name", None)], "token string")
    rows = with_signals(facts, "token", vault, lexicon).collect()
    return {row["token"]: (row["_negativity"], row["_topic"]) for row in rows}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_says_what_a_reader_counts(found: dict[str, Any], name: str) -> None:
    _, tone, topic = TEXTS[name]
    assert found[name] == (None if tone is None else pytest.approx(tone), topic)


def test_a_row_without_text_says_nothing_and_no_other_value_is_read(found: dict[str, Any]) -> None:
    assert found[None] == found["a name"] == (None, None)


def test_words_may_have_any_letters(spark: SparkSession) -> None:
    said = "Enttäuscht: nicht SCHÖN, überteuert – so geht\N{RIGHT SINGLE QUOTATION MARK}s nicht"
    vault = spark.createDataFrame([("t", "text", said)], "token string, kind string, value string")
    [row] = with_signals(vault.select("token"), "token", vault, GERMAN).collect()
    assert (row["_negativity"], row["_topic"]) == (pytest.approx(2 / 3), "preis")
