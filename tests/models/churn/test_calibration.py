import json
import warnings
from collections.abc import Callable

import numpy as np
import pytest

from holdfast.models.churn.calibrate import calibrate, identity, isotonic, platt
from holdfast.models.churn.calibration import Calibration
from holdfast.models.churn.metrics import calibration_error, log_loss


def outcomes(
    seed: int, rows: int, true_log_odds: Callable[[np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, outcomes drawn with the given log-odds of the score, and halves."""
    random = np.random.default_rng(seed)
    score = random.normal(size=rows)
    churned = (random.random(rows) < 1 / (1 + np.exp(-true_log_odds(score)))).astype(float)
    return score, churned, random.integers(0, 2, rows).astype(float)


def test_a_score_that_is_right_is_left_alone() -> None:
    assert calibrate(*outcomes(1, 3000, lambda s: s)).kind == "identity"


def test_a_score_that_is_the_same_for_all_gives_the_share_without_a_word() -> None:
    churned = np.repeat([0.0, 1.0], [600, 200])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        curve = platt(np.zeros(800), churned, np.ones(800))
        assert curve.probability(np.zeros(2)) == pytest.approx(0.25, abs=0.002)
        assert (curve.probability(np.array([-900.0, 900.0])) <= 1).all()


def test_a_line_in_log_odds_is_found_and_beats_the_raw_score_on_new_rows() -> None:
    fitted = calibrate(*outcomes(2, 4000, lambda s: 2.5 * s - 1))
    score, churned, _ = outcomes(3, 20000, lambda s: 2.5 * s - 1)
    assert fitted.kind == "platt"
    assert np.interp([0.0, 1.0], fitted.score, fitted.log_odds) == pytest.approx(
        [-1.0, 1.5], abs=0.2
    )
    assert log_loss(fitted.probability(score), churned) < log_loss(
        identity(score, churned, np.ones(len(score))).probability(score), churned
    )


def test_a_bend_that_no_line_follows_is_followed() -> None:
    fitted = calibrate(*outcomes(4, 20000, lambda s: np.where(s < 0, -3.0, 2.0)))
    score, churned, _ = outcomes(5, 20000, lambda s: np.where(s < 0, -3.0, 2.0))
    assert fitted.kind == "isotonic"
    line = platt(*outcomes(4, 20000, lambda s: np.where(s < 0, -3.0, 2.0))[:2], np.ones(20000))
    assert calibration_error(fitted.probability(score), churned) < 0.02
    assert calibration_error(line.probability(score), churned) > 0.06


@pytest.mark.parametrize("curve", [identity, platt, isotonic])
def test_probabilities_never_fall_as_the_score_rises_and_are_never_certain(
    curve: Callable[[np.ndarray, np.ndarray, np.ndarray], Calibration],
) -> None:
    score, churned, _ = outcomes(6, 500, lambda s: -3 + s)
    probability = curve(score, churned, np.ones(len(score))).probability(np.linspace(-30, 30, 2001))
    assert (np.diff(probability) >= 0).all()
    assert probability[0] > 0 and probability[-1] < 1


def test_a_score_that_ranks_backwards_is_levelled_not_reversed() -> None:
    score, churned, _ = outcomes(7, 2000, lambda s: -2 * s)
    assert np.ptp(platt(score, churned, np.ones(len(score))).probability(score)) < 1e-6


def test_few_leavers_get_no_isotonic_curve() -> None:
    score, churned, half = outcomes(8, 200, lambda s: np.where(s < 0, -3.0, 2.0) - 1)
    assert min(churned.sum(), 200 - churned.sum()) < 100
    assert calibrate(score, churned, half).kind != "isotonic"


def test_it_survives_json() -> None:
    score, churned, _ = outcomes(9, 500, lambda s: s)
    fitted = isotonic(score, churned, np.ones(len(score)))
    again = Calibration.from_json(json.loads(json.dumps(fitted.to_json())))
    np.testing.assert_array_equal(again.probability(score), fitted.probability(score))


@pytest.mark.parametrize("curve", [platt, isotonic])
def test_a_weight_of_two_is_a_row_twice(
    curve: Callable[[np.ndarray, np.ndarray, np.ndarray], Calibration],
) -> None:
    score, churned, half = outcomes(10, 400, lambda s: 2 * s - 1)
    weighted = curve(score, churned, 1 + half)
    twice = np.r_[np.arange(400), np.flatnonzero(half)]
    doubled = curve(score[twice], churned[twice], np.ones(len(twice)))
    at = np.linspace(-2, 2, 50)
    assert weighted.probability(at) == pytest.approx(doubled.probability(at), abs=0.02)


def test_a_bend_that_only_one_day_has_is_not_followed() -> None:
    """Each day is measured by the curve of the others."""
    score, churned, _ = outcomes(11, 3000, lambda s: s)
    day = np.repeat([0, 1, 2], 1000)
    bent, left, _ = outcomes(12, 1000, lambda s: np.where(s < 0, -3.0, 2.0))
    score, churned = np.r_[score[:2000], bent], np.r_[churned[:2000], left]
    assert calibrate(score, churned, day).kind != "isotonic"
