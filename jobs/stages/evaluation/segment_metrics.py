"""Segments, stages, channels, affinities and purchase windows beside the generator's truth."""

from datetime import timedelta
from typing import Final

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from sklearn.cluster import KMeans
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import adjusted_rand_score, f1_score
from sklearn.model_selection import cross_val_predict

from holdfast.jobs.stages.evaluation.identity_metrics import Figures
from holdfast.transformations.tables.gold import CUSTOMER_ORDERS
from holdfast.transformations.tables.silver import ORDER_LINES, PRODUCTS
from holdfast.transformations.tables.vocabulary import ACTIVE, DORMANT, LAPSED, NEW

SOLD: Final = (ORDER_LINES, CUSTOMER_ORDERS, PRODUCTS)  # what raw shares are counted from
_SEEN: Final = (
    "tenure_days",
    "recency_days",
    "orders_365d",
    "orders_90d",
    "spend_365d",
    "order_value_365d",
    "discounted_share_365d",
    "discount_share_365d",
    "mean_gap_days",
    "return_rate_365d",
)
_PROFILE_OF: Final = {"web": "web_first", "app": "mobile_first", "pos": "in_store"}
_AFFINITY_OF: Final = {
    "category_specialist": "category_specialist",
    "private_label": "private_label",
    "brand_seeker": "brand_loyal",
    "none": "cross_category",
}
_FOLDS: Final = 3  # of the oracle
_KNOWN: Final = 5  # orders from which stages, channels and affinities must be right
_NEW_DAYS, _QUIET_DAYS, _LAPSED_DAYS = 90, 90, 180  # of the plain rule and of the truth
_FRESH: Final = 1  # days since the last order: who is seen later has not come early
_WATCHED: Final = 365  # days of published windows that are looked at


def fetch_segments(
    segments: DataFrame, snapshots: DataFrame, persons: DataFrame, people: DataFrame
) -> pd.DataFrame:
    """customer_segments of all days beside the truth of their person and the features of the
    day; in order of days and customers.
    """
    labels = segments.select(
        *("as_of", "customer_id", "segment", "lifecycle", "channel_profile", "orders"),
        *("affinity", "affinity_of", "next_order_from_on", "next_order_to_on"),
    )
    seen = snapshots.select("as_of", "customer_id", *_SEEN)
    truth = people.select(
        "person_id",
        F.col("segment").alias("true_segment"),
        *("main_channel", "taste", "taste_of", "aggrieved_on", "left_on"),
    )
    joined = (
        labels.join(persons, on=["customer_id"], how="inner")
        .join(truth, on=["person_id"], how="inner")
        .join(seen, on=["as_of", "customer_id"], how="left")
    )
    found = pd.DataFrame(joined.toPandas())
    for name in ("as_of", "aggrieved_on", "left_on", "next_order_from_on", "next_order_to_on"):
        found[name] = pd.to_datetime(found[name])
    return found.sort_values(["as_of", "customer_id"], ignore_index=True)


def measure_segments(found: pd.DataFrame, profiles: DataFrame) -> Figures:
    """Adjusted Rand index of the newest day's segments, of an oracle that was trained on the
    segments of other customers with the same features, of k-means and of RFM quintiles; how far
    the profiles' shares are off; and how many changed segment in a month that were content all the
    while. Nothing where too few customers were given a segment.
    """
    today = found[(found["as_of"] == found["as_of"].max()) & found["segment"].notna()]
    true = today["true_segment"]
    if today.empty or true.value_counts().min() < _FOLDS:
        return {}
    seen = today[list(_SEEN)].astype(float)
    trees = HistGradientBoostingClassifier(max_iter=80, learning_rate=0.08, random_state=0)
    scaled = (seen - seen.mean()) / seen.std()
    rivals = {
        "oracle": cross_val_predict(trees, seen, true, cv=_FOLDS),
        "k_means": KMeans(5, n_init=4, random_state=0).fit_predict(scaled.fillna(0.0)),
        "rfm": _score_rfm(seen),
    }
    shares = _compare_shares(profiles, true)
    return {
        "segment_adjusted_rand": float(adjusted_rand_score(true, today["segment"])),
        **{
            f"segment_adjusted_rand_{name}": float(adjusted_rand_score(true, own))
            for name, own in rivals.items()
        },
        "segment_share_error": float(shares.max()),
        "segment_flips": _count_flips(found),
    }


def _score_rfm(seen: pd.DataFrame) -> "pd.Series[float]":
    """Quintiles of recency, frequency and money, added and cut into five."""
    parts = (-seen["recency_days"], seen["orders_365d"], seen["spend_365d"])
    scores = sum(part.rank(pct=True, method="first").mul(5).clip(upper=4.99) // 1 for part in parts)
    return pd.Series(scores).rank(pct=True, method="first").mul(5).clip(upper=4.99) // 1


def _compare_shares(profiles: DataFrame, true: "pd.Series[str]") -> "pd.Series[float]":
    """How far the share of each true segment is from that of the segment of its name; one that has
    no such segment is off by its whole share.
    """
    newest = profiles.agg(F.max("as_of").alias("as_of"))
    rows = profiles.join(newest, ["as_of"], how="inner").select("segment", "customers_share")
    shares = {row["segment"]: float(row["customers_share"]) for row in rows.collect()}
    expected = true.value_counts(normalize=True)
    return (expected - expected.index.map(lambda name: shares.get(name, 0.0))).abs()


def _count_flips(found: pd.DataFrame) -> float:
    """Share of those content from one month first to the next who are of another segment then,
    over the newest six pairs of month firsts.
    """
    content = found[
        _is_content(found) & (found["orders"] >= _KNOWN) & found["as_of"].dt.is_month_start
    ]
    wide = content.pivot(index="customer_id", columns="as_of", values="segment").iloc[:, -7:]
    pairs = [wide.iloc[:, at : at + 2].dropna() for at in range(wide.shape[1] - 1)]
    flips = sum(int((pair.iloc[:, 0] != pair.iloc[:, 1]).sum()) for pair in pairs)
    return flips / max(sum(map(len, pairs)), 1)


def _is_content(found: pd.DataFrame) -> "pd.Series[bool]":
    is_aggrieved, has_left = (found[name] <= found["as_of"] for name in ("aggrieved_on", "left_on"))
    return ~(is_aggrieved | has_left)


def measure_profiles(found: pd.DataFrame) -> Figures:
    """Macro-F1 of stages and channels on the newest day, of those with five orders or more: of
    stages beside a plain rule of 90 and 180 days.
    """
    newest = found["as_of"] == found["as_of"].max()
    today = found[newest & (found["orders"] >= _KNOWN)]
    has_left, silent = today["left_on"] <= today["as_of"], today["recency_days"]
    gone = np.where(silent >= _LAPSED_DAYS, LAPSED, DORMANT)
    is_new = today["tenure_days"] < _NEW_DAYS
    true = np.where(is_new, NEW, np.where(has_left, gone, ACTIVE))
    plain = np.where(is_new, NEW, np.where(silent >= _QUIET_DAYS, gone, ACTIVE))
    channels = today["main_channel"].map(_PROFILE_OF)
    return {
        "lifecycle_macro_f1": _score(true, today["lifecycle"]),
        "lifecycle_macro_f1_plain_rule": _score(true, plain),
        "channel_macro_f1": _score(channels, today["channel_profile"]),
    }


def measure_affinities(
    found: pd.DataFrame, lines: DataFrame, orders: DataFrame, products: DataFrame
) -> Figures:
    """Macro-F1 of affinities on the newest day, of those with five orders or more, beside a plain
    rule (more than half of the lines are of one category) and beside raw shares of all kinds above
    one half; and how many specialists and brand seekers are of another category or brand.
    """
    newest = found["as_of"] == found["as_of"].max()
    today = found[newest & (found["orders"] >= _KNOWN)]
    shares = _fetch_raw_shares(lines, orders, products).reindex(today["customer_id"]) > 0.5
    true, named = today["taste"].map(_AFFINITY_OF), today["affinity"].fillna("")
    words = list(_AFFINITY_OF.values())
    plain = np.where(shares["category"], words[0], words[-1])
    raw = np.select([shares[kind] for kind in shares], words[:-1], words[-1])
    is_of = true.isin([words[0], words[2]]) & (named == true)
    return {
        "affinity_macro_f1": _score(true, named),
        "affinity_macro_f1_plain_rule": _score(true, plain),
        "affinity_macro_f1_raw_shares": _score(true, raw),
        "affinity_of_another": float((today["affinity_of"] != today["taste_of"])[is_of].mean()),
    }


def _fetch_raw_shares(lines: DataFrame, orders: DataFrame, products: DataFrame) -> pd.DataFrame:
    """The share of each customer's lines in the category, label and brand of most."""
    standing = orders.filter(~F.col("is_cancelled")).select("order_id", "customer_id")
    kinds = products.select("product_id", "is_private_label", "brand")
    bought = pd.DataFrame(
        lines.join(standing, on=["order_id"], how="inner")
        .join(kinds, on=["product_id"], how="left")
        .select("customer_id", "category", F.col("is_private_label").cast("double"), "brand")
        .toPandas()
    ).groupby("customer_id")
    category, brand = (
        bought[kind].value_counts(normalize=True).groupby(level=0).max()
        for kind in ("category", "brand")
    )
    return pd.DataFrame(
        {"category": category, "label": bought["is_private_label"].mean(), "brand": brand}
    )


def _score(true: object, named: object) -> float:
    return float(f1_score(true, named, average="macro", labels=sorted(set(true))))  # type: ignore[call-overload] # any sequence


def measure_windows(found: pd.DataFrame, orders: DataFrame) -> Figures:
    """How many of those who stayed came again inside their window, which is to be four of five:
    of customers who had just ordered on a month first of the last year whose windows have ended.
    """
    bought = pd.DataFrame(
        orders.filter(~F.col("is_cancelled")).select("customer_id", "ordered_on").toPandas()
    )
    bought["ordered_on"] = pd.to_datetime(bought["ordered_on"])
    end = found["as_of"].max()
    recent = found["as_of"] >= end - timedelta(days=_WATCHED)
    fresh = found[recent & (found["recency_days"] <= _FRESH) & found["next_order_to_on"].notna()]
    known = fresh[fresh["next_order_to_on"] < end]
    stays = known[~(known["left_on"] <= known["next_order_to_on"])]
    ahead = stays.merge(bought, on="customer_id", how="left")
    following = ahead[ahead["ordered_on"] >= ahead["as_of"]]
    first = following.groupby(["as_of", "customer_id"])["ordered_on"].min().rename("next_on")
    asked = stays.merge(first.reset_index(), on=["as_of", "customer_id"], how="left")
    inside = asked["next_on"].between(asked["next_order_from_on"], asked["next_order_to_on"])
    return {"purchase_window_coverage": float(inside.mean()), "purchase_windows": float(len(asked))}
