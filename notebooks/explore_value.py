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
# # Explore customer value
# What customers are expected to spend, how sure that is, and how the purchase model sees them.
#
# Reads the tables of the last published run; `HOLDFAST_ROOT` names the root.

# %%
import altair as alt
import numpy as np
import pandas as pd
from pyspark.sql import functions as F

import holdfast
from holdfast import value

alt.renderers.enable("png", ppi=110)
shop = holdfast.open_root()
values, customers = shop.table("gold.customer_values"), shop.table("gold.customer_360")

# %% [markdown]
# ## Where the money is
# Value at risk is what leaving costs over the next 90 days: the probability that a customer leaves
# times what they are expected to spend if they stay. Currencies are never added up.

# %%
BANDS = ["high", "medium", "early", "none"]
at_risk = (
    customers.filter(F.col("value_at_risk_amount").isNotNull())
    .groupBy("currency", "main_channel", "risk_band")
    .agg(F.sum("value_at_risk_amount").cast("double").alias("value_at_risk"))
).toPandas()
table = at_risk.pivot_table(
    index=["currency", "main_channel"], columns="risk_band", values="value_at_risk", fill_value=0.0
).reindex(columns=BANDS, fill_value=0.0)
table.assign(all=table.sum(axis=1)).sort_values("all", ascending=False).map("{:,.0f}".format)

# %%
alt.Chart(
    at_risk.assign(rank=at_risk["risk_band"].map(BANDS.index)), width=520, height=120
).mark_bar().encode(
    x=alt.X("value_at_risk:Q", title="value at risk, in the currency on the left"),
    y=alt.Y("main_channel:N", title=None, sort="-x"),
    row=alt.Row("currency:N", title=None),
    color=alt.Color(
        "risk_band:N",
        title="risk band",
        scale=alt.Scale(domain=BANDS, range=["#a50f15", "#ef6548", "#fdbb84", "#cccccc"]),
    ),
    order="rank:Q",
).properties(title="Value at risk by main channel")

# %% [markdown]
# ## How sure it is
# Each bar is one customer's 90 % interval for the next 365 days, the dot what is expected; from the
# least to the most valuable. Intervals are measured band by band of what is expected, hence the
# steps.

# %%
year = (
    values.filter(F.col("horizon_days") == 365)
    .select(
        "customer_id",
        "currency",
        *(F.col(name).cast("double") for name in ("low_amount", "expected_amount", "high_amount")),
    )
    .orderBy("expected_amount", "customer_id")
    .toPandas()
)
year["place"] = year.groupby("currency")["expected_amount"].rank(method="first", pct=True)
shown = year.iloc[:: max(1, len(year) // 130)]
base = alt.Chart(shown, width=520, height=320).encode(
    x=alt.X("place:Q", title="customers, the least valuable first", axis=alt.Axis(format="%"))
)
amount = alt.Scale(type="symlog", constant=10)
ticks = alt.Axis(values=[0, *(10**power for power in range(1, 7))], labelOverlap=False)
interval = base.mark_rule(color="#9ecae1", strokeWidth=2).encode(
    y=alt.Y("low_amount:Q", title="spend in the next 365 days", scale=amount, axis=ticks),
    y2="high_amount:Q",
)
expected = base.mark_point(size=10, filled=True).encode(y="expected_amount:Q")
(interval + expected).facet(row=alt.Row("currency:N", title=None))

# %% [markdown]
# ## The purchase model, by hand
# BG/NBD on the grouped purchases of the newest day: the same cells the job fits on. Customers buy
# at rates that follow gamma(r, alpha), per week, and leave after a repeat purchase with
# probabilities that follow beta(a, b).

# %%
cells = (
    shop.table("features.purchase_cells")
    .filter(F.col("as_of") == F.lit(shop.as_of))
    .groupBy("frequency", "recency_weeks", "age_weeks")
    .agg(F.sum("customers").alias("customers"))
).toPandas()
model = value.bg_nbd.fit(
    value.bg_nbd.Cells.of(
        cells["frequency"], cells["recency_weeks"], cells["age_weeks"], cells["customers"]
    )
)
pd.DataFrame(
    {"value": [model.r, model.alpha, model.a, model.b], "standard error": model.standard_errors},
    index=pd.Index(["r", "alpha", "a", "b"], name="parameter"),
).round(3)

# %% [markdown]
# A customer of a year: what the next 13 weeks bring, by number of repeat purchases and by how long
# ago the last one was. The more often somebody bought, the sooner silence is a bad sign.

# %%
grid = [(x, 52.0 - silent, 52.0) for x in (1, 3, 6, 12) for silent in range(0, 53, 2)]
x, t_x, age = (np.array(column, dtype=float) for column in zip(*grid, strict=True))
drawn = pd.DataFrame(
    {
        "repeats": x.astype(int),
        "weeks": age - t_x,
        "expected": value.expected_purchases(model, x, t_x, age, 13.0),
    }
)
alt.Chart(drawn, title="Purchases to come", width=520, height=320).mark_line().encode(
    x=alt.X("weeks:Q", title="weeks since the last purchase", scale=alt.Scale(domain=[0, 52])),
    y=alt.Y("expected:Q", title="expected purchases in the next 13 weeks"),
    color=alt.Color("repeats:N", title="repeat purchases so far"),
)
