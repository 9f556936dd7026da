"""Which model scores: rows of ops.model_events, never a registry's alias."""

from collections.abc import Callable, Collection

from pyspark.sql import DataFrame, Row

from holdfast.jobs.runtime.registry.mlflow_store import ModelError, Tracking


def champion_rows(events: DataFrame, runs: Collection[int]) -> dict[str, Row]:
    """Model to its newest champion's row of ops.model_events among `runs`: an abandoned run's
    decision stays in the log and is ignored.
    """
    promoted = events.filter("is_champion").collect()
    counted = [row for row in promoted if row.run_number in runs]
    in_order = sorted(counted, key=lambda row: (row.run_number, row.at))
    return {row.model_name: row for row in in_order}


def mirror_champions(
    events: DataFrame, runs: Collection[int], tracking: Tracking, say: Callable[[str], None]
) -> None:
    """Point MLflow's aliases at the models of record, wherever a hand, an abandoned run or a death
    left them; say where MLflow refuses, and go on: it is a mirror, what scores stands in the table.
    """
    for name, row in champion_rows(events, runs).items():
        try:
            tracking.mirror_alias(name, row.model_version)
        except ModelError as error:
            say(str(error))
