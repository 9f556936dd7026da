"""Rows of ops.model_metrics by predictor and by slice."""

import pandas as pd


def pivot_slices(metrics: pd.DataFrame, measures: dict[str, str], dimension: str) -> pd.DataFrame:
    """The model's metrics in slices `dimension=value` side by side: value, one column per measure,
    rows.
    """
    prefix = f"{dimension}="
    sliced = metrics[
        (metrics["predictor"] == "model")
        & metrics["slice"].str.startswith(prefix)
        & metrics["metric"].isin(list(measures))
    ]
    if sliced.empty:
        return pd.DataFrame(columns=[dimension, *measures.values(), "rows"])
    keyed = sliced.assign(**{dimension: sliced["slice"].str.removeprefix(prefix)})
    wide = keyed.pivot_table(
        index=dimension, columns="metric", values="value", aggfunc="first"
    ).rename(columns=measures)
    wide["rows"] = keyed.groupby(dimension)["rows"].first()
    return wide.reset_index().dropna()


def select_figures(metrics: pd.DataFrame, metric: str) -> dict[str, float]:
    """Predictor to its figure over all rows."""
    found = metrics[(metrics["slice"] == "all") & (metrics["metric"] == metric)]
    return dict(zip(found["predictor"].astype(str), found["value"].astype(float), strict=True))
