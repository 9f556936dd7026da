"""Bases that do not exist: the same customers on several days, with features as features are:
counts, mostly zeros, mostly missing, flags, and all correlated.
"""

import numpy as np

from holdfast.models.arrays import Floats
from holdfast.models.drift.cells import CELLS, Counts, find_edges, place_in_cells

PERSISTENCE = 0.8  # correlation of a customer's value on two days
KINDS = 5


def shape_features(normal: Floats) -> Floats:
    """One kind of feature after the other from normal ones."""
    values = normal.copy()
    values[:, 1::KINDS] = np.floor(np.exp(normal[:, 1::KINDS]))
    values[:, 2::KINDS] = np.maximum(normal[:, 2::KINDS] - 1, 0)
    rare = np.round(normal[:, 3::KINDS] ** 2, 1)
    values[:, 3::KINDS] = np.where(normal[:, 3::KINDS] > 0.3, np.nan, rare)
    values[:, 4::KINDS] = normal[:, 4::KINDS] > 2.2
    return values


def draw_window(
    seed: int, customers: int, features: int, days: int = 4, shift: float = 0.0
) -> list[Counts]:
    """Counts of each feature on so many reference days and today, when the first one has moved by
    `shift` standard deviations.
    """
    rng = np.random.default_rng(seed)
    loads = 0.6 * rng.normal(size=(3, features))
    lasting = rng.normal(size=(customers, 3)) @ loads + rng.normal(size=(customers, features))
    lasting /= np.sqrt((loads**2).sum(axis=0) + 1)
    slot, size = rng.integers(0, 2 * days, customers), (days + 1, features, CELLS)
    everyone, apart = np.zeros(size), np.zeros(size)
    edges: list[Floats] = []
    for day in range(days + 1):
        passing = rng.normal(size=(customers, features))
        normal = np.sqrt(PERSISTENCE) * lasting + np.sqrt(1 - PERSISTENCE) * passing
        normal[:, 0] += shift * (day == days)
        values, own = shape_features(normal), np.minimum(slot, days) == day
        edges = edges or [find_edges(values[:5000, at]) for at in range(features)]
        for at in range(features):
            cells = place_in_cells(values[:, at], edges[at])
            everyone[day, at] = np.bincount(cells, minlength=CELLS)
            apart[day, at] = np.bincount(cells[own], minlength=CELLS)
    return [
        Counts(everyone[:-1, at], everyone[-1, at], apart[:-1, at].sum(axis=0), apart[-1, at])
        for at in range(features)
    ]
