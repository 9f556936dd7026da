"""The choice among learners and references, on customers of known effect."""

import numpy as np
import pytest

from holdfast.models.arrays import Floats
from holdfast.models.uplift.choice import HeldOut, choose, treat_gainful, treat_highest
from holdfast.models.uplift.cross_fitting import CrossFit, cross_fit
from holdfast.models.uplift.learners import Outcomes, predict_outcomes, score_effects
from tests.models.uplift.worlds import EFFECT, KNOWN, draw


def held_out_of(rows: int, seed: int, strength: float, worth: float, cost: float) -> HeldOut:
    """Gains by scores whose outcome models know nothing."""
    experiment, _ = draw(rows, seed, strength)
    half = np.full(rows, 0.5)
    gains = score_effects(experiment, Outcomes(half, half)) * worth - cost
    return HeldOut(gains, experiment.customer)


def test_the_value_of_a_policy_is_unbiased_and_its_interval_holds() -> None:
    errors, covered = [], []
    true = 0.3 * (20 * 0.25 - 2)  # the highest three of ten are all persuaded
    for seed in range(2000):
        experiment, _ = draw(400, seed)
        policy = treat_highest(experiment.values[:, 0], 0.3)
        wrong = Outcomes(np.full(400, 0.7), np.full(400, 0.4))
        held_out = HeldOut(20 * score_effects(experiment, wrong) - 2, experiment.customer)
        value = held_out.value(policy)
        errors.append(value.mean - true)
        covered.append(value.low <= true <= value.high)
    assert abs(np.mean(errors)) < 3 * np.std(errors) / np.sqrt(2000)
    assert 0.93 <= np.mean(covered) <= 0.97


def test_where_no_effect_exists_no_learner_is_used() -> None:
    used = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        held_out = held_out_of(500, seed, strength=0.0, worth=20.0, cost=0.1)
        noise = {name: random.normal(size=500) for name in "abcdef"}
        choice = choose(noise, {"churn": random.random(500)}, held_out, share=0.3)
        used += choice.name != "none"
        assert choice.name in choice.why
    assert used <= 10


def test_cross_fitted_learners_without_an_effect_give_way_to_none() -> None:
    experiment, _ = draw(4000, 3, strength=0.0)
    fitted = cross_fit(experiment)
    gains = {name: 20 * effect - 1 for name, effect in fitted.effects.items()}
    held_out = HeldOut(20 * score_effects(experiment, fitted.outcomes) - 1, experiment.customer)
    choice = choose(gains, {"churn": 1 - fitted.outcomes.untreated}, held_out, share=0.2)
    assert choice.name == "none"
    assert choice.values["none"].mean == 0


def test_cross_fitted_learners_are_used_where_sleeping_dogs_make_treating_all_a_loss(
    fitted: CrossFit,
) -> None:
    gains = {name: 20 * found - 2 for name, found in fitted.effects.items()}
    held_out = HeldOut(20 * score_effects(KNOWN, fitted.outcomes) - 2, KNOWN.customer)
    choice = choose(gains, {"churn": 1 - fitted.outcomes.untreated}, held_out, share=1.0)
    assert choice.name == "mean"
    assert choice.values["mean"].mean == pytest.approx(
        np.maximum(20 * EFFECT - 2, 0).mean(), rel=0.2
    )
    assert choice.values["all"].mean < 0.5 * choice.values["mean"].mean


def test_a_later_period_is_chosen_on_by_models_of_the_earlier_one(fitted: CrossFit) -> None:
    later, effect = draw(4000, 6)
    gains = {name: 20 * model.predict(later.values) - 2 for name, model in fitted.models.items()}
    scores = score_effects(later, predict_outcomes(later))
    choice = choose(gains, {}, HeldOut(20 * scores - 2, later.customer), share=0.2)
    assert choice.name == "mean"
    value = choice.values["mean"]
    assert value.low < 0.2 * (20 * effect.max() - 2) < value.high


def test_a_learner_that_does_worse_than_treating_all_gives_way_to_all() -> None:
    random = np.random.default_rng(0)
    held_out = HeldOut(random.normal(2.0, 1.0, 2000), np.arange(2000))
    choice = choose({"noise": random.normal(size=2000)}, {}, held_out, share=1.0)
    assert choice.name == "all"
    assert "noise is not better than all beyond chance" in choice.why


def test_the_first_learner_is_kept_unless_another_is_better_beyond_chance() -> None:
    random = np.random.default_rng(1)
    true = random.choice([-1.0, 1.0], 4000)
    held_out = HeldOut(true + random.normal(size=4000), np.arange(4000))

    def learner(wrong: float) -> Floats:
        return np.where(random.random(4000) < wrong, -true, true)

    alike = choose({"first": learner(0.2), "second": learner(0.195)}, {}, held_out, 1.0)
    better = choose({"first": learner(0.3), "second": learner(0.1)}, {}, held_out, 1.0)
    assert (alike.name, better.name) == ("first", "second")


def test_the_budget_is_kept_and_ties_share_what_is_left_of_it() -> None:
    score = np.array([3.0, 1.0, 1.0, 2.0, 1.0, 0.0])
    policy = treat_highest(score, 0.5)
    np.testing.assert_allclose(policy, [1, 1 / 3, 1 / 3, 1, 1 / 3, 0])
    order = np.array([5, 2, 0, 4, 1, 3])
    np.testing.assert_array_equal(treat_highest(score[order], 0.5), policy[order])
    np.testing.assert_allclose(treat_highest(np.zeros(6), 0.25), 0.25)
    assert treat_gainful(score - 1.5, 1.0).sum() == 2


def test_rows_of_one_customer_say_no_more_than_the_customer() -> None:
    gains, customer = np.random.default_rng(2).normal(1.0, 1.0, 500), np.arange(500)
    once = HeldOut(gains, customer).value(np.ones(500))
    thrice = HeldOut(np.repeat(gains, 3), np.repeat(customer, 3)).value(np.ones(1500))
    assert (thrice.mean, thrice.low) == pytest.approx((once.mean, once.low))


def test_without_learners_the_answer_is_a_reference_and_says_so() -> None:
    held_out = HeldOut(np.full(100, -1.0), np.arange(100))
    choice = choose({}, {"churn": np.arange(100.0)}, held_out, share=0.2)
    assert (choice.name, choice.why) == ("none", "none: there is no learner")
