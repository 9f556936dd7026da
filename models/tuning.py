"""A search for good parameters that survives being killed: Hyperopt proposes, the caller's
objective measures.

Fits run one after another, so this asks Hyperopt for one point at a time. The proposal for trial n
depends on the seed, n and the trials before it and on nothing else: a search resumed from its
stored trials ends with the same list as one that was never interrupted. Source: Bergstra et al.,
2011, "Algorithms for hyper-parameter optimization" (TPE).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import hyperopt
import numpy as np
from hyperopt import hp, tpe
from hyperopt.base import Domain, Trials

Params = dict[str, float]


@dataclass(frozen=True)
class Whole:
    """Whole numbers from `low` to `high`, both included, all as likely."""

    low: int
    high: int


@dataclass(frozen=True)
class Between:
    """Numbers from `low` to `high`; `is_log` makes each factor as likely, for rates
    and step sizes.
    """

    low: float
    high: float
    is_log: bool = False


Space = Mapping[str, Whole | Between]


@dataclass(frozen=True)
class Trial:
    """One point tried and its loss."""

    number: int
    params: Params
    loss: float


class TrialStore(Protocol):
    """Keeps the trials of one search, as plain JSON values."""

    def load(self) -> list[dict[str, Any]]: ...

    def save(self, trials: Sequence[Mapping[str, Any]], /) -> None: ...


@dataclass
class InMemoryTrials:
    """Trials kept for as long as the object lives: a TrialStore for notebooks, benches and tests.

    store = InMemoryTrials()
    fit(customers, features, trials=store)  # a second call resumes where the first stopped
    """

    kept: list[dict[str, Any]] = field(default_factory=list)

    def load(self) -> list[dict[str, Any]]:
        """The trials so far, as JSON would give them back."""
        return list(json.loads(json.dumps(self.kept)))

    def save(self, trials: Sequence[Mapping[str, Any]], /) -> None:
        """Replace what is kept."""
        self.kept = [dict(trial) for trial in trials]


def search(
    objective: Callable[[Params], float],
    space: Space,
    trials: int,
    seed: int,
    store: TrialStore,
    first: Params | None = None,
) -> list[Trial]:
    """Try `trials` points of `space` and return them in order; trials already in the store are not
    run again.

    `first` is tried before anything is proposed. Raises ValueError for stored trials of another
    space; an error of the objective is the caller's, and loses no trial before it.
    """
    done = [Trial(**kept) for kept in store.load()][:trials]
    if strange := [trial.number for trial in done if set(trial.params) != set(space)]:
        raise ValueError(
            f"stored trial {strange[0]} is not of this search: it does not set "
            f"{', '.join(sorted(space))}"
        )
    while len(done) < trials:
        number = len(done)
        params = dict(first) if first is not None and number == 0 else _propose(space, done, seed)
        done.append(Trial(number, params, float(objective(params))))
        store.save([asdict(trial) for trial in done])
    return done


def search_with_cuts(
    objective: Callable[[Params, int], float],
    space: Space,
    rounds: Sequence[int],
    seed: int,
    store: TrialStore,
    first: Params | None = None,
) -> list[Trial]:
    """Try `rounds[0]` points of `space` in round 0, the best `rounds[1]` of them again in round 1,
    and so on: the trials of the last round, in order.

    `objective` is given the round, and spends more on each point in a later one. Trials of every
    round are kept in the store, so that a killed search ends as one that was not. Source: Jamieson
    and Talwalkar, 2016, "Non-stochastic best arm identification" (successive halving).
    """
    stored = [Trial(**kept) for kept in store.load()]
    done = search(lambda params: objective(params, 0), space, rounds[0], seed, store, first)
    last = done
    for number, survivors in enumerate(rounds[1:], start=1):
        last, points = [], sorted(last, key=_rank)[:survivors]
        for point in points:
            known = stored[len(done)] if len(done) < len(stored) else None
            loss = known.loss if known else float(objective(point.params, number))
            last.append(Trial(len(done), point.params, loss))
            done = [*done, last[-1]]
            if known is None:
                store.save([asdict(trial) for trial in done])
    return last


def best(trials: Sequence[Trial]) -> Trial:
    """The trial with the lowest loss, the earliest of equals."""
    return min(trials, key=_rank)


def _rank(trial: Trial) -> tuple[float, int]:
    return trial.loss, trial.number


def _propose(space: Space, done: Sequence[Trial], seed: int) -> Params:
    """Hyperopt's next point after the trials done, in plain Python numbers."""
    number = len(done)
    domain = Domain(
        lambda _: 0.0, {name: _expression(name, range_) for name, range_ in space.items()}
    )
    history = Trials()
    history.insert_trial_docs([_document(history, trial) for trial in done])
    history.refresh()
    proposals = tpe.suggest(
        [number], domain, history, int(np.random.default_rng([seed, number]).integers(2**31 - 1))
    )
    values = proposals[0]["misc"]["vals"]
    return {name: _plain(range_, values[name][0]) for name, range_ in space.items()}


def _expression(name: str, range_: Whole | Between) -> Any:
    if isinstance(range_, Whole):
        # uniformint gives each end of the range half of what the numbers between get
        return hp.quniform(name, range_.low - 0.5, range_.high + 0.5, 1)
    if range_.is_log:
        return hp.loguniform(name, float(np.log(range_.low)), float(np.log(range_.high)))
    return hp.uniform(name, range_.low, range_.high)


def _plain(range_: Whole | Between, value: Any) -> float:
    """A Python number within the range; Hyperopt answers in numpy's, and rounding may leave it by
    an ulp.
    """
    number = int(value) if isinstance(range_, Whole) else float(value)
    return min(max(number, range_.low), range_.high)


def _document(history: Trials, trial: Trial) -> Any:
    """A finished trial in Hyperopt's own form."""
    number = trial.number
    misc = {
        "tid": number,
        "cmd": ("domain_attachment", "FMinIter_Domain"),
        "workdir": None,
        "idxs": {name: [number] for name in trial.params},
        "vals": {name: [v] for name, v in trial.params.items()},
    }
    result = {"loss": trial.loss, "status": hyperopt.STATUS_OK}
    document = history.new_trial_docs([number], [None], [result], [misc])[0]
    document["state"] = hyperopt.JOB_STATE_DONE
    return document
