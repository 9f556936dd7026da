"""Several independent actions on one session at once: most of a small one is waiting."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AT_ONCE: Final = 4


def run_concurrently(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """`work` on every item, results in the order of the items; the first error is raised once all
    have ended.
    """
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="holdfast") as pool:
        return [future.result() for future in [pool.submit(work, item) for item in items]]
