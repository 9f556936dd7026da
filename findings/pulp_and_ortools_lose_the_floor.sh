#!/usr/bin/env bash
# "At least 10 and at most 20 vouchers", written as 10 <= x + y <= 20, is one constraint in PuLP and in the linear solvers
# of OR-Tools (pywraplp): the at most. Python makes two comparisons of it and joins them by "and"; the first is true as an
# object, and is gone. The solver says Optimal and sends nothing. highspy, which looks alike, keeps both sides; CVXPY
# and OR-Tools' own CP-SAT refuse the chain.
# Seen with pulp 3.3.2, ortools 9.15.6755, highspy 1.16.0 and cvxpy 1.9.3: the cheapest x + y is 0, 0 and 10.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q pulp==3.3.2 ortools==9.15.6755 highspy==1.16.0 cvxpy==1.9.3
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

import cvxpy
import highspy
import pulp
from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model


def by_pulp():
    problem = pulp.LpProblem("vouchers", pulp.LpMinimize)
    x, y = pulp.LpVariable("x", 0), pulp.LpVariable("y", 0)
    problem += x + y
    problem += 10 <= x + y <= 20
    status = pulp.LpStatus[problem.solve(pulp.PULP_CBC_CMD(msg=False))]
    return status, x.value() + y.value()


def by_pywraplp():
    solver = pywraplp.Solver.CreateSolver("GLOP")
    x, y = solver.NumVar(0, 100, "x"), solver.NumVar(0, 100, "y")
    solver.Add(10 <= x + y <= 20)
    solver.Minimize(x + y)
    status = "Optimal" if solver.Solve() == solver.OPTIMAL else "other"
    return status, x.solution_value() + y.solution_value()


def by_highspy():
    model = highspy.Highs()
    model.silent()
    x, y = model.addVariable(lb=0), model.addVariable(lb=0)
    model.addConstr(10 <= x + y <= 20)
    model.minimize(x + y)
    return model.modelStatusToString(model.getModelStatus()), model.val(x) + model.val(y)


def by_cvxpy():
    x = cvxpy.Variable()
    return 10 <= x <= 20


def by_cp_sat():
    model = cp_model.CpModel()
    x = model.new_int_var(0, 100, "x")
    return model.add(10 <= x <= 20)


def outcome(solve):
    try:
        return solve()
    except Exception as error:  # CVXPY raises no narrower one
        return type(error).__name__


tries = {
    "pulp": (outcome(by_pulp), ("Optimal", 0.0)),
    "ortools, pywraplp": (outcome(by_pywraplp), ("Optimal", 0.0)),
    "highspy": (outcome(by_highspy), ("Optimal", 10.0)),
    "cvxpy": (outcome(by_cvxpy), "Exception"),
    "ortools, CP-SAT": (outcome(by_cp_sat), "NotImplementedError"),
}
print(", ".join(f"{name} {version(name)}" for name in ("pulp", "ortools", "highspy", "cvxpy")))
for name, (found, _) in tries.items():
    print(f"{name}: {found}")
sys.exit(any(found != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
