"""Experiments of known effect: some are persuaded, some are driven away, others are neither."""

import numpy as np

from holdfast.models.arrays import Floats
from holdfast.models.uplift.experiment import Experiment


def draw(rows: int, seed: int, strength: float = 0.25) -> tuple[Experiment, Floats]:
    """An experiment and its true effects: `strength` where the first of four features is above 0,
    its opposite below -.8; the chance to be treated depends on the second feature.
    """
    random = np.random.default_rng(seed)
    values = random.normal(size=(rows, 4))
    effect = strength * ((values[:, 0] > 0) * 1.0 - (values[:, 0] < -0.8))
    propensity = np.where(values[:, 1] > 0, 0.6, 0.3)
    is_treated = random.random(rows) < propensity
    stays = 0.5 + 0.1 * np.tanh(values[:, 1])
    stayed = (random.random(rows) < stays + effect * is_treated).astype(float)
    customer = random.permutation(rows)
    return Experiment(values, is_treated, stayed, propensity, customer), effect


KNOWN, EFFECT = draw(4000, 1)
