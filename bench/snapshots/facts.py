"""Narrow silver facts of a generated retailer: of each table the columns that features read, in
Parquet files ordered by time. Made by DuckDB; every number follows from hashes, so the same facts
come again.

Two years to the end of 2025. Lives begin and end, a twentieth of facts is known late, orders are
cancelled and lines removed, a customer has five parties, a fifth of visits is nobody's, and one
account has a two-hundredth of everything.
"""

from pathlib import Path
from typing import Final

import duckdb

DAYS: Final = 731
_DAY: Final = 86_400_000_000  # microseconds
_START: Final = 19_723  # 2024-01-01, as days from 1970
_FILES: Final = 8

_MACROS: Final = f"""
CREATE MACRO dice(i, salt) AS (hash(i, salt) % 1000003) / 1000003.0;
CREATE MACRO instant(us) AS make_timestamp(us::BIGINT)::TIMESTAMPTZ;
CREATE MACRO late(us, i) AS us + if(dice(i, 'late') < .05, dice(i, 'by') * 3 * {_DAY}, 0)::BIGINT;
CREATE MACRO cents(n) AS ((n)::BIGINT / 100)::DECIMAL(18, 3);
CREATE MACRO pick(i, salt, words) AS words[1 + (hash(i, salt) % len(words))::INT];
CREATE MACRO own(i, salt, odds) AS dice(i, salt) < odds;
"""
# Each customer's life, and how active each is, one in the mean; the first account is hot.
_PEOPLE: Final = f"""
CREATE TABLE lives AS
    SELECT c, greatest(dice(c, 'since') * 950 - 250, 0) AS since,
        -ln(1 - dice(c, 'stays')) * 450 + 1 AS stays, ln(1 - dice(c, 'rate')) ** 2 / 2 AS rate
    FROM range({{customers}}) r(c);
CREATE TABLE people AS
    SELECT c, if(c = 0, 0, since) AS since,
        if(c = 0, {DAYS}, least(since + stays, {DAYS})) AS until,
        if(c = 0, {{customers}} / 200.0, rate * (least(since + stays, {DAYS}) - since)
            / avg(rate * (least(since + stays, {DAYS}) - since)) OVER ()) AS activity
    FROM lives;
"""
# The events of one kind: whose, when (microseconds), and a number of its own.
_EVENTS: Final = f"""
CREATE OR REPLACE TABLE {{kind}} AS
    SELECT c, row_number() OVER (ORDER BY c, n) AS i,
        (({_START} + since + dice(c * 100003 + n, '{{kind}}') * (until - since)) * {_DAY})::BIGINT
            AS us
    FROM people, range((activity * {{each}} + dice(c, '{{kind}} more'))::BIGINT) r(n)
"""
_EACH: Final = {  # per customer
    "bought": 9,
    "visited": 8,
    "used": 8,
    "mailed": 20,
    "asked": 0.5,
    "answered": 1,
    "charged": 1.5,
    "earned": 3,
    "returned": 0.8,
}
_KNOWN: Final = "instant(us) AS event_at, instant(late(us, i)) AS available_at"
_STATE: Final = "fact_table, fact_id, status, dated_value, valid_from, valid_to"
_TABLES: Final = {
    "identity_map": """
        SELECT p.kind || c AS party_id, c + 1 AS customer_id, NULL::TIMESTAMPTZ AS valid_to
        FROM people, (VALUES ('shop:'), ('web:u'), ('web:device-'), ('mail:'), ('desk:')) p(kind)
        ORDER BY hash(party_id)""",
    "products": f"""
        SELECT 'shop:p' || n AS product_id, instant({_START * _DAY}) AS event_at,
            instant({_START * _DAY}) AS available_at, 'category ' || n % 20 AS category_first,
            'brand' AS brand_first, false AS is_private_label FROM range(5000) r(n)""",
    "orders": f"""
        SELECT 'shop:' || 4000000 + i AS order_id, 'shop:' || c AS party_id, {_KNOWN},
            instant(late(us, i)) AS version_at_first, NULL::VARCHAR AS time_zone,
            pick(i, 'channel', ['web', 'web', 'web', 'pos', 'app']) AS channel,
            if(own(i, 'money', .03), 'EUR', 'USD') AS currency_first,
            cents(500 + dice(i, 'net') * 29500) AS net_amount, net_amount AS net_amount_first,
            cents(if(own(i, 'off', .3), 3000 * dice(i, 'cut'), 0)) AS discount_amount_first,
            own(i, 'coupon', .1) AS has_coupon FROM bought ORDER BY us""",
    "order_lines": f"""
        SELECT 'shop:' || 11000000 + i * 16 + n AS line_id, 'shop:' || 4000000 + i AS order_id,
            order_id AS order_id_first, {_KNOWN}, cents(900) AS net_amount_first,
            instant(late(us, i) + if(own(i * 16 + n, 'added', .01), {_DAY}, 0))
                AS version_at_first,
            'shop:p' || (dice(i * 16 + n, 'item') ** 2 * 5000)::INT AS product_id,
            if(own(i * 16 + n, 'own', .5), 'category ' || hash(i * 16 + n, 'own') % 20, NULL)
                AS category,
            own(i * 16 + n, 'card', .005) AS is_gift_card, cents(900) AS net_amount,
            NULL::TIMESTAMPTZ AS removed_at, NULL::TIMESTAMPTZ AS withdrawn_at
        FROM bought, range((1 - 1.7 * ln(1 - dice(i, 'lines')))::BIGINT % 16) r(n) ORDER BY us""",
    "refund_lines": f"""
        SELECT 'shop:r' || i AS refund_line_id, 'shop:' || c AS party_id, {_KNOWN},
            if(own(i, 'named', .9), 'shop:' || 4000000 + of, NULL) AS order_id,
            if(own(i, 'line', .9), 'shop:x' || i, NULL) AS line_id,
            pick(i, 'kind', ['return', 'return', 'cancel', 'adjustment']) AS refund_kind
        FROM (SELECT r.*, hash(r.i, 'of') % (SELECT count(*) FROM bought) AS of FROM returned r)
        ORDER BY us""",
    "web_events": """
        SELECT 'web:e' || i * 32 + n AS event_id,
            pick(i, 'who', ['web:u', 'web:u', 'web:device-', 'web:device-', 'web:anon-']) || c
                AS party_id, instant(us) AS event_at, instant(late(us, i)) AS available_at,
            pick(i * 32 + n, 'what', ['page', 'page', 'page', 'product_viewed', 'product_viewed',
                'search', 'price_view']) AS event_type, 'web:s' || i AS session_id,
            NULL::VARCHAR AS feature, NULL::BOOLEAN AS is_core_feature
        FROM (SELECT c, i, n, us + n * 60000000 AS us FROM visited,
            range((1 - 2.3 * ln(1 - dice(i, 'pages')))::BIGINT % 32) r(n))
        UNION ALL
        SELECT 'web:f' || i, 'web:u' || c, instant(us), instant(late(us, i)),
            pick(i, 'what', ['feature_use', 'feature_use', 'feature_use', 'feature_use',
                'feature_adopted', 'community', 'competitor', 'product_added']), NULL,
            'feature ' || hash(i, 'feature') % 12, if(own(i, 'core', .5), own(i, 'is', .8), NULL)
        FROM used ORDER BY event_at""",
    "message_events": f"""
        SELECT 'mail:e' || i AS event_id, 'mail:' || c AS party_id, {_KNOWN},
            if(own(i, 'no', .003), 'unsubscribed', pick(i, 'what', ['received', 'received',
                'received', 'opened', 'clicked'])) AS event_type,
            if(own(i, 'by', .5), own(i, 'machine', .3), NULL) AS is_machine_open
        FROM mailed ORDER BY us""",
    "tickets": f"""
        SELECT 'desk:t' || i AS ticket_id, 'desk:' || c AS party_id, {_KNOWN},
            pick(i, 'haste', ['low', 'normal', 'urgent']) AS priority_first,
            pick(i, 'topic', ['price', 'feature', 'service', 'quality', 'other']) AS topic,
            if(own(i, 'tone', .6), (dice(i, 'is') * 8)::INT / 8, NULL) AS negativity
        FROM asked ORDER BY us""",
    "survey_responses": f"""
        SELECT 'desk:a' || i AS response_id, 'desk:' || c AS party_id, {_KNOWN},
            (dice(i, 'score') * 10)::INT AS score, score / 10 AS score_share,
            pick(i, 'topic', ['price', 'feature', 'service', 'quality', NULL, NULL]) AS topic,
            if(topic IS NULL, NULL, (dice(i, 'is') * 8)::INT / 8) AS negativity,
            NULL::VARCHAR AS text_token FROM answered ORDER BY us""",
    "subscriptions": f"""
        SELECT 'shop:b' || c AS subscription_id, 'shop:' || c AS party_id,
            instant(began) AS event_at, instant(began) AS available_at, status,
            instant(began) AS valid_from,
            if(n = 2, NULL, instant(began + {_DAY} * 60)) AS valid_to
        FROM (SELECT c, n, status, (({_START} + since + n * 60) * {_DAY})::BIGINT AS began
            FROM people, (VALUES (0, 'active'), (1, 'paused'), (2, 'active'), (2, 'cancelled'))
                v(n, status)
            WHERE own(c, 'subscribes', .15) AND (n < 2 OR (status = 'active') = own(c, 'on', .5)))
        ORDER BY began""",
    "subscription_charges": f"""
        SELECT 'shop:g' || i AS charge_id, 'shop:' || c AS party_id, {_KNOWN},
            if(own(i, 'fails', .1), 'failed', 'paid') AS status_first,
            NULL::TIMESTAMPTZ AS withdrawn_at FROM charged ORDER BY us""",
    "loyalty_ledger": f"""
        SELECT 'shop:l' || i AS entry_id, 'shop:' || c AS party_id, {_KNOWN},
            (dice(i, 'points') * 400 - 80)::INT AS points FROM earned ORDER BY us""",
    "fact_states": f"""
        SELECT * FROM (SELECT 'orders' AS fact_table, 'shop:' || 4000000 + i AS fact_id,
            'standing' AS status, NULL::VARCHAR AS dated_value, instant(us) AS valid_from,
            instant(us + 3 * {_DAY}) AS valid_to FROM bought WHERE own(i, 'turns', .03))
        UNION ALL SELECT 'orders', 'shop:' || 4000000 + i,
            pick(i, 'to', ['ended', 'withdrawn', 'standing']), NULL, instant(us + 3 * {_DAY}), NULL
        FROM bought WHERE own(i, 'turns', .03)
        UNION ALL SELECT 'order_lines', 'shop:' || 11000000 + i * 16, 'ended', NULL,
            instant(us + 9 * {_DAY}), NULL FROM bought WHERE own(i, 'removed', .02)
        UNION ALL SELECT 'tickets', 'desk:t' || i, 'standing',
            pick(i, 'haste', ['low', 'normal', 'urgent']), instant(us),
            instant(us + 2 * {_DAY}) FROM asked
        UNION ALL SELECT 'tickets', 'desk:t' || i, 'ended', NULL, instant(us + 2 * {_DAY}), NULL
        FROM asked WHERE own(i, 'solved', .97)
        UNION ALL SELECT 'subscription_charges', 'shop:g' || i, 'standing', v.status,
            instant(us + v.n * {_DAY}), if(v.n = 0, instant(us + {_DAY}), NULL)
        FROM charged, (VALUES (0, 'failed'), (1, 'paid')) v(n, status)
        WHERE own(i, 'late paid', .03)
        UNION ALL SELECT 'web_events', 'web:f' || i, 'standing', NULL, instant(us), NULL
        FROM used WHERE own(i, 'twice', .3)""",
}


def write_facts(folder: Path, customers: int) -> dict[str, int]:
    """One folder of Parquet files per table; returns their rows."""
    rows = {}
    with duckdb.connect(config={"threads": 2}) as made:
        made.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
        made.execute(f"{_MACROS} {_PEOPLE.format(customers=customers)}")
        for kind, each in _EACH.items():
            made.execute(_EVENTS.format(kind=kind, each=each))
        for name, query in _TABLES.items():
            made.execute(f"CREATE TABLE {name} AS {query}")
            (rows[name],) = made.sql(f"SELECT count(*) FROM {name}").fetchone() or (0,)
            (folder / name).mkdir(parents=True)
            size = -(-rows[name] // _FILES) or 1
            for part in range(_FILES):
                found = f"SELECT * FROM {name} LIMIT {size} OFFSET {part * size}"
                made.execute(
                    f"COPY ({found}) TO '{folder}/{name}/{part}.parquet' (COMPRESSION zstd)"
                )
            made.execute(f"DROP TABLE {name}")
    return rows
