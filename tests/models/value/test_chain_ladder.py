"""The chain ladder against the published example."""

import numpy as np
import pytest

from holdfast.models.value.chain_ladder import project_triangle

# Taylor and Ashe (1983): incremental claims by year of accident and development, as in Mack 1993.
TRIANGLE = """
357848 766940 610542 482940 527326 574398 146342 139950 227229 67948
352118 884021 933894 1183289 445745 320996 527804 266172 425046
290507 1001799 926219 1016654 750816 146923 495992 280405
310608 1108250 776189 1562400 272482 352053 206286
443160 693190 991983 769488 504851 470639
396132 937085 847498 805037 705960
440832 847631 1131398 1063269
359480 1061648 1443370
376686 986608
344014
"""
# Mack 1993, table of reserves by chain ladder, in thousands.
RESERVES = [0, 95, 470, 710, 985, 1419, 2178, 3920, 4279, 4626]


def test_reserves_are_those_that_mack_published() -> None:
    rows = [[float(cell) for cell in line.split()] for line in TRIANGLE.split("\n") if line]
    increments = np.array([row + [np.nan] * (10 - len(row)) for row in rows])
    projected = project_triangle(increments)
    assert np.isnan(projected[~np.isnan(increments)]).all()
    reserves = np.nansum(projected, axis=1) / 1000
    assert [round(float(reserve)) for reserve in reserves] == RESERVES
    assert np.nansum(projected) == pytest.approx(18_680_856, abs=1)


def test_a_cohort_of_which_nothing_is_known_is_not_projected() -> None:
    projected = project_triangle(np.array([[10.0, 5.0], [4.0, np.nan], [np.nan, np.nan]]))
    assert projected[1, 1] == 2
    assert np.isnan(projected[2]).all()


def test_totals_of_nothing_say_nothing_of_later_ages() -> None:
    increments = [[5.0, 3.0, 1.0], [-5.0, 2.0, np.nan], [4.0, np.nan, np.nan]]
    projected = project_triangle(np.array(increments))
    assert projected[1, 2] == pytest.approx(-3 * (9 / 8 - 1))
    assert np.isnan(projected[2]).all()
