"""Facts as DuckDB counts them best: each kind once as a narrow table of whole days and numbers.

`c` is the customer, `d` the day, `seen` the day on which it was known, `thru` the last day on which
it counts.
"""

from typing import Final

DAY: Final = "CREATE MACRO day(instant) AS (epoch_us(instant) // 86400000000)::INTEGER"
_UNENDED: Final = "coalesce(s.status = 'standing', true)"
_STANDS: Final = "s.valid_from AS stands_from, s.valid_to AS stands_to"
NARROW: Final = {
    "who": "SELECT party_id, customer_id::INTEGER AS c FROM identity_map WHERE valid_to IS NULL",
    "cards": """
        SELECT l.order_id, sum(l.net_amount_first) AS first
        FROM order_lines l JOIN orders o USING (order_id)
        WHERE l.is_gift_card AND l.version_at_first <= o.version_at_first GROUP BY ALL""",
    "sold": f"""
        SELECT o.*, {_STANDS}, coalesce(s.status, 'standing') AS status FROM orders o
        LEFT JOIN fact_states s ON s.fact_table = 'orders' AND s.fact_id = o.order_id""",
    "o": """
        SELECT c, day(event_at) AS d, day(greatest(event_at, available_at, stands_from)) AS seen,
            day(stands_to) AS thru, currency_first AS currency,
            round((net_amount_first - if(first <= net_amount_first, first, 0)) * 100)::BIGINT
                AS net,
            round(discount_amount_first * 100)::BIGINT AS off,
            coalesce(has_coupon, false) AS coupon, channel IN ('pos', 'store') AS pos
        FROM sold JOIN who USING (party_id) LEFT JOIN cards USING (order_id)
        WHERE status = 'standing'""",
    "l": f"""
        SELECT c, day(o.event_at) AS d, day(greatest(o.event_at, l.available_at, o.available_at,
                o.stands_from, s.valid_from,
                if(l.version_at_first > o.version_at_first, l.version_at_first, NULL))) AS seen,
            day(least(o.stands_to, s.valid_to)) AS thru, hash(l.product_id) AS item,
            coalesce(l.category, if(greatest(p.event_at, p.available_at) <= o.event_at,
                p.category_first, NULL)) AS named, hash(named) AS kind
        FROM order_lines l JOIN sold o ON o.order_id = l.order_id_first
        JOIN who USING (party_id) LEFT JOIN products p USING (product_id)
        LEFT JOIN fact_states s ON s.fact_table = 'order_lines' AND s.fact_id = l.line_id
        WHERE o.status = 'standing' AND {_UNENDED}""",
    "r": """
        SELECT c, day(r.event_at) AS d, day(greatest(r.event_at, r.available_at, o.stands_from))
            AS seen, day(o.stands_to) AS thru
        FROM refund_lines r LEFT JOIN sold o ON o.order_id = r.order_id AND o.status <> 'withdrawn'
        LEFT JOIN (SELECT order_id AS known FROM orders) k ON k.known = r.order_id
        JOIN who ON who.party_id = coalesce(o.party_id, r.party_id)
        WHERE (o.order_id IS NOT NULL OR known IS NULL)
            AND coalesce(refund_kind, 'return') NOT IN ('cancel', 'shipping')
            AND (coalesce(refund_kind, 'return') <> 'adjustment' OR line_id IS NOT NULL)""",
    "visits": """
        SELECT c, d, greatest(d, seen) AS seen, last - first AS seconds FROM (
            SELECT party_id, session_id, day(event_at) AS d, day(available_at) AS seen,
                epoch_us(min(event_at)) // 1000000 AS first,
                epoch_us(max(event_at)) // 1000000 AS last
            FROM web_events WHERE session_id IS NOT NULL GROUP BY ALL) JOIN who USING (party_id)""",
    "w": f"""
        SELECT c, day(event_at) AS d, day(greatest(event_at, available_at, valid_from)) AS seen,
            day(valid_to) AS thru,
            countif(event_type IN ('page', 'product_viewed', 'price_view', 'search')
                AND session_id IS NOT NULL) AS page,
            countif(event_type = 'product_viewed') AS viewed,
            countif(event_type = 'price_view') AS price, countif(event_type = 'community') AS talk,
            countif(event_type = 'competitor') AS rival,
            countif(event_type = 'feature_use' AND coalesce(is_core_feature, true)) AS core
        FROM web_events w JOIN who USING (party_id)
        LEFT JOIN fact_states s ON s.fact_table = 'web_events' AND s.fact_id = w.event_id
        WHERE {_UNENDED} GROUP BY ALL""",
    "adopted": """
        SELECT c, day(event_at) AS d, day(greatest(event_at, available_at, valid_from)) AS seen,
            feature FROM web_events w JOIN who USING (party_id)
        LEFT JOIN fact_states s ON s.fact_table = 'web_events' AND s.fact_id = w.event_id
        WHERE event_type = 'feature_adopted' AND feature IS NOT NULL""",
    "m": """
        SELECT c, day(event_at) AS d, day(greatest(event_at, available_at)) AS seen,
            event_type = 'received' AS got, event_type IN ('clicked', 'redeemed')
                OR (event_type = 'opened' AND NOT coalesce(is_machine_open, false)) AS used,
            event_type IN ('unsubscribed', 'spam') AS gone
        FROM message_events JOIN who USING (party_id)""",
    "t": """
        SELECT c, day(event_at) AS d, day(greatest(event_at, available_at, valid_from)) AS seen,
            day(valid_to) AS thru, topic, round(negativity * 1e6)::BIGINT AS tone,
            coalesce(status, 'standing') = 'standing' AS is_open,
            coalesce(dated_value, priority_first) IN ('urgent', 'high') AS hot
        FROM tickets t JOIN who USING (party_id)
        LEFT JOIN fact_states s ON s.fact_table = 'tickets' AND s.fact_id = t.ticket_id""",
    "a": """
        SELECT c, day(event_at) AS d, day(greatest(event_at, available_at)) AS seen,
            if(negativity > .5, topic, NULL) AS topic, round(negativity * 1e6)::BIGINT AS tone,
            round(score_share * 1e6)::BIGINT AS score, score IS NOT NULL OR score_share IS NOT NULL
                OR topic IS NOT NULL OR text_token IS NOT NULL AS answered
        FROM survey_responses JOIN who USING (party_id)""",
    "b": """
        SELECT c, day(valid_from) AS d, day(greatest(valid_from, available_at)) AS seen,
            if(status = 'cancelled', NULL, day(least(followed, ended))) AS thru, status
        FROM (SELECT *, if(valid_to IS NOT DISTINCT FROM lead(valid_from) OVER one, NULL, valid_to)
                AS ended, min(greatest(valid_from, available_at)) OVER (PARTITION BY subscription_id
                ORDER BY valid_from ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS followed
            FROM subscriptions WINDOW one AS (PARTITION BY subscription_id ORDER BY valid_from))
        JOIN who USING (party_id)""",
    "g": """
        SELECT c, day(min(event_at)) AS d, day(greatest(min(event_at), min(available_at),
            min(valid_from))) AS seen, day(max(withdrawn_at)) AS thru
        FROM subscription_charges g JOIN who USING (party_id)
        LEFT JOIN fact_states s ON s.fact_table = 'subscription_charges' AND s.fact_id = charge_id
        WHERE coalesce(dated_value, status_first) = 'failed' GROUP BY c, charge_id""",
    "p": """
        SELECT c, day(event_at) AS d, day(greatest(event_at, available_at)) AS seen, points
        FROM loyalty_ledger JOIN who USING (party_id) WHERE points > 0""",
}
