"""Who gets which play within limits, and what more of a limit would bring.

    from holdfast import allocation

    pairs = frame[["customer_id", "play", "value", "budget", "calls"]]  # plays by number
    customers = allocation.CustomersInFrame(pairs, ["budget", "calls"], partitions=8)
    plan = allocation.allocate(customers, [allocation.Limit("budget", 500.0), ...])
    plan.certificate.gap  # of its value to a bound that no plan can exceed

Few customers fit in memory: `CustomersInMemory(sort_pairs(customer, play, value, uses))` takes
arrays, the uses as rows. `draw_frontier` makes the plans of many amounts of one limit, each helped
by the last.
"""

from holdfast._local import explain_missing

try:
    from holdfast.models.allocation import (
        Certificate,
        CustomersInFrame,
        CustomersInMemory,
        Limit,
        Plan,
        allocate,
        draw_frontier,
        sort_pairs,
    )
except ModuleNotFoundError as missing:
    raise explain_missing(__name__, missing) from missing

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
