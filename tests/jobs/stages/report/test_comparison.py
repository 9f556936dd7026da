import pandas as pd

from holdfast.jobs.stages.report.comparison import (
    VALUE_COLUMNS,
    compare_days,
    compare_predictors,
)
from holdfast.jobs.stages.report.model import COLUMNS
from tests.jobs.stages.report.fake_models import CUTOFF, value_metrics


def metrics() -> pd.DataFrame:
    return pd.DataFrame(value_metrics(), columns=list(COLUMNS["metrics"]))


def test_the_model_in_use_is_shown_on_every_day_it_was_measured_on() -> None:
    days = compare_days(metrics(), VALUE_COLUMNS)
    assert days is not None
    assert [row["name"] for row in days.rows] == ["1 September 2025", "1 October 2025"]
    cells = [[text for text, _ in row["cells"]] for row in days.rows]
    assert cells[0][1] == "0.705" and cells[1][1] == "0.712"
    assert cells[0][3] == "–", "no interval could be made before the first day"


def test_one_day_alone_is_no_table_of_days() -> None:
    one = metrics()
    assert compare_days(one[one["cutoff_on"] == CUTOFF], VALUE_COLUMNS) is None


def test_customers_are_those_of_the_metrics_that_are_shown() -> None:
    others = metrics().assign(metric="rate_trend", rows=24_797)
    both = pd.concat([metrics(), others])
    newest = both[both["cutoff_on"] == CUTOFF]
    found = compare_predictors(newest, VALUE_COLUMNS)
    assert found is not None and found.customers == "2,417"
