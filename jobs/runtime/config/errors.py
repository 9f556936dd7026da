"""Errors that say what is wrong and what to do."""

from typing import Final

EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
EXIT_BUSY: Final = 3
EXIT_INPUT: Final = 4
EXIT_MACHINE: Final = 5
EXIT_DRIFT: Final = 6


class HoldfastError(Exception):
    """A problem a person can solve: what is wrong, its cure, and the exit code a program sees."""

    exit_code = EXIT_FAILED

    def __init__(self, problem: str, *, cure: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.cure = cure


class UsageError(HoldfastError):
    """The command line asks for something that does not exist."""

    exit_code = EXIT_USAGE


class BusyError(HoldfastError):
    """Another run is open."""

    exit_code = EXIT_BUSY


class InputError(HoldfastError):
    """Raw input that cannot be read as declared."""

    exit_code = EXIT_INPUT


class MachineError(HoldfastError):
    """Java, Spark, Delta, a jar or the disk is not as it must be."""

    exit_code = EXIT_MACHINE


class DriftError(HoldfastError):
    """Customers of today are not those that a model learnt from, and settings stop such a run."""

    exit_code = EXIT_DRIFT
