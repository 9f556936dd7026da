# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Plan decisions
# What another budget or a larger team would bring: the frontier of the plan, drawn anew.
#
# Reads the tables of the last published run; `HOLDFAST_ROOT` names the root. A decision under other
# limits is made by `holdfast decide --budget 5000`, and only shown with `--dry-run`.

# %%
import altair as alt
import pandas as pd
from pyspark.sql import Window
from pyspark.sql import functions as F

import holdfast
from holdfast import allocation

alt.renderers.enable("png", ppi=110)
shop = holdfast.open_root()
effects, limits = shop.table("gold.action_effects"), shop.table("gold.allocations")

# %% [markdown]
# ## The plan as it is
# What each limit uses, and what one more unit of it would bring.

# %%
today = limits.filter(F.col("as_of") == F.lit(shop.as_of)).toPandas()
today[["limit_name", "limit_value", "used_value", "shadow_price_value"]].astype(
    {"limit_value": float, "used_value": float, "shadow_price_value": float}
).set_index("limit_name").round(2)

# %% [markdown]
# ## What each play could bring
# Of all whom a play may be offered: what it would earn beyond its cost, for whom it pays.

# %%
worth = F.col("value_amount").cast("double")
(
    effects.groupBy("play")
    .agg(
        F.count(F.lit(1)).alias("customers"),
        F.count_if(worth > 0).alias("pays for"),
        F.sum(F.when(worth > 0, worth).otherwise(0.0)).alias("earns at most"),
    )
    .orderBy(F.desc("earns at most"))
    .limit(12)
    .toPandas()
    .set_index("play")
    .round(0)
)

# %% [markdown]
# ## The frontier
# Each row is a customer and a play that may be offered, with what it earns and what it takes of the
# budget and of the call centre. Plans are found by prices of the limits; no plan can be worth more
# than each says of itself.

# %%
is_call = F.coalesce(F.col("team") == "call_centre", F.lit(False))
rows = effects.select(
    "customer_id",
    F.dense_rank().over(Window.orderBy("play")).alias("play"),
    worth.alias("value"),
    F.col("cost_amount").cast("double").alias("budget"),
    F.when(is_call, 1.0).otherwise(0.0).alias("call_centre"),
).toPandas()
uses = rows[["budget", "call_centre"]].to_numpy().T
pairs = (rows[name].to_numpy() for name in ("customer_id", "play", "value"))
customers = allocation.CustomersInMemory(allocation.sort_pairs(*pairs, uses))


def plans(budget: float, calls: float, name: str, amounts: list[float]) -> pd.DataFrame:
    """The plans for amounts of one limit, the other as it is."""
    held = [allocation.Limit("budget", budget), allocation.Limit("call_centre", calls)]
    found = [plan.certificate for plan in allocation.draw_frontier(customers, held, name, amounts)]
    prices = [{use.name: use.shadow_price for use in one.limits}[name] for one in found]
    values = {"value": [one.value for one in found], "bound": [one.bound for one in found]}
    return pd.DataFrame({name: amounts, **values, "one more is worth": prices}).round(2)


BUDGETS = [float(x) for x in (5, 10, 20, 40, 80, 120, 160, 200, 300, 400)]
by_budget = pd.concat(
    plans(0.0, calls, "budget", BUDGETS).assign(calls=calls) for calls in (0.0, 10.0, 40.0)
)
alt.Chart(by_budget, width=520, height=280, title="Gain by budget").mark_line(point=True).encode(
    x=alt.X("budget:Q", title="budget for contacts and offers"),
    y=alt.Y("value:Q", title="expected gain beyond the cost"),
    color=alt.Color("calls:N", title="calls at most"),
)

# %% [markdown]
# ## What one more call is worth
# Under a budget that is no bound, and under a small one.

# %%
CALLS = [float(x) for x in (0, 5, 10, 15, 20, 25, 30, 35, 40)]
by_calls = pd.concat(
    plans(budget, 0.0, "call_centre", CALLS).assign(budget=budget) for budget in (60.0, 5000.0)
)
by_calls.pivot_table(index="call_centre", columns="budget", values="one more is worth")
