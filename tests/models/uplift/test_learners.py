"""Learners on experiments of known effect."""

from dataclasses import replace

import numpy as np
import pytest

from holdfast.models.trees.scoring import MISSING
from holdfast.models.uplift.cross_fitting import FOLDS, CrossFit, cross_fit
from holdfast.models.uplift.experiment import Experiment, assign_folds, find_fault
from holdfast.models.uplift.learners import LEARNERS, Outcomes, fit_line, score_effects
from tests.models.uplift.worlds import EFFECT, KNOWN, draw

NAMES = ("mean", *LEARNERS)


@pytest.mark.parametrize("name", NAMES)
def test_persuadables_and_sleeping_dogs_are_found(fitted: CrossFit, name: str) -> None:
    asked, effect = draw(1000, 2)
    found = fitted.models[name].predict(asked.values)
    assert found[effect > 0].mean() > 0.1
    assert found[effect < 0].mean() < -0.1
    assert np.corrcoef(found, effect)[0, 1] > 0.8


def test_small_trees_err_less_than_two_large_models(fitted: CrossFit) -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    large = [
        HistGradientBoostingClassifier(random_state=0).fit(KNOWN.values[own], KNOWN.stayed[own])
        for own in (KNOWN.is_treated, ~KNOWN.is_treated)
    ]
    asked, effect = draw(1000, 2)
    treated, untreated = (model.predict_proba(asked.values)[:, 1] for model in large)
    error = np.square(treated - untreated - effect).mean()
    for name in ("mean", "x", "dr"):
        assert np.square(fitted.models[name].predict(asked.values) - effect).mean() < 0.4 * error


def test_a_customers_own_outcome_does_not_tell_its_effect(fitted: CrossFit) -> None:
    is_first = assign_folds(KNOWN.customer, FOLDS) == 0
    other = cross_fit(replace(KNOWN, stayed=np.where(is_first, 1 - KNOWN.stayed, KNOWN.stayed)))
    for name in NAMES:
        np.testing.assert_array_equal(other.effects[name][is_first], fitted.effects[name][is_first])
        assert not np.array_equal(other.effects[name], fitted.effects[name])
    np.testing.assert_array_equal(
        other.outcomes.treated[is_first], fitted.outcomes.treated[is_first]
    )


def test_scores_of_effects_are_unbiased_whatever_the_outcome_models_say() -> None:
    errors = []
    for seed in range(300):
        rows, effect = draw(500, 100 + seed)
        wrong = Outcomes(np.full(500, 0.9), np.full(500, 0.2))
        errors.append(score_effects(rows, wrong).mean() - effect.mean())
    assert abs(np.mean(errors)) < 3 * np.std(errors) / np.sqrt(300)


def test_outcome_models_that_are_right_make_scores_exact_where_outcomes_are_certain() -> None:
    rows = replace(KNOWN, stayed=np.where(KNOWN.is_treated, 1.0, 0.0))
    scores = score_effects(rows, Outcomes(np.ones(len(rows)), np.zeros(len(rows))))
    np.testing.assert_allclose(scores, 1.0)


def test_folds_are_of_customers_and_about_equal() -> None:
    customer = np.repeat(np.arange(30_000), 2)
    fold = assign_folds(customer, 3)
    assert (fold[::2] == fold[1::2]).all()
    assert np.bincount(fold, minlength=3) / len(fold) == pytest.approx(1 / 3, abs=0.01)
    salted = assign_folds(customer, 3, salt=1)
    assert (fold == salted).mean() == pytest.approx(1 / 3, abs=0.02)
    assert assign_folds(np.array([7, 2**40]), 3).tolist() == fold_by_hand([7, 2**40])


def fold_by_hand(numbers: list[int]) -> list[int]:
    """SplitMix64 in Python's integers."""
    folds = []
    for number in numbers:
        z = (number + 0x9E3779B97F4A7C15) % 2**64
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        folds.append((z ^ (z >> 31)) % 3)
    return folds


def test_what_is_missing_stands_at_the_mean_of_a_line() -> None:
    values = KNOWN.values + 5.0
    values[::5, 0] = MISSING
    line = fit_line(replace(KNOWN, values=values), Outcomes(KNOWN.stayed, KNOWN.stayed))
    whole, gap = values[:1].copy(), values[:1].copy()
    whole[0, 0], gap[0, 0] = values[values[:, 0] != MISSING, 0].mean(), MISSING
    np.testing.assert_allclose(line.predict(gap), line.predict(whole))
    assert line.predict(values).mean() == pytest.approx(EFFECT.mean(), abs=0.05)


def with_stayed(is_treated: bool, stayed: float) -> Experiment:
    """The experiment with one outcome in one arm."""
    own = KNOWN.is_treated == is_treated
    return replace(KNOWN, stayed=np.where(own, stayed, KNOWN.stayed))


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (replace(KNOWN, is_treated=np.ones(4000, bool)), "0 untreated customers stayed"),
        (replace(KNOWN, is_treated=np.zeros(4000, bool)), "0 treated customers stayed"),
        (replace(KNOWN, stayed=np.ones(4000)), "0 treated customers left"),
        (with_stayed(False, 0.0), "0 untreated customers stayed"),
        (KNOWN.take(np.arange(4000) < 60), "are needed"),
        (replace(KNOWN, customer=KNOWN.customer % 20), "20 treated customers stayed"),
        (KNOWN.take(np.zeros(4000, bool)), "0 treated customers stayed"),
        (replace(KNOWN, propensity=np.full(4000, np.nan)), "4000 rows had no known chance"),
        (replace(KNOWN, propensity=np.full(4000, 1.0)), "4000 rows had no known chance"),
        (replace(KNOWN, propensity=np.full(4000, -0.5)), "4000 rows had no known chance"),
        (replace(KNOWN, stayed=KNOWN.stayed / 2), "neither 0 nor 1"),
        (replace(KNOWN, values=KNOWN.values * np.nan), "features are missing"),
    ],
)
def test_what_cannot_be_learnt_from_is_named(broken: Experiment, reason: str) -> None:
    assert reason in (find_fault(broken) or "")
    with pytest.raises(ValueError, match="effects cannot be learnt"):
        cross_fit(broken)
