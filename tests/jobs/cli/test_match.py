"""`holdfast match`: every kind of file, a first file of fields, and errors with their cures."""

from pathlib import Path

import pandas as pd
import pytest
from deltalake import write_deltalake
from typer.testing import CliRunner, Result

from holdfast.jobs.cli.main import app
from tests.models.identity.people import make_people, pair_f1

COLUMNS = {
    "given": "first_name",
    "family": "last_name",
    "born": "date_of_birth",
    "street": "address",
    "house": "house_number",
    "code": "postcode",
}


def ask(*words: object) -> Result:
    return CliRunner().invoke(app, ["match", *map(str, words)])


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    table = make_people(120).rename(columns=COLUMNS)
    return table.assign(record_id=[f"r{at}" for at in range(len(table))])


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "delta"])
def test_records_of_every_kind_of_file_become_people(
    people: pd.DataFrame, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"people.{kind}"
    shown = people.drop(columns=["person", "home"])
    write = {
        "csv": lambda: shown.to_csv(path, index=False),
        "jsonl": lambda: shown.to_json(path, orient="records", lines=True),
        "parquet": lambda: shown.to_parquet(path),
        "delta": lambda: write_deltalake(path, shown.astype("string")),
    }
    write[kind]()
    done = ask(path, "--out", tmp_path / "found")
    assert done.exit_code == 0, done.output
    clusters = pd.read_parquet(tmp_path / "found/clusters.parquet").set_index("record_id")
    of_person = people.set_index("record_id")["person"]
    assert pair_f1(of_person, clusters["cluster_id"].reindex(of_person.index)) > 0.97
    assert clusters["confidence"].between(0, 1).all()
    edges = pd.read_parquet(tmp_path / "found/edges.parquet")
    assert edges["probability"].between(0.01, 1).all()
    page = (tmp_path / "found/matches.html").read_text()
    assert "Recall so far" in page and page.count("<svg") == 2


def test_a_first_file_of_fields_can_be_used_as_it_is(people: pd.DataFrame, tmp_path: Path) -> None:
    people.drop(columns=["person", "home"]).to_csv(tmp_path / "people.csv", index=False)
    said = ask(tmp_path / "people.csv", "--suggest")
    assert "record_id: record_id\n" in said.output
    assert all(f"  {name}: " in said.output for name in COLUMNS.values())
    (tmp_path / "fields.yml").write_text(said.output)
    done = ask(tmp_path / "people.csv", "--fields", tmp_path / "fields.yml", "--out", tmp_path)
    assert done.exit_code == 0
    assert "people;" in done.output


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("fields: {nmae: first_name}", "the table has no such column"),
        ("fields: {first_name: nickname}", "there is no kind 'nickname'"),
        ("fields: {first_name: [date]}", "is no kind"),
        ("- first_name", "names no fields"),
        ("fields: {first_name: {kind: first_name, level: city}}", "say personal or household"),
        ("record_id: key\nfields: {first_name: first_name}", "no such column for ids"),
    ],
)
def test_what_is_wrong_with_the_fields_is_said(
    people: pd.DataFrame, tmp_path: Path, fields: str, said: str
) -> None:
    people.to_csv(tmp_path / "people.csv", index=False)
    (tmp_path / "fields.yml").write_text(fields)
    done = ask(tmp_path / "people.csv", "--fields", tmp_path / "fields.yml", "--out", tmp_path)
    assert done.exit_code == 4
    assert said in " ".join(done.output.split())


def test_a_file_that_is_not_there_or_no_table_is_said(tmp_path: Path) -> None:
    assert ask(tmp_path / "none.csv").exit_code == 4
    (tmp_path / "text.parquet").write_text("no table")
    done = ask(tmp_path / "text.parquet")
    assert done.exit_code == 4
    assert "cannot be read" in done.output


def test_a_table_without_people_names_the_kinds_there_are(tmp_path: Path) -> None:
    (tmp_path / "sums.csv").write_text("amount,sku\n1,a\n2,b\n")
    done = ask(tmp_path / "sums.csv")
    assert done.exit_code == 4
    assert "No column looks like a field of a person" in done.output


def test_no_pair_found_is_a_warning(tmp_path: Path) -> None:
    table = make_people(60, copies=1).rename(columns=COLUMNS)
    table.to_csv(tmp_path / "people.csv", index=False)
    done = ask(tmp_path / "people.csv", "--out", tmp_path / "found")
    assert done.exit_code == 0
    assert "No pair was found" in done.output
    assert "class=warning" in (tmp_path / "found/matches.html").read_text()
