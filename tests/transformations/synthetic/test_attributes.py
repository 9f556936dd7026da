"""Attributes of a generated retailer's account holders, and nothing else that changes."""

from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np

from holdfast.jobs.stages.synthetic_files import _export_path
from holdfast.transformations.synthetic.exports import ATTRIBUTES
from holdfast.transformations.synthetic.generator import generate_block
from holdfast.transformations.synthetic.retailer import SyntheticRetailer

WITHOUT = SyntheticRetailer(7, 1_000, date(2024, 1, 1), 731, 2, 0.004, 0.02, 0.0005)
WITH = replace(WITHOUT, attribute_seed=1)
KEY = (ATTRIBUTES.key, 1)


def test_nothing_else_changes_with_attributes() -> None:
    before, after = generate_block(WITHOUT, 0), generate_block(WITH, 0)
    assert KEY not in before.lines
    assert {key: own for key, own in after.lines.items() if key != KEY} == before.lines
    truths = [
        [(name, str(own.to_pylist())) for name, own in one.truth.items()] for one in (before, after)
    ]
    assert truths[0] == truths[1]


def test_each_account_has_a_word_of_each_attribute_and_another_seed_other_words() -> None:
    made = generate_block(WITH, 0)
    rows = [line.split(",") for line in made.lines[KEY]]
    accounts = {
        line.split(",")[0]
        for (key, _), lines in made.lines.items()
        if key == "shopify/customers"
        for line in lines
    }
    words = Counter(attribute for _, attribute, _ in rows)
    assert set(words) == {"sex", "age", "region"} and len(set(words.values())) == 1
    people = {one for one, _, _ in rows}
    assert len(people) == words["sex"] and people <= accounts
    women = np.mean([word == "female" for _, attribute, word in rows if attribute == "sex"])
    assert 0.46 < women < 0.58
    assert generate_block(replace(WITH, attribute_seed=2), 0).lines[KEY] != made.lines[KEY]


def test_they_lie_apart_from_the_raw_exports() -> None:
    assert _export_path(ATTRIBUTES.key, 1, 0) == "audit/shopify/attributes-1-0000.csv"
    assert _export_path("shopify/orders", 1, 0) == "raw/shopify/orders-1-0000.csv"
