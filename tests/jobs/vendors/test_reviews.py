"""Reviews: stars of products, words that only the vault holds, and what is no review."""

from typing import Any

from tests.jobs.vendors.conftest import Silver, at

SECRETS = ("great tea and fast", "arrived broken poor quality and damaged")


def shown(row: dict[str, Any]) -> tuple[Any, ...]:
    names = ("product_id", "rating", "rating_first", "is_verified", "topic", "negativity")
    return tuple(row[name] for name in names)


def test_a_review_has_its_newest_stars_and_the_signals_of_its_words(silver: Silver) -> None:
    found = silver.by("silver.reviews", "judgeme", "review_id")
    assert {key: shown(row) for key, row in found.items()} == {
        "31": ("judgeme:52801", 2, 5, True, "other", 0.0),
        "32": ("judgeme:52802", 1, 1, False, "quality", 0.75),  # 3 bad words and quality
    }
    assert (found["31"]["event_at"], found["31"]["version_at"]) == (
        at(2025, 3, 5, 4, 38, 32),
        at(2025, 4, 5, 4, 38, 32),
    )
    assert found["31"]["party_id"] == "judgeme:901"
    assert silver.refused("judgeme") == [("silver.reviews", "check:rating")]  # six stars


def test_questions_and_rejected_reviews_are_none(silver: Silver) -> None:
    (review,) = silver.rows("silver.reviews", "klaviyo")
    assert (review["review_id"], review["party_id"]) == ("klaviyo:925", "klaviyo:review-925")
    assert shown(review) == ("klaviyo:7571", 4, 4, True, "price", 1.0)


def test_the_words_of_a_review_stand_in_the_vault_alone(silver: Silver) -> None:
    vault = silver.rows("silver.pii_vault")
    mine = {row["token"]: row["value"] for row in vault if row["kind"] == "text"}
    tokens = {row["text_token"] for row in silver.rows("silver.reviews", "judgeme")}
    assert {mine[token] for token in tokens} == set(SECRETS)
    written = str(silver.rows("silver.reviews")) + str(silver.rows("bronze.judgeme_reviews"))
    assert not [text for text in (*SECRETS, "Mina Roy", "mail.example") if text in written]


def test_a_reviewer_is_a_party_with_the_address_that_the_review_has(silver: Silver) -> None:
    people = silver.by("silver.parties", "judgeme", "party_id")
    assert set(people) == {"901", "902"}  # and no spammer
    vault = {row["token"]: row["value"] for row in silver.rows("silver.pii_vault")}
    assert vault[people["901"]["email_token"]] == "mina.roy@mail.example"
