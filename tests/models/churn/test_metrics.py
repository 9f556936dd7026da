import numpy as np
import pytest

from holdfast.models.churn.metrics import (
    brier,
    calibration_bins,
    calibration_error,
    gain_curve,
    log_loss,
    measure,
)

CHURNED = np.array([0.0, 0.0, 1.0, 1.0])
PROBABILITY = np.array([0.1, 0.4, 0.35, 0.8])


def test_figures_worked_by_hand() -> None:
    figures = measure(PROBABILITY, CHURNED)
    assert figures["auc"] == pytest.approx(3 / 4)
    assert figures["average_precision"] == pytest.approx((1 + 2 / 3) / 2)
    assert figures["log_loss"] == pytest.approx(-np.log([0.9, 0.6, 0.35, 0.8]).mean())
    assert figures["brier"] == pytest.approx((0.01 + 0.16 + 0.4225 + 0.04) / 4)


def test_calibration_error_is_the_mean_gap_of_equally_full_bins() -> None:
    probability = np.repeat([0.2, 0.7], 1000)
    churned = np.concatenate([np.tile([1.0, 0, 0, 0, 0], 200), np.tile([1.0, 0], 500)])
    assert len(calibration_bins(probability, churned)[0]) == 20
    assert calibration_error(probability, churned) == pytest.approx(0.1)


def test_a_sure_mistake_does_not_make_the_loss_infinite() -> None:
    assert log_loss(np.array([0.0, 1.0]), np.array([1.0, 1.0])) < 7
    assert brier(np.array([0.0]), np.array([1.0])) == 1.0


def test_ranking_one_kind_of_customer_is_refused() -> None:
    with pytest.raises(ValueError, match="left and customers who stayed"):
        measure(PROBABILITY, np.ones(4))


def test_gain_counts_leavers_reached() -> None:
    assert gain_curve(PROBABILITY, CHURNED, parts=4).tolist() == [0.5, 0.5, 1.0, 1.0]
