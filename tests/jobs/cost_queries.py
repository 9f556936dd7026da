"""Figures of margin and acquisition once more, over the views of `kpi_queries`. Nothing here comes
from the product.
"""

from typing import Final

VIEWS: Final = """
create view priced as
  select *, coalesce(
      (select max_by(unit_cost_amount, valid_from) from product_costs c
        where c.product_id = x.product_id and valid_from::timestamp <= x.event_at::timestamp),
      (select min_by(unit_cost_amount, valid_from) from product_costs c
        where c.product_id = x.product_id)) as unit_cost,
    (select max(currency) from product_costs c where c.product_id = x.product_id) as cost_currency
  from order_lines x where line_id in (select line_id from l);
create view given as
  select f.line_id, sum(r.refund_amount) as amount, sum(f.quantity) as quantity
  from customer_refunds r join refund_lines f on f.refund_line_id = r.refund_id
  where r.counts_as = 'order' group by f.line_id;
create view line_margin as
  select order_id, (net_amount - coalesce(amount, 0))::decimal(18, 2) as sold,
    if(cost_currency = currency,
      round(unit_cost * greatest(x.quantity - coalesce(g.quantity, 0), 0), 2), null)::decimal(18, 2)
      as cost
  from priced x left join given g using (line_id);
create view net as
  select n.*, coalesce(acquired_through, 'unknown') as via, sold, costed, sold_margin
  from n join customer_360 using (customer_id) left join (
    select order_id, sum(sold) as sold, sum(sold) filter (cost is not null) as costed,
      sum(sold - cost) as sold_margin
    from line_margin group by order_id) using (order_id);
create view share as
  select via, currency, round(sum(sold_margin) / sum(costed), 6)::decimal(18, 6) as share
  from net group by via, currency having sum(costed) > 0 union all
  select 'all', currency, round(sum(sold_margin) / sum(costed), 6)::decimal(18, 6)
  from net group by currency having sum(costed) > 0;
create view spent as
  select channel as via, currency, spent_on, round(sum(cost_amount), 2) as spent,
    (select share from share where via = 'all' and currency = c.currency) is not null as has_margin
  from campaign_costs c group by channel, currency, spent_on;
create view paid as
  select f.customer_id, f.currency, f.ordered_on as first_on, f.via,
    sum(o.amount) as ever, sum(o.amount) filter (o.ordered_on < f.ordered_on + 90) as early
  from net f join o on o.customer_id = f.customer_id and o.currency = f.currency
  where f.number = 1 group by all;
create view gained as
  select customer_id, currency, first_on, via,
    coalesce(first_on between since and until, false) as is_known,
    round(early * coalesce(own.share, every.share), 2) as early,
    round((ever + coalesce(expected_amount, 0)) * coalesce(own.share, every.share), 2) as worth
  from paid
  left join (select via, currency, min(spent_on) as since, max(spent_on) as until
    from spent group by all) using (via, currency)
  left join share own using (via, currency)
  left join (select currency, share from share where via = 'all') every using (currency)
  left join (select customer_id, currency, expected_amount from allowed where horizon_days = 365)
    using (customer_id, currency);
"""

_MARGIN = """
  select kind, s, dim, val, currency, coalesce(sum({above}), 0) as above, {below} as below,
    count(distinct customer_id) filter ({above} <> 0 or {counted} <> 0) as customers
  from net join cut using (order_id) join p on ordered_on >= s and ordered_on < e
  where dim in ('all', 'acquired_through', 'channel') group by all
"""
# A day of a channel is nobody's. Nobody is expected to pay in euros.
_ACQUIRED = """
  select kind, s, dim, val, currency, sum(above) as above, sum(below) as below,
    count(customer_id) filter (above <> 0 or below <> 0) as customers
  from (
    select null as customer_id, spent_on as on_day, via, currency, {of_day} from spent union all
    select customer_id, first_on, via, currency, {of_customer} from gained)
  join (values ('all'), ('acquired_through')) dims(dim) on true
  join (select *, kind as k from p) on on_day >= s and on_day < e,
  lateral (select if(dim = 'all', 'all', via) as val)
  group by all
"""


def _margin(above: str, below: str | None) -> str:
    of = f"coalesce(sum({below}), 0)" if below else "null"
    return _MARGIN.format(above=above, below=of, counted=below or "0")


def _acquired(of_day: str, of_customer: str) -> str:
    return _ACQUIRED.format(of_day=of_day, of_customer=of_customer)


QUERIES: Final = {
    "contribution_margin": _margin("sold_margin", None),
    "contribution_margin_rate": _margin("sold_margin", "costed"),
    "costed_revenue_share": _margin("costed", "sold"),
    "acquisition_cost": _acquired(
        "spent as above, 0 as below",
        "0 as above, is_known::int as below"),
    "early_value_to_cost": _acquired(
        "0 as above, if(has_margin, spent, 0) as below",
        "if(is_known, coalesce(early, 0), 0) as above, 0 as below"),
    "value_to_cost": _acquired(
        "0 as above, if(has_margin and currency = 'USD', spent, 0) as below",
        "if(is_known and currency = 'USD', coalesce(worth, 0), 0) as above, 0 as below"),
    "worthwhile_acquisition_cost": _acquired(
        "0 as above, 0 as below",
        "if(currency = 'USD', coalesce(worth, 0), 0) as above, "
        "(currency = 'USD' and worth is not null)::int as below"),
}  # fmt: skip
