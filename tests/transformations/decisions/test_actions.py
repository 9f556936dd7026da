"""What the catalogue says of an action."""

from pyspark.sql import SparkSession

from holdfast.transformations.decisions.actions import look_up
from holdfast.transformations.plays.play import Play
from tests.fixtures.plays import entry


def test_a_catalogue_of_any_size_is_looked_up_on_one_level(spark: SparkSession) -> None:
    """Spark Connect refuses expressions that are nested a hundred times."""
    plays = [Play.model_validate(entry(id=f"play_{number}")) for number in range(200)]
    title = look_up(plays, lambda play: f"title of {play.id}")
    team = look_up(plays, lambda play: None)
    assert str(title).count("CASE WHEN") == 1
    actions = spark.createDataFrame([("play_7",), ("none",), (None,)], "action string")
    found = actions.select(title.alias("title"), team.alias("team")).collect()
    assert [tuple(row) for row in found] == [("title of play_7", None), (None, None), (None, None)]
