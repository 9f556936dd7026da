"""A plan keeps every limit, and its certificate is true: by enumeration, and beside HiGHS."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from holdfast.models.allocation import CustomersInMemory, Limit, allocate, draw_frontier, repair
from holdfast.models.allocation import customers as where
from holdfast.models.allocation import plan as plans
from tests.models.allocation.problems import Problem, Row, draw_problem, list_choices

CALL, MAIL = 1, 2


def test_the_budget_goes_to_the_highest_value_per_cost() -> None:
    rows: list[Row] = [(1, MAIL, 6.0, (2.0,)), (2, MAIL, 5.0, (1.0,)), (3, MAIL, 4.0, (1.0,))]
    plan, chosen = Problem(rows, (2.0,)).solve()
    assert chosen == {2: MAIL, 3: MAIL}
    assert (plan.certificate.value, plan.certificate.limits[0].used) == (9.0, 2.0)


def test_a_scarce_team_calls_where_no_letter_would_do_as_well() -> None:
    """A call is worth more to both; the first has nothing else that helps."""
    rows: list[Row] = [
        (1, CALL, 10.0, (1.0, 0.0)),
        (1, MAIL, 2.0, (0.0, 1.0)),
        (2, CALL, 12.0, (1.0, 0.0)),
        (2, MAIL, 11.0, (0.0, 1.0)),
    ]
    plan, chosen = Problem(rows, (1.0, 5.0)).solve()
    assert chosen == {1: CALL, 2: MAIL}
    team, letters = plan.certificate.limits
    assert (team.binds, letters.binds) == (True, False)
    # from what a second call would add to what a lost one costs
    assert 1.0 - 1e-9 <= team.shadow_price <= 8.0 + 1e-9


def test_a_play_of_less_value_is_chosen_where_it_makes_room() -> None:
    """Treating the second group, at a loss, allows to treat the first."""
    rows: list[Row] = [(1, MAIL, 10.0, (1.0,)), (2, MAIL, -3.0, (-1.0,)), (3, MAIL, -4.0, (-1.0,))]
    plan, chosen = Problem(rows, (0.0,)).solve()
    assert chosen == {1: MAIL, 2: MAIL}
    assert plan.certificate.value == 7.0


@pytest.mark.parametrize("rows", [[], [(1, MAIL, -1.0, (1.0,)), (2, CALL, 0.0, (1.0,))]])
def test_where_nothing_is_worth_it_nobody_gets_anything(rows: list[Row]) -> None:
    plan, chosen = Problem(rows, (5.0,)).solve()
    assert chosen == {}
    assert (plan.certificate.value, plan.certificate.bound, plan.certificate.gap) == (0, 0, 0)
    assert not plan.certificate.limits[0].binds


def test_a_limit_of_0_leaves_what_needs_none_of_it() -> None:
    rows: list[Row] = [(1, CALL, 9.0, (1.0,)), (1, MAIL, 1.0, (0.0,)), (2, CALL, 9.0, (1.0,))]
    plan, chosen = Problem(rows, (0.0,)).solve()
    assert chosen == {1: MAIL}
    assert plan.certificate.limits[0].binds


def test_of_plays_worth_the_same_the_first_is_chosen() -> None:
    rows: list[Row] = [(1, play, 4.0, (1.0,)) for play in (7, 3, 5)]
    assert Problem(rows, (9.0,)).solve()[1] == {1: 3}


def test_a_limit_with_room_left_has_no_price() -> None:
    problem = draw_problem(17, 3000, 7)
    roomy = (problem.amounts[0] * 3, *[250.0] * 5, 0.0)
    certificate = Problem(problem.rows, roomy).solve()[0].certificate
    left = [limit for limit in certificate.limits if limit.amount - limit.used > 20.0]
    assert left
    assert not any(limit.binds for limit in left)
    assert certificate.limits[-1].binds


def test_a_limit_is_kept_to_the_last_digit() -> None:
    """Three times the double nearest to a tenth is more than the double nearest to three tenths."""
    rows: list[Row] = [(customer, MAIL, 5.0, (0.1,)) for customer in range(3)]
    plan, chosen = Problem(rows, (0.3,)).solve()
    assert 3 * Fraction(0.1) > Fraction(0.3)
    assert len(chosen) == 2
    assert plan.certificate.bound >= 10.0


def whole(low: int, high: int) -> st.SearchStrategy[float]:
    return st.integers(low, high).map(float)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    limits = draw(st.integers(1, 3))
    pairs = draw(st.sets(st.tuples(st.integers(1, 6), st.integers(0, 2)), max_size=11))
    uses = st.tuples(*[whole(-3, 6)] * limits)
    rows = [(*pair, draw(whole(-4, 20)), draw(uses)) for pair in sorted(pairs)]
    return Problem(rows, tuple(draw(st.tuples(*[whole(0, 12)] * limits))))


def check(problem: Problem, *, is_exact: bool) -> None:
    plan, chosen = problem.solve()
    certificate, best = plan.certificate, problem.best_value()
    assert problem.is_kept_by(chosen)
    value, *uses = problem.add_up(chosen)
    assert certificate.value == value <= best <= certificate.bound + 1e-9
    assert [limit.used for limit in certificate.limits] == uses
    if is_exact:
        assert certificate.bound <= best + 1e-4 * abs(best) + 1e-6
        assert value >= best - 1e-4 * abs(best)


@settings(max_examples=80, deadline=None)
@given(problems())
def test_few_customers_get_the_best_plan_of_all(problem: Problem) -> None:
    check(problem, is_exact=True)


@settings(max_examples=80, deadline=None)
@given(problems())
def test_no_limit_is_overdrawn_where_most_follow_prices_alone(problem: Problem) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repair, "FEW", len(problem.amounts))
        patch.setattr(plans, "SAMPLE", 3)
        patch.setattr(where, "_BATCH", 2)
        check(problem, is_exact=False)


@pytest.mark.parametrize("limits", [1, 4, 6])
def test_a_plan_is_as_good_as_the_integer_program(limits: int) -> None:
    """Within a thousandth of what HiGHS shows that no plan exceeds."""
    problem = draw_problem(limits, 2000, limits)
    pairs = problem.pairs
    columns = np.arange(len(pairs.play))
    one_each = sparse.csr_array((np.ones(len(columns)), (pairs.owner, columns)))
    found = milp(
        -pairs.value,
        integrality=1,
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(one_each, ub=1),
            LinearConstraint(pairs.uses, ub=np.array(problem.amounts)),
        ],
        options={"mip_rel_gap": 5e-4},
    )
    plan, chosen = problem.solve()
    assert problem.is_kept_by(chosen)
    assert plan.certificate.value >= -found.mip_dual_bound * 0.999
    assert plan.certificate.bound >= -found.fun
    assert plan.certificate.gap < 0.001


def test_neither_order_nor_batches_change_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "SAMPLE", 500)
    problem = draw_problem(5, 2000)
    plan, chosen = problem.solve()
    order = np.random.default_rng(1).permutation(len(problem.rows))
    mixed = Problem([problem.rows[at] for at in order], problem.amounts)
    monkeypatch.setattr(where, "_BATCH", 37)
    again, chosen_again = mixed.solve()
    assert again.certificate == plan.certificate
    assert chosen_again == chosen


def test_of_customers_who_are_all_alike_chance_picks_as_many_as_fit() -> None:
    rows: list[Row] = [(customer, CALL, 7.0, (1.0,)) for customer in range(3000)]
    plan, chosen = Problem(rows, (1000.0,)).solve()
    assert len(chosen) == 1000
    assert plan.certificate.gap < 1e-9
    assert plan.certificate.limits[0].shadow_price == pytest.approx(7.0)


def test_more_money_is_never_worth_less_and_each_unit_less_than_the_last() -> None:
    problem = draw_problem(8, 2000)
    budgets = [0.0, 500.0, 1000.0, 2000.0, 3000.0, 1e6]
    customers = CustomersInMemory(problem.pairs)
    frontier = list(draw_frontier(customers, problem.limits, "limit_0", budgets))
    for budget, plan in zip(budgets, frontier, strict=True):
        limits = (budget, *problem.amounts[1:])
        assert Problem(problem.rows, limits).is_kept_by(list_choices(customers, plan))
        assert plan.certificate.gap < 0.001
    bounds = np.array([plan.certificate.bound for plan in frontier])
    assert (np.diff(bounds) > 0).all()
    assert (np.diff(np.diff(bounds) / np.diff(budgets)) < 0).all()
    assert not frontier[-1].certificate.limits[0].binds


def test_repaired_are_those_whom_the_prices_alone_would_treat_otherwise() -> None:
    rows: list[Row] = [(customer, CALL, 7.0, (1.0,)) for customer in range(2000)]
    problem = Problem([*rows, (5000, CALL, 70.0, (1.0,))], (500.0,))
    customers = CustomersInMemory(problem.pairs)
    ids, plays, is_repaired = customers.choose(allocate(customers, problem.limits).rule)
    is_alike, has_play = ids < 2000, plays == CALL
    assert has_play.sum() == 500
    assert has_play[ids == 5000]
    assert not is_repaired[ids == 5000]
    by_prices = has_play ^ is_repaired
    assert len(set(by_prices[is_alike])) == 1  # the prices say the same of all who are alike


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ([], "0 limits: give one to 24"),
        ([Limit("budget", 1.0)], "1 limits for pairs with 2 uses"),
        ([Limit("budget", -1.0), Limit("calls", float("nan"))], "at least 0: budget, calls"),
    ],
)
def test_limits_that_make_no_sense_are_refused(limits: list[Limit], message: str) -> None:
    customers = CustomersInMemory(Problem([(1, CALL, 1.0, (1.0, 1.0))], (1.0, 1.0)).pairs)
    with pytest.raises(ValueError, match=message):
        allocate(customers, limits)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(1, CALL, float("nan"), (1.0,))], "finite"),
        ([(1, CALL, 1.0, (float("inf"),))], "finite"),
        ([(1, CALL, 1.0, (1.0,)), (1, CALL, 2.0, (1.0,))], "a play twice"),
    ],
)
def test_pairs_that_make_no_sense_are_refused(rows: list[Row], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CustomersInMemory(Problem(rows, (1.0,)).pairs)
