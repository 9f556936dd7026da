"""Effects by the learners of causalml and econml: `python effects.py ROWS.npz EFFECTS.npz`, in an
environment that has both.

Each has trees of LightGBM as small and as strongly regularised as ours, the known propensity where
it takes one, and forests with large leaves.
"""

import sys
import warnings
from collections.abc import Callable

import numpy as np
from causalml.inference.meta import (
    BaseDRRegressor,
    BaseRRegressor,
    BaseSClassifier,
    BaseTClassifier,
    BaseXClassifier,
)
from causalml.inference.tree import UpliftRandomForestClassifier
from econml.dml import CausalForestDML, NonParamDML
from econml.dr import DRLearner
from econml.metalearners import XLearner
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.dummy import DummyClassifier

warnings.filterwarnings("ignore")
OUTCOME = {"n_estimators": 80, "num_leaves": 6, "learning_rate": 0.1, "verbose": -1, "n_jobs": 1}
EFFECT = {**OUTCOME, "learning_rate": 0.05}
SINGLE = {**OUTCOME, "n_estimators": 150, "num_leaves": 12}
PROPENSITY = 0.5


def outcome(settings: dict = OUTCOME, leaf: int = 1000) -> LGBMClassifier:
    """Trees for an outcome."""
    return LGBMClassifier(min_child_samples=leaf, **settings)


def effect(settings: dict = EFFECT, leaf: int = 1000) -> LGBMRegressor:
    """Trees for an effect."""
    return LGBMRegressor(min_child_samples=leaf, **settings)


def causalml_learners() -> dict[str, Callable]:
    """Name and a function of train and test that gives effects."""
    made = {
        "s": BaseSClassifier(learner=outcome(SINGLE)),
        "t": BaseTClassifier(learner=outcome()),
        "x": BaseXClassifier(outcome_learner=outcome(), effect_learner=effect()),
        "dr": BaseDRRegressor(learner=effect(OUTCOME), treatment_effect_learner=effect()),
        "r": BaseRRegressor(outcome_learner=effect(OUTCOME), effect_learner=effect()),
    }

    def run(name: str, x: np.ndarray, t: np.ndarray, y: np.ndarray, asked: np.ndarray):
        takes = {} if name in ("s", "t") else {"p": np.full(len(y), PROPENSITY)}
        asks = {"p": np.full(len(asked), PROPENSITY)} if name == "x" else {}
        made[name].fit(X=x, treatment=t, y=y, **takes)
        return made[name].predict(asked, **asks)

    def forest(x: np.ndarray, t: np.ndarray, y: np.ndarray, asked: np.ndarray):
        grown = UpliftRandomForestClassifier(
            control_name="0", n_estimators=100, max_depth=8, min_samples_leaf=500,
            min_samples_treatment=200, n_reg=200, random_state=0, n_jobs=1,
        )  # fmt: skip
        grown.fit(x, t.astype(str), y)
        return grown.predict(asked)

    each = {f"causalml {name}": lambda *rows, name=name: run(name, *rows) for name in made}
    return {**each, "causalml forest": forest}


def econml_learners() -> dict[str, Callable]:
    """The same of econml."""
    known = DummyClassifier(strategy="prior")
    made = {
        "x": XLearner(models=effect(OUTCOME), cate_models=effect(), propensity_model=known),
        "dr": DRLearner(
            model_propensity=known, model_regression=effect(OUTCOME), model_final=effect(),
            random_state=0,
        ),
        "r": NonParamDML(
            model_y=effect(OUTCOME), model_t=known, model_final=effect(), discrete_treatment=True,
            random_state=0,
        ),
        "forest": CausalForestDML(
            model_y=effect(OUTCOME), model_t=known, discrete_treatment=True, n_estimators=200,
            min_samples_leaf=100, max_samples=0.4, random_state=0, n_jobs=1,
        ),
    }  # fmt: skip

    def run(name: str, x: np.ndarray, t: np.ndarray, y: np.ndarray, asked: np.ndarray):
        return made[name].fit(y, t, X=x).effect(asked)

    return {f"econml {name}": lambda *rows, name=name: run(name, *rows) for name in made}


def main() -> None:
    """Fit each on the rows of the first file and write its effects to the second."""
    rows = np.load(sys.argv[1])
    train = rows["values"], rows["is_treated"].astype(int), rows["stayed"].astype(int)
    learners = {**causalml_learners(), **econml_learners()}
    effects = {}
    for name, fit in learners.items():
        effects[name] = np.asarray(fit(*train, rows["asked"])).ravel()
        print(f"{name} is done", flush=True)
    np.savez(sys.argv[2], **effects)


if __name__ == "__main__":
    main()
