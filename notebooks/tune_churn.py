# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Tune the churn model
# Fits other sizes of the churn model by the very function that the job `train_churn` calls: same
# split in time, same consent. Nothing is written. What proves better goes into your own
# `churn.yml`; then `holdfast run --force` trains with it.
#
# Reads the tables of the last published run. `HOLDFAST_ROOT` names the root, `HOLDFAST_ENV` the
# environment whose settings count.

# %%
import os
from dataclasses import asdict, replace

import altair as alt
import mlflow
import numpy as np
import pandas as pd
from pyspark.sql import functions as F

import holdfast
from holdfast import churn

alt.renderers.enable("png", ppi=110)
shop = holdfast.open_root()
settings = holdfast.load_settings(os.environ.get("HOLDFAST_ENV", "local"))
config = churn.config_from_settings(settings)
pd.DataFrame(asdict(config).items(), columns=["parameter", "value"]).set_index("parameter")

# %% [markdown]
# ## Who trains, who evaluates
# One row per customer and cut-off, with the outcome where it is known. The candidates are compared
# on a few days, each by what was known on it; the held-out day is the newest whose outcome is known
# and chooses nothing.

# %%
customers = churn.training_rows(shop, settings)
days = (
    customers.groupBy("as_of")
    .agg(F.count("churned").alias("rows"), F.sum("churned").cast("int").alias("leavers"))
    .toPandas()
)
split = churn.time_split(days["as_of"], config.horizon_days, shop.as_of)
if split is None:
    raise SystemExit("No cut-off is old enough for its outcome to be known.")
parts = dict.fromkeys(split.known, "training")
parts |= {fold.day: "compared on" for fold in split.folds}
parts |= dict.fromkeys(split.embargoed, "final fit")
parts |= dict.fromkeys(split.running, "not known yet")
parts[split.held_out] = "held-out"
days["part"] = days["as_of"].map(parts)
table = days.groupby("part").agg(
    first=("as_of", "min"), last=("as_of", "max"), rows=("rows", "sum"), leavers=("leavers", "sum")
)
table.assign(share_of_leavers=(table["leavers"] / table["rows"]).round(3)).sort_values("first")

# %% [markdown]
# ## Try sizes
# Figures on the held-out day, beside the simpler candidates: the same chance for all, the bands of
# the written rules, recency alone, a logistic regression on all features, trees, and the last two
# together. More AUC is better, less log loss is better.


# %%
def try_trees(trees: int) -> pd.DataFrame:
    """Metrics on the held-out day of a model with that many trees, and of its rivals."""
    result = churn.fit(
        customers,
        churn.FEATURES,
        replace(config, trees=trees),
        split=split,
        trials=churn.InMemoryTrials(),
    )
    if result.model is None:
        raise SystemExit(f"No model can be trained here: {result.decision.why}")
    names = {"trees": f"{trees} trees", "blend": f"{trees} trees and regression"}
    rows = pd.DataFrame(result.metrics).replace({"predictor": names})
    return rows[(rows["cutoff_on"] == split.held_out) & (rows["predictor"] != "model")]


metrics = pd.concat([try_trees(config.trees), try_trees(2 * config.trees)], ignore_index=True)
metrics = metrics.drop_duplicates(["predictor", "slice", "metric"])  # the others have no trees
table = (
    metrics[(metrics["slice"] == "all") & metrics["metric"].isin(["auc", "log_loss"])]
    .pivot(index="predictor", columns="metric", values="value")
    .sort_values("auc", ascending=False)
)
table.round(4)

# %% [markdown]
# ## Is it worth it?
# Of all who left, how many are reached when only the likeliest leavers are contacted: the more a
# curve hugs the upper left, the better.

# %%
gains = metrics[metrics["metric"] == "gain"].assign(
    contacted=lambda frame: frame["slice"].str.removeprefix("contacted=").astype(float)
)[["predictor", "contacted", "value"]]
percent, whole = alt.Axis(format="%"), alt.Scale(domain=[0, 1])
alt.Chart(gains, title="Leavers reached on the held-out day", width=520, height=320).mark_line(
    point=True
).encode(
    x=alt.X("contacted:Q", title="share of customers contacted", axis=percent, scale=whole),
    y=alt.Y("value:Q", title="share of leavers reached", axis=percent, scale=whole),
    color=alt.Color("predictor:N", sort=list(table.index), title="ranked by"),
)

# %% [markdown]
# ## The model in use
# As MLflow serves it to any frame of features, by the kernel that scored the tables: how likely the
# customers of the newest day are to leave.

# %%
mlflow.set_tracking_uri(shop.tracking_uri)
champion = mlflow.pyfunc.load_model("models:/churn@champion")
today = (
    shop.table("features.customer_snapshots").filter(F.col("as_of") == F.lit(shop.as_of)).toPandas()
)
probability = champion.predict(today)["churn_probability"]
counts, edges = np.histogram(probability, bins=20, range=(0, 1))
alt.Chart(
    pd.DataFrame({"from": edges[:-1], "to": edges[1:], "customers": counts}),
    title=f"{len(probability):,} customers on {shop.as_of}",
    width=520,
    height=240,
).mark_bar().encode(
    x=alt.X("from:Q", title=f"probability of no order in {config.horizon_days} days", bin="binned"),
    x2="to:Q",
    y=alt.Y("customers:Q", title="customers"),
)
