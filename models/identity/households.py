"""Households: customers joined by pairs of people who live together."""

from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.identity.clusters import average_linkage

# What a pair of people who live together counts for, just above what one counts against that was
# not found to: as many of each still make one home, and who moved does not make one of two.
TOGETHER: Final = 0.8
LARGEST: Final = 1_000  # customers of one household
BY_PROBABILITY: Final = 1_000  # of what a pair counts for, the part by which the surest come first


def household_rows(pairs: pd.DataFrame) -> list[tuple[int, int, float]]:
    """customer, household and probability from pairs of customers (columns a, b, probability).

    Two groups become one household where half of the pairs between them live together or more,
    the surest first. A household is named by its smallest customer; a customer's probability is
    that of its surest pair there. A pair of one customer with itself says nothing and is left out,
    and so is who lives with nobody.
    """
    pairs = pairs[pairs["a"] != pairs["b"]]
    sides = np.sort(pairs[["a", "b"]].to_numpy(dtype=np.int64), axis=1)
    both = pd.DataFrame({"a": sides[:, 0], "b": sides[:, 1]})
    surest = both.assign(p=pairs["probability"].to_numpy(float)).groupby(["a", "b"])["p"].max()
    known = surest.reset_index()
    customers = np.unique(sides)
    left, right = (np.searchsorted(customers, known[side]) for side in ("a", "b"))
    together = TOGETHER + known["p"].to_numpy() / BY_PROBABILITY
    household = average_linkage(len(customers), left, right, together, TOGETHER, LARGEST)
    within = household[left] == household[right]
    found = np.zeros(len(customers))
    for side in (left, right):
        np.maximum.at(found, side[within], known["p"].to_numpy()[within])
    return [
        (int(customers[place]), int(customers[household[place]]), float(found[place]))
        for place in np.flatnonzero(found).tolist()
    ]
