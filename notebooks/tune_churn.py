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
# # Tune the churn model
# Reads the tables of the last published run and fits other sizes of the model by the very function
# the job calls: same split in time, same consent. Nothing is written. What proves better goes into
# your own `churn.yml`; then `holdfast run --force` trains with it. `HOLDFAST_ROOT` names the root,
# `HOLDFAST_ENV` the environment whose settings count.

# %%
import os
from dataclasses import replace

import altair as alt
import mlflow
import pandas as pd
from pyspark.sql import functions as F

import holdfast
from holdfast import churn

alt.renderers.enable("png", ppi=110)
shop = holdfast.open_root()
settings = holdfast.load_settings(os.environ.get("HOLDFAST_ENV", "local"))
config = churn.config_from_settings(settings)
config

# %% [markdown]
# ## Who trains, who evaluates
# Training windows end before the next part begins; the held-out day is the newest whose outcome is
# known.

# %%
customers = churn.training_rows(shop, settings)
days = [row.as_of for row in customers.select("as_of").distinct().collect()]
split = churn.time_split(days, config.horizon_days, shop.as_of)
split

# %% [markdown]
# ## Try sizes


# %%
def try_trees(trees: int) -> pd.DataFrame:
    """Metrics on the held-out day of a model with that many trees, beside its rivals."""
    result = churn.fit(
        customers,
        churn.FEATURES,
        replace(config, trees=trees),
        split=split,
        trials=churn.InMemoryTrials(),
    )
    if result.model is None:
        raise SystemExit(f"No model can be trained here: {result.decision.why}")
    return pd.DataFrame(result.metrics).assign(trees=trees)


metrics = pd.concat(
    [try_trees(trees) for trees in (config.trees, 2 * config.trees)], ignore_index=True
)
table = metrics[
    (metrics["slice"] == "all") & metrics["metric"].isin(["auc", "log_loss"])
].pivot_table(index=["predictor", "trees"], columns="metric", values="value")
table.round(4)

# %% [markdown]
# ## Is it worth it?
# Leavers reached against customers contacted; the more a curve hugs the upper left, the better.

# %%
lift = metrics[metrics["metric"] == "lift"].assign(
    contacted=lambda frame: frame["slice"].str.removeprefix("contacted=").astype(float)
)[["predictor", "trees", "contacted", "value"]]
alt.Chart(lift).mark_line(point=True).encode(
    x=alt.X("contacted:Q", title="share of customers contacted"),
    y=alt.Y("value:Q", title="share of leavers reached"),
    color="predictor:N",
    strokeDash="trees:N",
)

# %% [markdown]
# ## The model in use
# As MLflow serves it to any frame of features, by the kernel that scored the tables.

# %%
mlflow.set_tracking_uri(shop.tracking_uri)
champion = mlflow.pyfunc.load_model("models:/churn@champion")
today = (
    shop.table("features.customer_snapshots").filter(F.col("as_of") == F.lit(shop.as_of)).toPandas()
)
champion.predict(today).describe().round(3)
