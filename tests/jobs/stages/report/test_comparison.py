import pandas as pd

from holdfast.jobs.stages.report.comparison import VALUE_COLUMNS, compare_days
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
