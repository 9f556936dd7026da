"""Households: customers joined by pairs of people who live together."""

import numpy as np
import pandas as pd

from holdfast.models.identity.clusters import components


def household_rows(pairs: pd.DataFrame) -> list[tuple[int, int, float]]:
    """customer, household and probability from pairs of customers (columns a, b, probability).

    A household is named by its smallest customer; a customer's probability is that of its surest
    pair. A pair of one customer with itself says nothing and is left out.
    """
    pairs = pairs[pairs["a"] != pairs["b"]]
    customers = sorted({*pairs["a"], *pairs["b"]})
    number = {customer: place for place, customer in enumerate(customers)}
    left, right = (pairs[side].map(number).to_numpy(dtype=np.int64) for side in ("a", "b"))
    household = components(len(customers), left, right)
    sides = [pairs[[side, "probability"]].rename(columns={side: "customer"}) for side in ("a", "b")]
    surest = pd.concat(sides).groupby("customer")["probability"].max()
    return [
        (int(customer), int(customers[household[place]]), float(surest[customer]))
        for place, customer in enumerate(customers)
    ]
