"""Orders as the jobs of features and value read them."""

from pyspark.sql import DataFrame

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.sales import SALES, read_sales
from holdfast.transformations.identity.join import with_customer
from holdfast.transformations.states import while_standing
from holdfast.transformations.tables.silver import FACT_STATES, IDENTITY_MAP, ORDERS

DATED_ORDERS = (*SALES, FACT_STATES, IDENTITY_MAP)


def read_customer_orders(ctx: Context, identity_map: DataFrame) -> DataFrame:
    """Orders as revenue while they stood, with their customer: one row per order and interval."""
    dated = while_standing(read_sales(ctx), ctx.read(FACT_STATES), ORDERS)
    return with_customer(dated, identity_map)
