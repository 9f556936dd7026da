"""What docs/match.md shows is run here, and it names every kind of field."""

import re
from typing import Any

import yaml

from holdfast.models.identity.records.fields import KINDS, Field, check_fields
from holdfast.models.identity.records.suggest import suggest_fields
from tests.architecture.rule import REPOSITORY
from tests.models.identity.people import make_people, pair_f1

PAGE = (REPOSITORY / "docs" / "match.md").read_text(encoding="utf-8")


def read_examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def test_two_lines_of_python_find_people_in_a_frame() -> None:
    people = make_people(150).rename(columns={"given": "first_name", "family": "last_name"})
    known: dict[str, Any] = {"frame": people.drop(columns=["person", "home"])}
    (example,) = read_examples("python")
    exec(example, known)
    assert pair_f1(people["person"], known["found"].clusters["cluster_id"]) > 0.97


def test_the_fields_of_the_page_are_fields() -> None:
    (example,) = read_examples("yaml")
    listed = yaml.safe_load(example)["fields"]
    fields = [
        Field(name, said) if isinstance(said, str) else Field(name, **said)
        for name, said in listed.items()
    ]
    check_fields(fields, list(listed))
    assert all(f"`{kind}`" in PAGE for kind in KINDS)


def test_columns_are_guessed_by_name_or_by_what_they_hold() -> None:
    people = make_people(100).rename(
        columns={"given": "Vorname", "family": "surname", "code": "ZIP"}
    )
    guessed = {field.name: field.kind for field in suggest_fields(people)}
    assert guessed["Vorname"] == "first_name"
    assert guessed["surname"] == "last_name"
    assert guessed["ZIP"] == "postcode"
    assert guessed["born"] == "date"
    assert "person" not in guessed
