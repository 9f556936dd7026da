"""KPIs of what sales leave, of what customers are worth, and of what they cost to acquire."""

from typing import Final

from holdfast.transformations.kpis.bases import ACQUISITION, FORECASTS, RISK, TRADE
from holdfast.transformations.kpis.kpi import Kpi

_CAMPAIGNS: Final = "costs of campaigns (silver.campaign_costs)"
_UNIT_COSTS: Final = "unit costs of products (silver.product_costs)"
_BOTH_COSTS: Final = f"{_CAMPAIGNS} and {_UNIT_COSTS}"
_EARLIER: Final = "gold.customer_values of published days at least a horizon ago"
_CUSTOMER: Final = ("acquired_through",)

MARGIN: Final = (
    Kpi(
        "contribution_margin", TRADE, "margin", None, "sum", "currency", "lagging",
        "what sales leave to work with",
        "Revenue of the period's lines less the unit costs of the goods kept, of lines whose unit "
        "cost is known.",
        _UNIT_COSTS, ("acquired_through", "channel"), money="numerator",
    ),
    Kpi(
        "contribution_margin_rate", TRADE, "margin", "costed", "ratio", "margin per revenue",
        "lagging", "pricing and discounts",
        "Contribution margin per revenue of the lines it is of.",
        _UNIT_COSTS, ("acquired_through", "channel"), money="both",
    ),
    Kpi(
        "costed_revenue_share", TRADE, "costed", "sold", "ratio", "ratio", "leading",
        "how much of the margin is known",
        "Revenue of lines whose unit cost is known per revenue of all lines.",
        _UNIT_COSTS, ("acquired_through", "channel"), money="both", has_own_source=True,
    ),
)  # fmt: skip

VALUE: Final = (
    Kpi(
        "value_at_risk", RISK, "at_risk", None, "sum", "currency", "leading",
        "what leaving may cost",
        "Churn probability x value if the customer stays, over the horizon.",
        "churn scores and values (score_churn, score_value)", _CUSTOMER, money="numerator",
    ),
    Kpi(
        "realised_value_ratio", FORECASTS, "realised", "expected", "ratio", "ratio", "lagging",
        "trust in forecasts",
        "Revenue realised in the horizon per revenue expected for it.",
        _EARLIER, ("value_decile",), money="both", is_final="end + horizon",
    ),
    Kpi(
        "value_forecast_error", FORECASTS, "expected - realised", "realised", "ratio", "ratio",
        "lagging", "trust in forecasts",
        "Revenue expected less revenue realised, per revenue realised: above 0 too much was "
        "expected.",
        _EARLIER, ("value_decile",), money="both", is_final="end + horizon",
    ),
)  # fmt: skip

ACQUIRED: Final = (
    Kpi(
        "acquisition_cost", ACQUISITION, "spent", "acquired", "ratio", "currency", "leading",
        "what growth costs",
        "Costs of the period's campaigns per customer acquired in it, of channels with costs and "
        "customers whose first touch is known: traced_share says how many they are.",
        _CAMPAIGNS, _CUSTOMER, money="numerator",
    ),
    Kpi(
        "early_value_to_cost", ACQUISITION, "early_margin * acquired", "spent_with_margin",
        "ratio", "ratio", "lagging", "how soon costs come back",
        "Margin of customers acquired in the period, within the horizon of their first order, per "
        "cost of the period's campaigns.",
        _BOTH_COSTS, _CUSTOMER, money="both", is_final="end + horizon",
    ),
    Kpi(
        "value_to_cost", ACQUISITION, "customer_value * acquired", "spent_with_value",
        "ratio", "ratio", "leading", "which channels and cohorts pay",
        "Value of customers acquired in the period, as margin so far and of the next year, per "
        "cost of the period's campaigns.",
        f"{_BOTH_COSTS} and values (score_value)", _CUSTOMER, money="both", is_final="never",
    ),
    Kpi(
        "worthwhile_acquisition_cost", ACQUISITION, "customer_value", "valued", "ratio",
        "currency", "leading", "how much to bid",
        "Highest cost of a customer that pays: mean value of customers acquired in the period, as "
        "margin so far and of the next year.",
        f"{_UNIT_COSTS} and values (score_value)", _CUSTOMER, money="numerator", is_final="never",
    ),
)  # fmt: skip
