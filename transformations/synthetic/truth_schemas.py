"""The tables of the truth: what each says of people, orders and records."""

from typing import Final

import pyarrow as pa

SCHEMAS: Final = {
    "records": pa.schema(
        [("party_id", pa.string()), ("person_id", pa.int64()), ("household_id", pa.int64())]
    ),
    "people": pa.schema(
        [
            ("person_id", pa.int64()),
            ("household_id", pa.int64()),
            ("segment", pa.string()),
            ("main_channel", pa.string()),
            ("taste", pa.string()),
            ("taste_of", pa.string()),
            ("cause", pa.string()),
            ("aggrieved_on", pa.date32()),
            ("left_on", pa.date32()),
        ]
    ),
    "acquisitions": pa.schema(
        [
            ("person_id", pa.int64()),
            ("channel", pa.string()),
            ("campaign_name", pa.string()),
            ("first_visit_on", pa.date32()),
        ]
    ),
    "orders": pa.schema(
        [
            ("order_id", pa.string()),
            ("currency", pa.string()),
            ("net_amount", pa.decimal128(18, 3)),
            ("refund_amount", pa.decimal128(18, 3)),
        ]
    ),
    "snapshots": pa.schema(
        [
            ("person_id", pa.int64()),
            ("as_of", pa.date32()),
            ("no_order_90d_probability", pa.float64()),
            ("expected_365d_amount", pa.float64()),
        ]
    ),
    "states": pa.schema(
        [("fact_table", pa.string()), ("fact_id", pa.string()), ("status", pa.string())]
    ),
    "emails": pa.schema([("party_id", pa.string()), ("email", pa.string())]),
    "outcomes": pa.schema(
        [
            ("person_id", pa.int64()),
            ("action", pa.string()),
            ("no_order_90d_probability", pa.float64()),
            ("expected_365d_amount", pa.float64()),
        ]
    ),
}
# Of retailers that have a year of treatments alone. Their people, orders and snapshots are as the
# treatments left them; what is expected is so without any later treatment.
TREATED_SCHEMAS: Final = {
    "plays": pa.schema(
        [
            ("person_id", pa.int64()),
            ("play", pa.string()),
            ("stay_probability", pa.float64()),
            ("stays", pa.bool_()),
            ("expected_90d_amount", pa.float64()),
            ("expected_365d_amount", pa.float64()),
        ]
    ),
}
ALL_SCHEMAS: Final = {**SCHEMAS, **TREATED_SCHEMAS}
