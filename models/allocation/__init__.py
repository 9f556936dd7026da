"""Who gets which play: of each customer's eligible plays one or none, so that the summed value is
highest within up to 24 limits. On a frame with one row per customer and play:

    customers = CustomersInFrame(rows, ["cost", "calls"], partitions=8)
    plan = allocate(customers, [Limit("budget", 5000.0), Limit("call_centre", 40.0)])
    chosen = customers.choose(plan.rule)
    plan.certificate.gap  # of its value to a bound that no plan can exceed
"""

from typing import TYPE_CHECKING

from holdfast.models.exports import lazy_names

if TYPE_CHECKING:
    from holdfast.models.allocation.customers import CustomersInMemory
    from holdfast.models.allocation.frames import CustomersInFrame
    from holdfast.models.allocation.pairs import sort_pairs
    from holdfast.models.allocation.plan import (
        Certificate,
        Limit,
        Plan,
        allocate,
        draw_frontier,
    )

__all__ = [
    "Certificate",
    "CustomersInFrame",
    "CustomersInMemory",
    "Limit",
    "Plan",
    "allocate",
    "draw_frontier",
    "sort_pairs",
]

__getattr__ = lazy_names(
    __name__,
    {
        "Certificate": "holdfast.models.allocation.plan",
        "CustomersInFrame": "holdfast.models.allocation.frames",
        "CustomersInMemory": "holdfast.models.allocation.customers",
        "Limit": "holdfast.models.allocation.plan",
        "Plan": "holdfast.models.allocation.plan",
        "allocate": "holdfast.models.allocation.plan",
        "draw_frontier": "holdfast.models.allocation.plan",
        "sort_pairs": "holdfast.models.allocation.pairs",
    },
)
