"""Numbers drawn by customer: the same on every machine, in every order, and for all rows of one."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.models.arrays import Ints

_STEP: Final = 0x9E3779B97F4A7C15
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def hash_customers(customer: Ints, salt: int) -> NDArray[np.uint64]:
    """64 evenly spread bits per customer id (SplitMix64; Steele et al. 2014, "Fast splittable
    pseudorandom number generators"); each salt gives others.
    """
    mixed = customer.astype(np.uint64) + np.uint64(salt * _STEP % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
