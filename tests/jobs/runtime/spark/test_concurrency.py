import threading

import pytest

from holdfast.jobs.runtime.spark.concurrency import AT_ONCE, run_concurrently


def test_several_wait_together_and_results_come_in_the_order_of_the_items() -> None:
    everybody = threading.Barrier(AT_ONCE, timeout=10)

    def waited(number: int) -> int:
        everybody.wait()
        return number * number

    assert run_concurrently(waited, range(AT_ONCE)) == [
        number * number for number in range(AT_ONCE)
    ]


def test_an_error_is_raised_once_all_have_ended() -> None:
    done = []

    def work(number: int) -> None:
        if number == 0:
            raise ValueError("the first")
        done.append(number)

    with pytest.raises(ValueError, match="the first"):
        run_concurrently(work, range(6))
    assert sorted(done) == [1, 2, 3, 4, 5]


def test_nothing_to_do_is_no_error() -> None:
    assert run_concurrently(str, []) == []
