"""Levels of agreement: what is unknown neither agrees nor differs, in any script."""

from typing import Any

import pandas as pd
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from bench.records.retail import SCHEMA
from holdfast.models.identity.retailer import compare_pairs
from holdfast.transformations.identity.people import COMPARED, count_values, with_counts
from tests.models.identity.cases import record

# Field, one value, another, level of its kind: -1 unknown, 0 differ, and above as models/identity/
# records/near.py says.
CASES: list[tuple[str, Any, Any, int]] = [
    ("first_name", "anna", None, -1),
    ("first_name", "anna", "hanna", 4),
    ("first_name", "anna", "a", 2),
    ("first_name", "amy", "aym", 4),
    ("first_name", "jo", "al", 0),
    ("first_name", "анна", "дмитрий", 0),
    ("first_name", "анна", "anna", 4),
    ("first_name", "мария", "maria", 4),
    ("first_name", "анна", "dmitri", 0),
    ("first_name", "νικος", "nikos", 4),
    ("first_name", "伟", "威", 4),
    ("first_name", "小明", "建国", 0),
    ("first_name", "小明", "小红", 0),  # siblings
    ("first_name", "太郎", "次郎", 0),
    ("first_name", "민수", "민지", 0),
    ("first_name", "タロウ", "たろう", 4),
    ("first_name", "陽子", "yoko", -1),
    ("first_name", "عمر", "omar", -1),
    ("first_name", "محمد", "mohammed", -1),
    ("first_name", "王小明", "小明", 2),
    ("first_name", "王小明", "李建国", 0),
    ("first_name", "anna", "annabel", 2),
    ("first_name", "robert", "bob", 2),
    ("first_name", "\u0430nn\u0430", "anna", 4),  # Cyrillic letters that look like Latin ones
    ("first_name", "שרה", "שרה", 6),
    ("first_name", "שרה", "יהונתן", 0),
    ("last_name", "соколова", "sokolova", 4),
    ("last_name", "김", "박", 0),
    ("last_name", "li", "wu", 0),
    ("address", "12 quarry ln", "12 quary ln", 3),
    ("address", "12 quarry ln", "21 quarry ln", 1),
    ("address", "12 quarry ln apt 3", "12 quarry ln", 2),
    ("address", "12 quarry ln", "7 mossy ct", 0),
    ("address", "10 elm st", "17 oak st", 1),
    ("address", "10 elm st", "10 sea rd", 1),
    ("address", "ул березовая 18", "ul berezovaya 18", 3),
    ("address", "東京都千代田区1 1", "1 1 chiyoda tokyo", -1),
    ("phone", ["12125550187"], ["12125550188"], 0),
    ("phone", ["12125550187x12"], ["12125550187"], -1),
    ("phone", ["12125550187x12"], ["12125550187x13"], 0),
    ("phone", ["12125550187x12"], ["12125550187x12"], 1),
    ("email", ["anna@home.example"], ["anna@work.example"], 1),
    ("email", ["anna@home.example"], ["anna@home.example", "a@work.example"], 3),
    ("postcode", "10137", "10137", 3),
    ("postcode", "10137", "10187", 2),
    ("postcode", "10137", "10173", 2),
    ("postcode", "10137", "20187", 0),
    ("birth_date", "1980-03-12", "1980-03-12", 5),
    ("birth_date", "1980-03-12", "1980-03-13", 4),
    ("birth_date", "1980-03-12", "1980-12-03", 3),
    ("birth_date", "1980-03-12", "1975-12-03", 0),
    ("birth_date", "1980-03-12", None, -1),
]


@pytest.fixture(scope="module")
def patterns(spark: SparkSession) -> list[list[str]]:
    """Levels of each case, in their order."""
    columns = {"phone": "phones", "email": "emails"}
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
    known = spark.createDataFrame(rows, SCHEMA).withColumns(
        {"is_mailbox_shared": F.lit(False), "copies": F.lit(1)}
    )
    people = with_counts(known, count_values(known))
    once = dict.fromkeys(COMPARED, 1.0)
    found = compare_pairs(spark.createDataFrame(pairs), people, once)
    return [row.pattern.split(",") for row in found.orderBy("left").collect()]


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)))
def test_two_values_agree_as_far_as_is_known(
    patterns: list[list[str]], number: int, case: tuple[str, Any, Any, int]
) -> None:
    assert int(patterns[number][COMPARED.index(case[0])]) == case[3], case
