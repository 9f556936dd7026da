"""Levels of agreement: what is unknown neither agrees nor differs, in any script."""

from typing import Any

import pandas as pd
import pytest
from pyspark.sql import SparkSession

from bench.records.retail import SCHEMA
from holdfast.transformations.identity.comparisons import COMPARISONS, compare_pairs, with_rarity
from holdfast.transformations.identity.latin import with_latin
from tests.models.identity.cases import record

# Field, one value, another, level: -1 unknown, 0 differ, 1 near, and above.
CASES: list[tuple[str, Any, Any, int]] = [
    ("first_name", "anna", None, -1),
    ("first_name", "anna", "hanna", 1),
    ("first_name", "anna", "a", 1),
    ("first_name", "amy", "aym", 1),
    ("first_name", "jo", "al", 0),
    ("first_name", "анна", "дмитрий", 0),
    ("first_name", "анна", "anna", 1),
    ("first_name", "мария", "maria", 1),
    ("first_name", "анна", "dmitri", 0),
    ("first_name", "νικος", "nikos", 1),
    ("first_name", "伟", "威", 1),
    ("first_name", "小明", "建国", 0),
    ("first_name", "小明", "小红", 0),  # siblings
    ("first_name", "太郎", "次郎", 0),
    ("first_name", "민수", "민지", 0),
    ("first_name", "タロウ", "たろう", 1),
    ("first_name", "陽子", "yoko", -1),
    ("first_name", "عمر", "omar", -1),
    ("first_name", "محمد", "mohammed", -1),
    ("first_name", "王小明", "小明", 1),
    ("first_name", "王小明", "李建国", 0),
    ("first_name", "anna", "annabel", 0),
    ("last_name", "соколова", "sokolova", 1),
    ("last_name", "김", "박", 0),
    ("last_name", "li", "wu", 0),
    ("address", "12 quarry ln", "12 quary ln", 1),
    ("address", "12 quarry ln", "21 quarry ln", 1),
    ("address", "12 quarry ln", "7 mossy ct", 0),
    ("address", "10 elm st", "17 oak st", 0),
    ("address", "10 elm st", "10 sea rd", 0),
    ("address", "ул березовая 18", "ul berezovaya 18", 1),
    ("address", "東京都千代田区1 1", "1 1 chiyoda tokyo", -1),
    ("phone", ["12125550187"], ["12125550188"], 0),
    ("phone", ["12125550187x12"], ["12125550187"], -1),
    ("phone", ["12125550187x12"], ["12125550187x13"], 0),
    ("phone", ["12125550187x12"], ["12125550187x12"], 1),
]


@pytest.fixture(scope="module")
def patterns(spark: SparkSession) -> list[list[str]]:
    """Levels of each case, in their order."""
    columns = {"phone": "phones"}
    rows = [
        record(f"{side}:{number:02}", **{columns.get(field, field): value})
        for number, (field, *values, _) in enumerate(CASES)
        for side, value in zip(("a", "b"), values, strict=True)
    ]
    pairs = pd.DataFrame(
        {
            "left_party_id": [f"a:{number:02}" for number in range(len(CASES))],
            "right_party_id": [f"b:{number:02}" for number in range(len(CASES))],
        }
    )
    known = with_rarity(with_latin(spark.createDataFrame(rows, SCHEMA)))
    found = compare_pairs(spark.createDataFrame(pairs), known).orderBy("left_party_id").collect()
    return [row.pattern.split(",") for row in found]


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)))
def test_two_values_agree_as_far_as_is_known(
    patterns: list[list[str]], number: int, case: tuple[str, Any, Any, int]
) -> None:
    place = [comparison.name for comparison in COMPARISONS].index(case[0])
    assert int(patterns[number][place]) == case[3], case
