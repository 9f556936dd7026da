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
# # Explore segments
# Who is in the base, how it moves, and whether it is still the base that the models learnt from.
#
# Reads the tables of the last published run; `HOLDFAST_ROOT` names the root.

# %%
import altair as alt
import pandas as pd
from pyspark.sql import functions as F

import holdfast

alt.renderers.enable("png", ppi=110)
shop = holdfast.open_root()


def read(name: str, condition: str = "true") -> pd.DataFrame:
    """Rows of a published table that meet a condition, in types that pandas and Altair draw."""
    rows, drawn = shop.table(name).filter(condition), {"decimal": "double", "date": "timestamp"}
    kinds = {column: drawn.get(kind.partition("(")[0], kind) for column, kind in rows.dtypes}
    return rows.select(*(F.col(column).cast(kind) for column, kind in kinds.items())).toPandas()


# %% [markdown]
# ## Who is in the base
# Segments are groups that buy alike. Every customer counts for each by the probability of being of
# it. Amounts are in the currency of most customers.

# %%
TODAY = f"as_of = date'{shop.as_of}'"
profiles = read("gold.segment_profiles", TODAY).sort_values("customers", ascending=False)
order = list(profiles["segment"])
FIGURES = {
    "customers": ("customers", ",.0f"),
    "orders_a_year": ("orders a year", ".1f"),
    "average_order_amount": ("average order", ",.0f"),
    "discounted_share": ("at a discount", ".0%"),
    "churn_probability": ("leaving", ".0%"),
}


def small_bars(column: str, title: str, shape: str, *, named: bool) -> alt.LayerChart:
    """One column of the table: a bar per segment with its figure."""
    rows = alt.Y("segment:N", title=None, sort=order, axis=alt.Axis() if named else None)
    base = alt.Chart(profiles, title=title, width=105, height=150).encode(y=rows)
    length = alt.X(f"{column}:Q", axis=None, scale=alt.Scale(domainMin=0, padding=22))
    bars = base.mark_bar(color="#9ecae1").encode(x=length)
    figure = alt.Text(f"{column}:Q", format=shape)
    return bars + base.mark_text(align="left", dx=3).encode(x=length, text=figure)


alt.hconcat(
    *(small_bars(c, *words, named=c == "customers") for c, words in FIGURES.items()), spacing=8
).configure_view(stroke=None)

# %% [markdown]
# ## How they move
# Customers by their segment a month ago (rows) and now (columns); the darker, the more of the row.
# Who is new comes from `none`.

# %%
moves = read("gold.segment_migrations", f"{TODAY} and label_kind = 'segment'")
moves["share"] = moves["customers"] / moves.groupby("from_label")["customers"].transform("sum")
base = alt.Chart(moves, width=330, height=230).encode(
    x=alt.X("to_label:N", title="now", sort=order, axis=alt.Axis(labelAngle=-30)),
    y=alt.Y("from_label:N", title="a month ago", sort=[*order, "none"]),
)
shade = alt.Color("share:Q", scale=alt.Scale(scheme="blues", domain=[0, 1]), legend=None)
contrast = alt.condition("datum.share > 0.6", alt.value("white"), alt.value("black"))
base.mark_rect().encode(color=shade) + base.mark_text().encode(text="customers:Q", color=contrast)

# %% [markdown]
# ## Cohorts
# The share of each month's new customers who order in the months after. Pale cells are projected:
# these months are not over.

# %%
cohorts = read("gold.cohorts", "months_since between 1 and 24")
cohorts = cohorts[cohorts["currency"] == cohorts.groupby("currency")["customers"].sum().idxmax()]
seen = cohorts["active_customers"].astype(float).where(cohorts["is_observed"])
cohorts["active"] = seen.fillna(cohorts["projected_active_customers"]) / cohorts["customers"]
cohorts["month"] = cohorts["cohort_on"].dt.strftime("%Y-%m")
alt.Chart(cohorts.dropna(subset=["active"]), width=520, height=330).mark_rect().encode(
    x=alt.X("months_since:O", title="months since the first order", axis=alt.Axis(labelAngle=0)),
    y=alt.Y("month:O", title="month of the first order"),
    color=alt.Color("active:Q", title="ordering", scale=alt.Scale(scheme="viridis")),
    opacity=alt.condition("datum.is_observed", alt.value(1.0), alt.value(0.45)),
)

# %% [markdown]
# ## Agreed figures
# Month by month with 90 % intervals, of months whose days are all over: a churn rate waits for the
# horizon to end.

# %%
NAMES = ("churn_rate", "retention_rate", "repeat_purchase_rate", "second_order_rate")
kpis = read("gold.kpis", f"kpi_name in {NAMES} and dimension = 'all' and period_kind = 'month'")
kpis = kpis[kpis["is_complete"]]
months = alt.X("period_start_on:T", title=None, axis=alt.Axis(format="%b %y", tickCount=5))
base = alt.Chart(kpis, width=250, height=130).encode(x=months)
interval = base.mark_area(opacity=0.25).encode(y=alt.Y("low:Q", title=None), y2="high:Q")
line = base.mark_line(point=True).encode(y=alt.Y("value:Q", axis=alt.Axis(format="%")))
(interval + line).facet(alt.Facet("kpi_name:N", title=None), columns=2).resolve_scale(
    y="independent"
)

# %% [markdown]
# ## Drift
# Features whose customers of today differ most from those that the churn model learnt from, by
# population stability. Some drift by nature: tenure grows. An alarm is raised by the test over all
# features alone.

# %%
drift = read("ops.drift", TODAY)
drift = drift[drift["run_number"] == drift["run_number"].max()]
table = drift.pivot_table(index="subject", columns="measure", values="value").reindex(
    columns=["psi", "jensen_shannon", "p_value"]
)
table.sort_values("psi", ascending=False).head(10).round(3)

# %%
whole = drift[drift["measure"].isin(["p_value", "smallest_shift", "calibration_gap"])]
whole = whole[whole["subject"].isin(["all_features", "churn_probability"])]
whole.set_index(["subject", "measure"])[["value", "low", "high", "is_alarm"]].round(3)
