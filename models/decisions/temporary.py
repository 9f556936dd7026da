"""Stand-in."""

import numpy as np
from scipy.optimize import linprog

from holdfast.models.decisions.plan import NOTHING, choose


def solve(pairs, bounds, size, rounds=60):
    K = len(bounds)
    cuts = []
    prices = np.zeros(K)
    best = (np.inf, prices)
    for _ in range(rounds):
        c = choose(pairs, prices, size)
        got = c[c != NOTHING]
        value = pairs.value[got].sum()
        use = pairs.use[got].sum(axis=0)
        dual = value + prices @ (bounds - use)
        if dual < best[0]:
            best = (dual, prices)
        cuts.append((value, bounds - use))
        A = np.array([np.append(g, -1.0) for _, g in cuts])
        b = -np.array([v for v, _ in cuts])
        big = 50.0
        r = linprog(
            np.append(np.zeros(K), 1.0), A_ub=A, b_ub=b, bounds=[(0, big)] * K + [(None, None)]
        )
        prices = r.x[:K]
        if best[0] - r.x[K] < 1e-4 * max(1, abs(best[0])):
            break
    bound, prices = best
    c = choose(pairs, prices, size)
    # repair: drop worst until feasible, then fill
    chosen = c.copy()
    gain = pairs.value - pairs.use @ prices

    def used():
        g = chosen[chosen != NOTHING]
        return pairs.use[g].sum(axis=0)

    u = used()
    for row in sorted(np.flatnonzero(chosen != NOTHING), key=lambda r: gain[chosen[r]]):
        over = u > bounds + 1e-9
        if not over.any():
            break
        if (pairs.use[chosen[row]][over] > 0).any():
            u = u - pairs.use[chosen[row]]
            chosen[row] = NOTHING
    for pair in np.argsort(-gain, kind="stable"):
        row = pairs.customer[pair]
        if (
            chosen[row] == NOTHING
            and pairs.value[pair] > 0
            and (u + pairs.use[pair] <= bounds + 1e-9).all()
        ):
            chosen[row] = pair
            u = u + pairs.use[pair]
    got = chosen[chosen != NOTHING]
    return prices, c, chosen, pairs.value[got].sum(), bound, u
