"""Raw exports in small: two shops of one vendor, a shop with its own column names, and everything that goes wrong.

north and south have equal ids. odd calls the same columns by other names and has north's good orders. Every refused row
says in its note what is wrong with it.
"""

import json
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from holdfast.jobs.runtime import commands
from holdfast.jobs.runtime.runner import Runner

ORDERS_MAPPING: Final = """
files: "orders*.csv"
format: csv
party: "coalesce(customer_id, concat('guest-', id))"
columns:
  id: {type: string, required: true}
  customer_id: string
  email: {type: string, pii: email}
  total: "decimal(18,2)"
  pieces: int
  weight: double
  currency: {type: string, required: true}
  created_at: {type: timestamp, required: true}
  updated_at: {type: timestamp, required: true}
targets:
  - table: silver.orders
    filters: {not_free: "total <> 0"}
    columns: {order_id: id, channel: "'web'", currency: currency, net_amount: total, discount_amount: "0",
              event_at: created_at, available_at: created_at, version_at: updated_at}
  - table: silver.parties
    filters: {is_a_guest: "customer_id is null"}
    columns: {party_kind: "'guest'", email_token: email, event_at: created_at, available_at: created_at}
"""
RECEIPTS_MAPPING: Final = """
files: "receipts*.jsonl"
format: jsonl
party: customer
columns:
  id: {type: string, required: true}
  customer: {type: string, path: buyer.id, required: true}
  at: {type: timestamp, required: true}
  changed: {type: timestamp, required: true}
  items: {type: "array<struct<uid:string,cents:bigint,note:string>>", pii: {note: text}}
targets:
  - table: silver.order_lines
    explode: items
    columns: {line_id: "concat(id, '-', item.uid)", order_id: id, quantity: "1", currency: "'USD'",
              net_amount: "item.cents / 100", discount_amount: "0", event_at: at, available_at: at, version_at: changed}
"""
VISITS_MAPPING: Final = """
files: "visits*.parquet"
format: parquet
party: who
columns: {who: {type: string, required: true}, day: string, at: {type: timestamp, required: true}}
targets:
  - table: silver.parties
    group_by: [who]
    columns: {party_kind: "'device'", event_at: "min(at)", available_at: "min(at)"}
"""
NAMES: Final = {"id": "nr", "customer_id": "kunde", "email": "mail", "total": "summe", "pieces": "stueck",
                "weight": "gewicht", "currency": "waehrung", "created_at": "am", "updated_at": "zuletzt"}
HEADER: Final = ",".join(NAMES)
GOOD: Final = (
    "1,c1,ann@example.org,10.10,1,0.5,USD,2025-01-01T10:00:00Z,2025-01-01T10:00:00Z",
    "1,c1,ann@example.org,12.30,1,0.5,USD,2025-01-01T10:00:00Z,2025-01-03T10:00:00Z",
    "2,,bob@example.org,20.05,2,,EUR,2025-01-02T10:00:00Z,2025-01-02T10:00:00Z",
    "3,c2,,0.00,1,,USD,2025-01-02T11:00:00Z,2025-01-02T11:00:00Z",
)
TWICE: Final = GOOD[2]
LATE: Final = "1,c1,ann@example.org,9.00,1,0.5,USD,2025-01-01T10:00:00Z,2024-12-31T10:00:00Z"
UNREADABLE: Final = {  # line in the file: the reason it must be given
    "11,c1,mia@example.org,ten,1,,USD,2025-01-01T10:00:00Z,2025-01-01T10:00:00Z": "type:total",
    "12,c1,,5.00,3.7,,USD,2025-01-01T10:00:00Z,2025-01-01T10:00:00Z": "type:pieces",
    "13,c1,,5.00,1,NaN,USD,2025-01-01T10:00:00Z,2025-01-01T10:00:00Z": "type:weight",
    "14,c1,,5.00,1,,USD,10:30,2025-01-01T10:00:00Z": "type:created_at",
    "15,c1,,5.00": "unparsable",
    ",c1,,5.00,1,,USD,2025-01-01T10:00:00Z,2025-01-01T10:00:00Z": "required:id",
    "17,c1,,5.00,1,,,2025-01-01T10:00:00Z,2025-01-01T10:00:00Z": "required:currency",
}
UNREASONABLE: Final = {  # order: the reason silver must give
    "21": ("-5.00", "USD", "2025-01-01T10:00:00Z", "check:net_amount"),
    "22": ("5.00", "XXX", "2025-01-01T10:00:00Z", "unknown_currency"),
    "23": ("5.00", "USD", "2999-01-01T10:00:00Z", "future_date"),
    "24": ("5.00", "USD", "1899-01-01T10:00:00Z", "date_too_early"),
}
SECRETS: Final = ("ann@example.org", "bob@example.org", "mia@example.org", "leave it at the door")


def mappings(folder: Path) -> Path:
    """Mappings of the three kinds of shop; the odd one's differs in the names of the columns alone."""
    odd = ORDERS_MAPPING
    for ours, theirs in NAMES.items():
        odd = odd.replace(f"\n  {ours}: {{", f"\n  {ours}: {{path: {theirs}, ")
        odd = odd.replace(f"\n  {ours}: string", f"\n  {ours}: {{path: {theirs}, type: string}}")
        odd = odd.replace(f"\n  {ours}: int", f"\n  {ours}: {{path: {theirs}, type: int}}")
        odd = odd.replace(f"\n  {ours}: double", f"\n  {ours}: {{path: {theirs}, type: double}}")
        odd = odd.replace(f'\n  {ours}: "decimal(18,2)"', f'\n  {ours}: {{path: {theirs}, type: "decimal(18,2)"}}')
    for place, text in (("shop/orders", ORDERS_MAPPING), ("shop/receipts", RECEIPTS_MAPPING), ("shop/visits", VISITS_MAPPING),
                        ("odd/orders", odd)):
        file = folder / f"{place}.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def first_day(raw: Path) -> None:
    """The exports of the first day."""
    reasoned = [f"{key},c1,,{total},1,,{currency},{at},2025-01-01T10:00:00Z"
                for key, (total, currency, at, _) in UNREASONABLE.items()]
    text = "\n".join([HEADER, *GOOD, TWICE, *UNREADABLE, "", HEADER, *reasoned])
    latin = b"\n18,c\xe9,,5.00,1,,USD,2025-01-01T10:00:00Z,2025-01-01T10:00:00Z\n"
    write(raw / "north" / "orders-1.csv", text.encode() + latin)
    write(raw / "north" / "orders-9.csv", (raw / "north" / "orders-1.csv").read_bytes())
    write(raw / "north" / "orders-empty.csv", HEADER.encode())
    write(raw / "north" / "receipts-1.jsonl", "\n".join([receipt("5", "2025-01-01", {"a": 150, "b": 250}), '{"id": "6", ',
                                                         receipt("7", "2025-01-01", {})]).encode())
    write(raw / "south" / "orders.csv", "\n".join([HEADER, GOOD[0].replace("10.10", "77.00")]).encode())
    write(raw / "odd" / "orders.csv", "\n".join([",".join(reversed(NAMES.values())),
                                                 *(",".join(reversed(line.split(","))) for line in GOOD)]).encode())
    visits = pa.table({"who": ["d1", "d1", "d2"], "day": ["x", "y", "z"], "at": ["2025-01-05 10:00:00", "2025-01-04 10:00:00",
                                                                                "2025-01-06 10:00:00"]})
    pq.write_table(visits, raw / "north" / "visits-1.parquet")
    whole = (raw / "north" / "visits-1.parquet").read_bytes()
    write(raw / "north" / "visits-2.parquet", whole[: len(whole) // 2])


def second_day(raw: Path) -> None:
    """A version older than any before, and a receipt that lost a line."""
    write(raw / "north" / "orders-2.csv", "\n".join([HEADER, LATE, GOOD[1]]).encode())
    write(raw / "north" / "receipts-2.jsonl", receipt("5", "2025-01-02", {"a": 150}).encode())


def receipt(key: str, changed: str, lines: dict[str, int]) -> str:
    """One receipt of the first of January, as it stood on a day."""
    items = [{"uid": uid, "cents": cents, "note": SECRETS[3]} for uid, cents in lines.items()]
    return json.dumps({"id": key, "buyer": {"id": "c1"}, "at": "2025-01-01T09:00:00Z", "changed": f"{changed}T09:00:00Z",
                       "items": items})


def write(path: Path, content: bytes) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def ran(spark: SparkSession, root: Path, folder: Path) -> Runner:
    """The runner after ingest and standardise of what lies under the root's raw/."""
    instances = "{north: {mapping: shop}, south: {mapping: shop}, odd: {}}"
    with commands.opened("local", str(root), [f"sources.instances={instances}"], as_of="latest", sources=str(folder),
                         quiet=True) as runner:
        runner.run(["ingest", "standardise"])
        return runner
