"""What the report says of leavers whose share does not stand still."""

import pytest

from holdfast.jobs.stages.report.outcomes import describe_outcomes
from tests.jobs.stages.report import fake


@pytest.mark.parametrize(("z", "way", "next_"), [(2.4, "rises", "more"), (-2.4, "falls", "fewer")])
def test_shares_that_trend_beyond_chance_are_said_and_what_they_mean(
    z: float, way: str, next_: str
) -> None:
    metrics = fake.retailer().metrics.query("model_name == 'churn'").copy()
    metrics.loc[metrics["metric"] == "rate_trend", "value"] = z
    assert describe_outcomes(metrics).trend.replace("\N{NO-BREAK SPACE}", " ") == (
        f"The share of customers who leave {way} from cut-off to cut-off, beyond what chance "
        "explains: 20 % on 1 June 2025, 21 % on 1 October 2025. As many leavers are expected as in "
        f"the past, so {next_} may leave, above all in the first months of a log."
    )


def test_nothing_is_said_of_shares_that_move_by_chance_or_are_unknown() -> None:
    metrics = fake.retailer().metrics.query("model_name == 'churn'")
    assert describe_outcomes(metrics).trend == ""
    assert describe_outcomes(metrics[metrics["metric"] != "rate_trend"]).trend == ""
