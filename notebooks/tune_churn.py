# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] # Tune the churn model Reads the tables of the last published run and fits other
# sizes of the model by the very function the job calls: same split in time, same consent. Nothing
# is written. What proves better goes into your own `churn.yml`; then `holdfast run --force` trains
# with it.  `HOLDFAST_ROOT` names the root, `HOLDFAST_ENV` the environment whose settings count.

# %%
import os
from dataclasses import replace
from pathlib import Path

import altair as alt
import mlflow
import pandas as pd
from pyspark.sql import functions as F

import holdfast
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.registry.mlflow_store import Tracking
from holdfast.jobs.stages.parameters import churn_parameters, rule_thresholds
from holdfast.models.churn.split import time_split
from holdfast.models.churn.training import fit
from holdfast.transformations.consent import permitted
from holdfast.transformations.features.registry import NAMES
from holdfast.transformations.scoring.churn import training_rows

shop = holdfast.open_root()
conf = settings.load(os.environ.get("HOLDFAST_ENV", "local")).values
config = churn_parameters(conf)

# %% [markdown] ## Which cut-offs train, which evaluate Training windows end before the next part
# begins; the held-out day is the newest whose outcome is known.

# %%
labels = shop.table("features.labels")
days = [row.as_of for row in labels.select("as_of").distinct().collect()]
split = time_split(days, config.horizon_days, shop.as_of)
split

# %%
rows = training_rows(
    shop.table("features.customer_snapshots"), labels, config.horizon_days, rule_thresholds(conf)
)
allowed = permitted(
    rows,
    shop.table("silver.consent_state"),
    shop.table("silver.identity_map"),
    "analytics",
    conf.consent.bases.analytics,
)

# %% [markdown]
# ## Try sizes


# %%
def evaluate(trees: int) -> pd.DataFrame:
    """Metrics on the held-out day of a model with that many trees, beside its rivals."""
    result = fit(allowed, NAMES, replace(config, trees=trees), split=split)
    if result.model is None:
        raise SystemExit(f"No model can be trained here: {result.decision.why}")
    return pd.DataFrame(result.metrics).assign(trees=trees)


sizes = (config.trees, 2 * config.trees)
metrics = pd.concat([evaluate(trees) for trees in sizes], ignore_index=True)
table = metrics[
    (metrics["slice"] == "all") & metrics["metric"].isin(["auc", "log_loss"])
].pivot_table(index=["predictor", "trees"], columns="metric", values="value")
table

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
mlflow.set_tracking_uri(Tracking(Path(shop.root)).uri)
champion = mlflow.pyfunc.load_model("models:/churn@champion")
today = (
    shop.table("features.customer_snapshots").filter(F.col("as_of") == F.lit(shop.as_of)).toPandas()
)
champion.predict(today).describe()
