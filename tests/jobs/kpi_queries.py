"""The figures of gold.kpis once more, each as a query that somebody would write by hand in DuckDB
over rows of silver and gold. Nothing here comes from the product.
"""

from typing import Final

from tests.jobs import cost_queries

# What every query starts from. `d` is the day, of 90 days the horizon and of 180 the eligible time.
VIEWS: Final = (
    """
create view o as
  select order_id, customer_id, ordered_on, ordered_at, channel, currency,
    net_amount - coalesce((
      select sum(refund_amount) from customer_refunds r
      where r.order_id = c.order_id and r.counts_as = 'order'), 0) as amount
  from customer_orders c where not is_cancelled;
create view p as
  select kind, s::date as s, (s + n)::date as e, (s - n)::date as before
  from (values ('month', interval 1 month), ('quarter', interval 3 months),
    ('year', interval 1 year)) kinds(kind, n),
  lateral (select unnest(generate_series(date_trunc(kind, date '2024-01-01'), d, n)) as s from day);
create view l as
  select line_id, order_id, coalesce(l.category, p.category, 'unknown') as category
  from order_lines l left join products p using (product_id)
  where removed_at is null and l.withdrawn_at is null and not coalesce(is_gift_card, false)
    and quantity > 0;
create view who as
  select customer_id, 'all' as dim, 'all' as val from customer_360 union all
  select customer_id, 'acquired_through', coalesce(acquired_through, 'unknown') from customer_360;
create view shelf as
  select distinct order_id, category from l union all
  select order_id, 'unknown' from o where order_id not in (select order_id from l);
create view cut as
  select order_id, dim, val from o join who using (customer_id) union all
  select order_id, 'channel', channel from o union all
  select order_id, 'product_line', category from shelf where order_id in (select order_id from o);
create view n as
  select *, row_number() over w as number, lag(ordered_on) over w as previous,
    lead(ordered_on) over w as later,
    customer_id in (select customer_id from customer_360 where acquired_through not in
      ('web', 'app', 'pos', 'store', 'subscription', 'staff', 'unknown')) as is_traced
  from o window w as (partition by customer_id order by ordered_on, ordered_at, order_id);
create view back as
  select r.customer_id, refunded_on, coalesce(o.channel, 'unknown') as channel,
    coalesce(l.category, 'unknown') as category
  from customer_refunds r join refund_lines f on f.refund_line_id = r.refund_id
  left join customer_orders c on c.order_id = r.order_id and not c.is_cancelled
  left join o on o.order_id = r.order_id left join l on l.line_id = f.line_id
  where r.counts_as in ('order', 'customer', 'other_currency')
    and (r.refund_kind = 'return' or r.refund_kind is null
      or r.refund_kind = 'adjustment' and f.line_id is not null);
create view stand as
  select customer_id, kind, s, e, max(ordered_on) filter (ordered_on < s) as last,
    min(ordered_on) as first,
    count(*) filter (ordered_on >= s - 180 and ordered_on < s) as eligible,
    count(*) filter (ordered_on >= s and ordered_on < s + 90) as in_horizon,
    count(*) filter (ordered_on >= before and ordered_on < s) as in_before,
    count(*) filter (ordered_on >= s and ordered_on < e) as inside
  from o cross join p group by all having last is not null;
create view of_stand as
  select customer_id, kind, s, dim, val from stand join who using (customer_id) union all
  select customer_id, kind, s, 'tenure', case when s - first <= 90 then '0_90'
    when s - first <= 180 then '91_180' when s - first <= 365 then '181_365' else 'from_366' end
  from stand union all
  select customer_id, kind, s, 'product_line', category
  from stand join shelf on order_id = (
    select order_id from o where o.customer_id = stand.customer_id and ordered_on < s
    order by ordered_on desc, ordered_at desc, order_id desc limit 1);
create view said as
  select customer_id, event_at::timestamp::date as on_day, channel, event_type, is_machine_open
  from message_events join identity_map using (party_id);
create view answer as
  select customer_id, event_at::timestamp::date as on_day, survey_type, score, score_share
  from survey_responses join identity_map using (party_id) where score_share is not null;
create view allowed as
  select v.* from customer_values v where customer_id not in (
    select customer_id from consent_state join identity_map using (party_id)
    where purpose = 'analytics' and not is_allowed);
create view forecast as
  select as_of, customer_id, currency, expected_amount as expected,
    coalesce((select sum(amount) from o where o.customer_id = v.customer_id
      and o.currency = v.currency and ordered_on >= as_of and ordered_on < as_of + 90), 0)
      as realised,
    ntile(10) over (partition by as_of, currency order by expected_amount, customer_id)::varchar
      as decile
  from allowed v, day where as_of + 90 <= d and horizon_days = 90;
"""
    + cost_queries.VIEWS
)

_TRADE = """
  select kind, s, dim, val, {currency} as currency, {above} as above, {below} as below,
    count(distinct customer_id) filter ({counted}) as customers
  from n join cut using (order_id) join p on ordered_on >= s and ordered_on < e
  where dim in ('all', {dims}) group by all
"""
_ORDER = "'acquired_through', 'channel', 'product_line'"
_WHO = "'acquired_through'"
_STAND = """
  select kind, s, dim, val, 'XXX' as currency, count(*) filter ({above}) as above,
    count(*) filter ({below}) as below, count(*) filter ({below}) as customers
  from stand join of_stand using (customer_id, kind, s), day where {begun} group by all
"""
_MESSAGES = """
  select kind, s, dim, val, 'XXX' as currency, count(*) filter ({above}) as above,
    count(*) filter ({below}) as below,
    count(distinct customer_id) filter (({above}) or ({below})) as customers
  from (select *, 'all' as dim, 'all' as val from said union all
    select *, 'message_channel', channel from said) join p on on_day >= s and on_day < e
  group by all
"""
_SURVEYS = """
  select kind, s, dim, val, 'XXX' as currency, {above} as above, count(*) as below,
    count(distinct customer_id) as customers
  from answer join who using (customer_id) join p on on_day >= s and on_day < e
  where survey_type = '{kind}' group by all
"""
_FORECASTS = """
  select kind, s, dim, val, currency, sum({above}) as above, sum({below}) as below,
    count(*) filter ({above} <> 0 or {below} <> 0) as customers
  from (select *, 'all' as dim, 'all' as val from forecast union all
    select *, 'value_decile', decile from forecast) f
  join p on as_of >= s and as_of < e
  where as_of = (select max(as_of) from forecast g where g.as_of >= s and g.as_of < e)
  group by all
"""


def _trade(
    above: str, below: str, dims: str, counted: str = "true", currency: str = "'XXX'"
) -> str:
    given = {"above": above, "below": below, "dims": dims, "counted": counted}
    return _TRADE.format(**given, currency=currency)


def _stand(above: str, below: str, begun: str = "s < d") -> str:
    return _STAND.format(above=f"({above}) and ({below})", below=below, begun=begun)


def _recency(low: int, high: int) -> str:
    return _stand(f"s - last between {low} and {high}", "true", "s <= d")


# Of customers who ordered in the period; `n` has one row per order of theirs.
_BUYERS = "count(distinct customer_id)"
_AGAIN = "count(distinct customer_id) filter (number > 1 or later < e)"

QUERIES: Final = {
    "net_revenue": _trade("sum(amount)", "null", "'acquired_through', 'channel'", "amount <> 0",
        "currency"),
    "orders": _trade("count(*)", "null", _ORDER),
    "active_customers": _trade(_BUYERS, "null", _WHO),
    "new_customers": _trade("count(*) filter (number = 1)", "null",
        "'acquired_through', 'channel'", "number = 1"),
    "traced_share": _trade(
        "count(*) filter (number = 1 and is_traced)", "count(*) filter (number = 1)",
        "'channel'", "number = 1"),
    "average_order_value": _trade("sum(amount)", "count(*)", _ORDER, currency="currency"),
    "order_frequency": _trade("count(*)", _BUYERS, _WHO),
    "repeat_purchase_rate": _trade(_AGAIN, _BUYERS, _WHO),
    "second_order_rate": _trade("count(*) filter (number = 1 and later - ordered_on < 90)",
        "count(*) filter (number = 1)", _ORDER, "number = 1"),
    "days_to_second_order": _trade(
        "coalesce(sum(ordered_on - previous) filter (number = 2), 0)",
        "count(*) filter (number = 2)", _ORDER, "number = 2"),
    "return_rate": """
      select kind, s, dim, val, 'XXX' as currency, sum(returned) as above, sum(sold) as below,
        count(distinct customer_id) as customers
      from (
        select customer_id, ordered_on as on_day, dim, val, 0 as returned, 1 as sold
        from l join o using (order_id) join cut using (order_id)
        where dim <> 'product_line' or val = category union all
        select customer_id, refunded_on, dim, val, 1, 0 from back join who using (customer_id)
        union all select customer_id, refunded_on, 'channel', channel, 1, 0 from back
        union all select customer_id, refunded_on, 'product_line', category, 1, 0 from back)
      join p on on_day >= s and on_day < e group by all
    """,
    "churn_rate": _stand("in_horizon = 0", "eligible > 0"),
    "retention_rate": _stand("inside > 0", "in_before > 0"),
    "reactivation_rate": _stand("inside > 0", "eligible = 0"),
    "recency_0_30_share": _recency(0, 30),
    "recency_31_90_share": _recency(31, 90),
    "recency_91_180_share": _recency(91, 180),
    "recency_181_365_share": _recency(181, 365),
    "recency_from_366_share": _recency(366, 9999),
    "message_open_rate": _MESSAGES.format(
        above="event_type = 'opened' and channel = 'email' and is_machine_open is not true",
        below="event_type = 'received' and channel = 'email'"),
    "message_click_rate": _MESSAGES.format(
        above="event_type = 'clicked' and channel in ('email', 'sms')",
        below="event_type = 'received' and channel in ('email', 'sms')"),
    "message_unsubscribe_rate": _MESSAGES.format(
        above="event_type in ('unsubscribed', 'spam')", below="event_type = 'received'"),
    "nps": _SURVEYS.format(
        above="100 * (count(*) filter (score >= 9) - count(*) filter (score <= 6))", kind="nps"),
    "csat": _SURVEYS.format(above="count(*) filter (score >= 3)", kind="csat"),  # of 4, from 0
    "value_at_risk": """
      select kind, s, dim, val, currency, sum(lost) as above, null as below,
        count(*) filter (lost <> 0) as customers
      from (select v.*, round(churn_probability * value_if_stays_amount, 2) as lost
        from allowed v join churn_scores using (as_of, customer_id, horizon_days)
        where lost is not null) v
      join who using (customer_id) join p on as_of >= s and as_of < e
      where as_of = (select max(as_of) from customer_values g where g.as_of >= s and g.as_of < e)
      group by all
    """,
    "realised_value_ratio": _FORECASTS.format(above="realised", below="expected"),
    "value_forecast_error": _FORECASTS.format(above="(expected - realised)", below="realised"),
    **cost_queries.QUERIES,
}  # fmt: skip

COHORTS: Final = """
  with c as (select *, date_trunc('month', min(ordered_on) over (partition by customer_id,
    currency))::date as cohort from o)
  select cohort, datediff('month', cohort, date_trunc('month', ordered_on)) as age, currency,
    count(distinct customer_id) as active, count(*) as orders, sum(amount) as revenue
  from c group by all
"""
