"""Whom to send a save offer: the chosen learner beside rules of thumb and the learners of causalml
and econml, as shares of the profit of an oracle that knows each customer's true effect.

`make bench NAME=offers ARGS="[SEEDS]"` (3 if not given). causalml and econml ask for other versions
of packages than ours: they get an environment of their own, the folder RIVALS (`.rivals` if not
set), made if it is not there. 120,000 customers are learnt from, half of whom got the offer by lot;
60,000 others are asked about. The learner is chosen without a look at the truth. One offer costs
2.5; four of five customers would not pay for it, and one of nine leaves because of it.
"""

import json
import os
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from scipy.special import expit

from holdfast.models.arrays import Flags, Floats
from holdfast.models.uplift.choice import Choice, HeldOut, choose
from holdfast.models.uplift.cross_fitting import CrossFit, cross_fit
from holdfast.models.uplift.experiment import Experiment
from holdfast.models.uplift.learners import score_effects

TRAIN: Final = int(os.environ.get("ROWS", "120000"))
ASKED: Final = TRAIN // 2
COST: Final = 2.5
BUDGETS: Final = (0.1, 0.2)
RIVALS: Final = Path(os.environ.get("RIVALS", ".rivals"))
PACKAGES: Final = ("causalml==0.18.0", "econml==0.17.0")
SCRIPT: Final = Path(__file__).parent / "rivals" / "effects.py"
GOAL: Final = 0.93


@dataclass(frozen=True, eq=False)
class Offers:
    """Customers, what they are worth if they stay, and what is true of them: the probability to
    leave if left alone, and the effect of the offer.
    """

    experiment: Experiment
    worth: Floats
    risk: Floats
    effect: Floats

    @property
    def gain(self) -> Floats:
        """What an offer to each truly earns."""
        return self.effect * self.worth - COST


def draw_offers(rows: int, seed: int) -> Offers:
    """24 features of a base: 12 of what customers do, 5 that are other readings of what is behind
    it, their worth, 6 of noise.
    """
    random = np.random.default_rng(seed)
    traits = random.normal(size=(rows, 6))
    opens = expit(traits[:, 4] - 0.3 + 0.5 * random.normal(size=rows))
    discounts = expit(1.2 * traits[:, 2] - 0.8 + 0.5 * random.normal(size=rows))
    orders = random.poisson(np.exp(1.5 - 0.5 * traits[:, 1] + 0.3 * random.normal(size=rows)))
    tickets = random.poisson(np.exp(-0.7 + 0.8 * traits[:, 3]))
    renews = random.random(rows) < expit(-0.3 - 0.3 * traits[:, 1])
    score = traits[:, 3] + 0.7 * random.normal(size=rows)
    tenure, idle = np.exp(6.0 + 0.8 * traits[:, 0]), np.exp(3.2 + 0.9 * traits[:, 1])
    basket = np.exp(3.6 + 0.6 * traits[:, 5] + 0.2 * random.normal(size=rows))
    worth = np.round(1.27 * basket * np.exp(0.3 * random.normal(size=rows)), 2)
    visits = random.poisson(np.exp(1.2 - 0.4 * traits[:, 1] + 0.4 * traits[:, 4]))
    returns = random.poisson(np.exp(-1.2 + 0.4 * traits[:, 3]))
    price = traits[:, 2] + 0.7 * random.normal(size=rows)
    behaviour = [tenure, idle, orders, discounts, tickets, opens, basket, renews, visits, returns]
    others = 0.6 * traits[:, :5] + 0.8 * random.normal(size=(rows, 5))
    noise = random.normal(size=(rows, 6))
    values = np.column_stack([*behaviour, price, score, others, worth, noise])
    late = np.log(idle) - 3.2
    leaning = 0.5 * (tickets > 1) - 0.3 * (orders > 5) + 0.4 * np.tanh(score)
    risk = expit(-0.9 + 1.1 * late + leaning - 0.3 * (tenure > 400))
    effect = _draw_effect(risk, late, discounts, opens, renews)
    return Offers(_run_experiment(random, values, risk, effect), worth, risk, effect)


def _draw_effect(
    risk: Floats, late: Floats, discounts: Floats, opens: Floats, renews: Flags
) -> Floats:
    """Who buys at discounts, opens messages and is somewhat late is persuaded; who renews without
    a thought and opens nothing is woken by the offer.
    """
    persuaded = expit(8.0 * (discounts - 0.45)) * expit(6.0 * (opens - 0.35))
    persuaded *= 0.27 * np.exp(-0.5 * ((late - 0.53) / 0.9) ** 2)
    is_asleep = renews & (opens < 0.32) & (late < 0.5)
    woken = 0.095 * (0.5 + 0.5 * expit(2.0 * late))
    return np.where(
        is_asleep, -np.minimum(woken, 0.95 * (1.0 - risk)), np.minimum(persuaded, 0.95 * risk)
    )


def _run_experiment(
    random: np.random.Generator, values: Floats, risk: Floats, effect: Floats
) -> Experiment:
    rows = len(risk)
    is_treated = random.random(rows) < 0.5
    stayed = random.random(rows) >= risk - effect * is_treated
    propensity, customer = np.full(rows, 0.5), np.arange(rows)
    return Experiment(values, is_treated, stayed.astype(float), propensity, customer)


def earn(asked: Offers, gain: Floats, budget: float, floor: float = -np.inf) -> float:
    """What is truly earned where the highest of `gain` above `floor` get the offer."""
    highest = np.argsort(-gain, kind="stable")[: int(budget * len(gain))]
    return float(asked.gain[highest[gain[highest] > floor]].sum())


def choose_learner(known: Offers, fitted: CrossFit, budget: float) -> Choice:
    """The choice on the rows that were learnt from, each by models that have not seen it."""
    own, outcomes = known.experiment, fitted.outcomes
    held_out = HeldOut(score_effects(own, outcomes) * known.worth - COST, own.customer)
    gains = {name: effect * known.worth - COST for name, effect in fitted.effects.items()}
    leaves = 1.0 - outcomes.untreated
    scores = {
        "churn": leaves,
        "churn x value": leaves * known.worth,
        "response": outcomes.treated,
    }
    return choose(gains, scores, held_out, budget)


def ask_rivals(known: Offers, asked: Offers) -> dict[str, Floats]:
    """Effects by the rivals' learners, in their environment."""
    python = RIVALS / "bin" / "python"
    if not python.exists():
        venv.create(RIVALS, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
    own = known.experiment
    with tempfile.TemporaryDirectory() as folder:
        rows, effects = Path(folder) / "rows.npz", Path(folder) / "effects.npz"
        np.savez(
            rows,
            values=own.values,
            is_treated=own.is_treated,
            stayed=own.stayed,
            asked=asked.experiment.values,
        )
        environment = {"PATH": os.environ["PATH"], "OMP_NUM_THREADS": "1"}
        subprocess.run([python, SCRIPT, rows, effects], check=True, env=environment)
        return dict(np.load(effects))


def compare(seed: int) -> dict[str, list[float]]:
    """Shares of the oracle's profit at each budget: by rule, learner, rival, and "chosen"."""
    known, asked = draw_offers(TRAIN, seed), draw_offers(ASKED, 1000 + seed)
    fitted = cross_fit(known.experiment)
    ours = {name: model.predict(asked.experiment.values) for name, model in fitted.models.items()}
    rivals = ask_rivals(known, asked)
    gains = {name: effect * asked.worth - COST for name, effect in (ours | rivals).items()}
    rules = {"churn": asked.risk, "churn x value": asked.risk * asked.worth}
    shares: dict[str, list[float]] = {name: [] for name in ("chosen", *rules, *gains)}
    for budget in BUDGETS:
        choice, best = choose_learner(known, fitted, budget), earn(asked, asked.gain, budget)
        print(f"seed {seed}, budget {budget:.0%}: {choice.why}", flush=True)
        for name, gain in (rules | gains).items():
            floor = 0.0 if name in ours else -np.inf
            shares[name].append(earn(asked, gain, budget, floor) / best)
        shares["chosen"].append(shares[choice.name][-1])
    return shares


def main() -> None:
    """Print the comparison and its JSON line."""
    seeds = range(1, 1 + int((sys.argv[1:] or ["3"])[0]))
    runs = [compare(seed) for seed in seeds]
    each = {name: np.array([run[name] for run in runs]) for name in runs[0]}
    for name, shares in each.items():
        means = ", ".join(f"{mean:.3f}" for mean in shares.mean(axis=0))
        print(f"{name:16} {means} at {BUDGETS}; at the last by seed {shares[:, -1].round(3)}")
    chosen = each["chosen"][:, -1]
    rivals = {name: shares[:, -1].mean() for name, shares in each.items() if "ml " in name}
    best = max(rivals, key=lambda name: rivals[name])
    print(
        json.dumps(
            {
                "name": "offers",
                "ours": round(float(chosen.mean()), 4),
                "rival": round(float(rivals[best]), 4),
                "rival_name": best,
                "least": round(float(chosen.min()), 4),
                "goal": GOAL,
                "met": bool(chosen.min() >= GOAL and chosen.mean() >= rivals[best]),
            }
        )
    )


if __name__ == "__main__":
    main()
