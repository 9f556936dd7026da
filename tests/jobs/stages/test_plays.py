"""The packaged plays are fair and say what they give; a folder of one's own takes their place."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.stages.plays import read_plays
from holdfast.transformations.plays.play import Bounds, Play
from tests.fixtures.plays import entry, family

VULNERABLE = {
    "failed_charges_90d": Bounds(at_least=2),
    "paused_subscriptions": Bounds(at_least=1),
}
PROTECTED = (
    "birth_date", "age", "sex", "gender", "ethnicity", "religion", "disability", "postcode",
    "nationality", "marital_status", "income",
)  # fmt: skip
PACKAGED = files("holdfast").joinpath("conf", "plays")
PLAYS = read_plays("", VULNERABLE, PROTECTED).plays
BY_NAME = {play.id: play for play in PLAYS}


def write(folder: Path, name: str, content: object) -> None:
    (folder / f"{name}.yml").write_text(yaml.safe_dump(content), encoding="utf-8")


def test_each_family_is_a_file_that_says_what_it_is_for_and_that_effects_are_assumed() -> None:
    heads = {}
    for found in PACKAGED.iterdir():
        lines = found.read_text(encoding="utf-8").splitlines()
        comment = [line.removeprefix("# ") for line in lines if line.startswith("#")]
        heads[found.name] = " ".join(comment)
        assert lines[len(comment)] == f"family: {found.name.removesuffix('.yml')}"
    assert len(heads) == 15
    wanted = r"All effects are assumptions, to be replaced by the shop's own experiments\.$"
    assert [name for name, head in heads.items() if not re.search(wanted, head)] == []


def test_a_file_of_ones_own_replaces_the_family_of_its_name_and_others_are_added(
    tmp_path: Path,
) -> None:
    write(tmp_path, "win_back", family(entry(id="come_back"), name="win_back"))
    write(tmp_path, "garden", family(entry(id="seeds_gift"), name="garden"))
    (tmp_path / "notes.txt").write_text("no family", encoding="utf-8")
    families = read_plays(str(tmp_path), VULNERABLE, PROTECTED).families
    names = {name: [play.id for play in plays] for name, plays in families.items()}
    packaged = read_plays("", VULNERABLE, PROTECTED).families
    expected = {name: [play.id for play in plays] for name, plays in packaged.items()}
    assert names == {**expected, "win_back": ["come_back"], "garden": ["seeds_gift"]}
    assert list(names) == sorted(names)


def test_an_empty_list_takes_a_family_out(tmp_path: Path) -> None:
    write(tmp_path, "lapsed", family(name="lapsed"))
    assert read_plays(str(tmp_path), {}, ()).families["lapsed"] == ()


def test_all_faults_of_all_files_are_one_error_with_its_cure(tmp_path: Path) -> None:
    write(tmp_path, "garden", family(entry(when={"age": {"at_least": 60}}), name="garden"))
    write(tmp_path, "house", family(entry(id="keys", colour="red"), name="house"))
    (tmp_path / "torn.yml").write_text("plays: [", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_plays(str(tmp_path), VULNERABLE, PROTECTED)
    torn, *rest = caught.value.problem.split("\nplays/")
    assert torn.startswith(f"{tmp_path}/torn.yml: not YAML")
    assert rest == [
        "garden.yml: greeting: when.age asks for age, which is protected",
        "house.yml: keys: unknown key colour",
    ]
    assert "docs/plays.md" in caught.value.cure


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder of plays"):
        read_plays(str(tmp_path / "gone"), {}, ())


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.id)
def test_a_text_promises_what_the_offer_gives(play: Play) -> None:
    shares = {float(share) / 100 for share in re.findall(r"(\d+) %", play.text)}
    days = {int(days) for days in re.findall(r"(\d+) days", play.text)}
    assert shares <= {play.offer.share}
    assert days == ({play.offer.lasts_days} - {None})
    assert re.search(r"[.?]$", play.text)
    assert "  " not in play.text


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.id)
def test_what_is_assumed_and_what_it_costs_is_modest(play: Play) -> None:
    assert 0.01 <= play.effect.keeps_other <= play.effect.keeps_matching <= 0.20
    assert play.effect.pseudo_customers <= 300
    assert play.contact_cost <= (8 if play.team else 2)
    if play.channel == "phone":
        assert 4 <= play.contact_cost <= 8
    if not play.audience.drivers:
        assert play.effect.keeps_other == play.effect.keeps_matching


def test_lower_prices_answer_price_and_do_little_for_other_reasons() -> None:
    prices = {"discount", "bundle", "cashback", "tier_price", "shipping_threshold"}
    lower = [play for play in PLAYS if play.offer.kind in prices]
    assert len(lower) >= 8
    assert {tuple(play.audience.drivers) for play in lower} == {("price",)}
    assert max(play.effect.keeps_other for play in lower) <= 0.03


def test_plays_that_others_rely_on_are_what_they_expect() -> None:
    agreed = {
        "favourite_discount": (["price"], "email", None),
        "service_recovery_call": (["service"], "phone", "call_centre"),
        "quality_follow_up": (["quality"], "email", None),
        "feature_education": (["feature"], "email", None),
        "points_bonus": ([], "email", None),
    }
    assert agreed == {
        name: (BY_NAME[name].audience.drivers, BY_NAME[name].channel, BY_NAME[name].team)
        for name in agreed
    }
