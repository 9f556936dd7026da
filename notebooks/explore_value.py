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
# Value at risk is expected spend times the probability to leave. Currencies are never added up.

# %%
at_risk = (
    customers.filter(F.col("value_at_risk_amount").isNotNull())
    .groupBy("currency", "main_channel", "risk_band")
    .agg(F.count(F.lit(1)).alias("customers"), F.sum("value_at_risk_amount").alias("value_at_risk"))
    .orderBy(F.desc("value_at_risk"))
).toPandas()
at_risk

# %%
alt.Chart(at_risk.assign(value_at_risk=at_risk["value_at_risk"].astype(float))).mark_bar().encode(
    x=alt.X("value_at_risk:Q", title="value at risk"),
    y=alt.Y("main_channel:N", title=None),
    color="risk_band:N",
    row="currency:N",
)

# %% [markdown]
# ## How sure it is
# Each customer's interval, from the least to the most valuable.

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
year["place"] = np.arange(len(year)) / max(1, len(year) - 1)
base = alt.Chart(year.iloc[:: max(1, len(year) // 400)]).encode(
    x=alt.X("place:Q", title="customers, by value")
)
base.mark_rule(opacity=0.3).encode(
    y=alt.Y("low_amount:Q", title="next 365 days"), y2="high_amount:Q"
) + base.mark_point(size=6).encode(y="expected_amount:Q")

# %% [markdown]
# ## The purchase model, by hand
# BG/NBD on the grouped purchases of the newest day: the same cells the job fits on.

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
model

# %% [markdown]
# A customer of a year: what the next 13 weeks bring, by number of purchases and by how long ago the
# last one was.

# %%
grid = [(x, 52.0 - silent, 52.0) for x in (1, 3, 6, 12) for silent in range(0, 53, 4)]
x, t_x, age = (np.array(column, dtype=float) for column in zip(*grid, strict=True))
expected = value.expected_purchases(model, x, t_x, age, 13.0)
drawn = pd.DataFrame(
    {"purchases": x.astype(int), "weeks since the last": age - t_x, "expected": expected}
)
alt.Chart(drawn).mark_line().encode(x="weeks since the last:Q", y="expected:Q", color="purchases:O")
