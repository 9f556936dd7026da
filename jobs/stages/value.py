"""Rows that value models are fitted on and score, and who leaves among them."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
from pyspark.sql import DataFrame

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.consent import read_consent
from holdfast.jobs.stages.orders import read_customer_orders
from holdfast.jobs.stages.training import CHURN_MODEL, read_champion
from holdfast.models.arrays import Floats
from holdfast.models.churn.model import ChurnModel
from holdfast.models.value.btyd_baseline import Customers
from holdfast.models.value.forecasts import Leaving
from holdfast.transformations.features.purchase_cells import purchase_history
from holdfast.transformations.features.registry import NAMES, SNAPSHOTS
from holdfast.transformations.scoring.value import (
    shape_inputs,
    value_inputs,
    with_churn,
    with_outcome,
)
from holdfast.transformations.tables.features import LABELS, PURCHASE_CELLS
from holdfast.transformations.tables.gold import CHURN_SCORES
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP
from holdfast.transformations.tables.vocabulary import Purpose

OUTCOMES: Final = (PURCHASE_CELLS, SNAPSHOTS, LABELS, CONSENT_STATE)


def inputs_on(orders: DataFrame, snapshots: DataFrame, days: Sequence[date]) -> DataFrame:
    """Purchase histories and features of every customer on the given days; `orders` have
    customer_id.
    """
    return value_inputs(purchase_history(orders, days), snapshots, NAMES)


def read_inputs(ctx: Context) -> DataFrame:
    """features.value_inputs of the day, of customers who allow it, with what the day's churn scores
    say of them.
    """
    identity_map, horizon = ctx.read(IDENTITY_MAP), ctx.settings.outcome.horizon_days
    orders = read_customer_orders(ctx, identity_map)
    inputs = inputs_on(orders, ctx.read(SNAPSHOTS), [ctx.as_of])
    allowed = read_consent(ctx).filter_rows(inputs, Purpose.ANALYTICS)
    return shape_inputs(with_churn(allowed, ctx.read(CHURN_SCORES), horizon), identity_map)


def training_frame(
    orders: DataFrame, snapshots: DataFrame, labels: DataFrame, days: Sequence[date], horizon: int
) -> DataFrame:
    """The inputs of customers on the given days with revenue_amount, null on a day whose outcome in
    the horizon is not known.
    """
    return with_outcome(inputs_on(orders, snapshots, days), labels, horizon)


def read_leaving(ctx: Context) -> Leaving | None:
    """The churn model's answers of those it is asked about, by what was known on their day; of
    nobody before it had learnt. None without a churn model.
    """
    champion = read_champion(ctx, CHURN_MODEL, ChurnModel)
    if champion is None:
        return None
    newest, eligible_days = champion.model, ctx.settings.features.eligible_days

    def ask(held_out: Customers) -> Floats:
        recency = held_out.inputs(["recency_days"])[:, 0]
        is_asked = (recency >= 0) & (recency <= eligible_days)
        answers = np.full(len(recency), -1.0)
        for day in set(held_out.day[is_asked]):
            if model := newest.as_known_on(day):
                own = is_asked & (held_out.day == day)
                answers[own] = model.probability(held_out.inputs(model.features)[own], day)
        return np.round(answers, 6)

    return ask
