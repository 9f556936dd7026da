"""Free text to two signals: how negative it is and what it is about. The text itself stays in the
vault.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

# All but letters, and apostrophes that do not stand between two: quotes are no part of a word.
_BETWEEN_WORDS: Final = r"(?:[^\p{L}']|(?<!\p{L})'|'(?!\p{L}))+"


@dataclass(frozen=True)
class Lexicon:
    """Opinion words and, for each topic, the words that name it; all lower case.

    A word counts wherever it stands, and every time: "not good" counts as good.
    """

    positive: Sequence[str]
    negative: Sequence[str]
    topics: Mapping[str, Sequence[str]]


def with_signals(frame: DataFrame, column: str, vault: DataFrame, lexicon: Lexicon) -> DataFrame:
    """`frame` with `_negativity` and `_topic` of the text whose token stands in `column`."""
    texts = vault.filter(F.col("kind") == "text").select(
        F.col("token").alias(column), F.col("value").alias("_text")
    )
    words = F.split(
        F.translate(F.lower("_text"), "\N{RIGHT SINGLE QUOTATION MARK}", "'"), _BETWEEN_WORDS
    )
    joined = frame.join(texts, [column], how="left").withColumn("_words", words)
    return joined.withColumns(
        {
            "_negativity": negativity(F.col("_words"), lexicon),
            "_topic": topic(F.col("_words"), lexicon),
        }
    ).drop("_text", "_words")


def negativity(words: Column, lexicon: Lexicon) -> Column:
    """Negative words as a share of all opinion words; null without any."""
    bad, good = _hits(words, lexicon.negative), _hits(words, lexicon.positive)
    return F.try_divide(bad.cast("double"), (bad + good).cast("double"))


def topic(words: Column, lexicon: Lexicon) -> Column:
    """The topic with most words, the first by name of equals; `other` without any, null without
    text.
    """
    ranked = F.array(
        *(
            F.struct(
                _hits(words, lexicon.topics[name]).alias("hits"),
                (-F.lit(place)).alias("order"),
                F.lit(name).alias("name"),
            )
            for place, name in enumerate(sorted(lexicon.topics))
        )
    )
    best = F.array_max(ranked)
    return F.when(
        words.isNotNull(), F.when(best["hits"] > 0, best["name"]).otherwise(F.lit("other"))
    )


def _hits(words: Column, wanted: Sequence[str]) -> Column:
    return F.size(F.filter(words, lambda word: word.isin(list(wanted))))
