"""One block of 1,000 people: all the lines its systems write, faults included, and the truth behind
them.
"""

import numpy as np
import pyarrow as pa

from holdfast.transformations.synthetic import (
    activity,
    service_exports,
    shop_exports,
    web_and_email_exports,
)
from holdfast.transformations.synthetic.contacts import people
from holdfast.transformations.synthetic.customer_behaviour import fates
from holdfast.transformations.synthetic.export_writer import Book
from holdfast.transformations.synthetic.exports import BY_KEY
from holdfast.transformations.synthetic.generator import Ints, SyntheticRetailer

LINES = pa.schema(
    [
        ("source", pa.string()),
        ("name", pa.string()),
        ("delivery", pa.int32()),
        ("position", pa.int64()),
        ("line", pa.string()),
    ]
)
LAST_DAYS = 3  # days at the end that come as deliveries of their own


def written_book(retailer: SyntheticRetailer, block: int) -> Book:
    """Everything the systems write down of a block's people, without faults."""
    book, who, fate = Book(), people(retailer, block), fates(retailer, block)
    phase = activity.phases(fate, retailer)
    lively = web_and_email_exports.liveliness(retailer, block, len(who.number))
    seen = {
        name: activity.happenings(retailer, block, name, fate, phase, lively)
        for name in activity.HABITS
    }
    bought = activity.orders(retailer, block, fate, phase)
    account = shop_exports.registered(retailer, block, fate)
    shop_exports.shop(book, retailer, block, who, account, bought)
    shop_exports.tills(book, retailer, block, who, bought)
    web_and_email_exports.mail(book, retailer, block, who, fate, seen["message"])
    web_and_email_exports.web(book, retailer, block, who, account, seen)
    service_exports.desk(book, retailer, block, who, fate, seen["ticket"])
    service_exports.subscriptions(book, retailer, block, who, fate)
    service_exports.loyalty(book, retailer, block, who, fate, bought)
    service_exports.surveys(book, retailer, block, who, fate, seen["survey"])
    service_exports.consent(book, retailer, block, who, fate)
    if block == 0:
        shop_exports.products(book, retailer)
        shop_exports.corrections(book, retailer, who, account)
    return book


def block_lines(retailer: SyntheticRetailer, block: int) -> pa.Table:
    """source, name, delivery, position, line: every line of a block as LINES says, in a fixed
    order.
    """
    book = written_book(retailer, block)
    parts = [
        _with_faults(retailer, block, key, book.lines[key], np.array(book.days[key]))
        for key in BY_KEY
        if book.lines.get(key)
    ]
    return pa.concat_tables(parts) if parts else LINES.empty_table()


def _with_faults(
    retailer: SyntheticRetailer, block: int, key: str, lines: list[str], day: Ints
) -> pa.Table:
    """The lines of one export with repeats and unreadable copies between them, each with its
    delivery.
    """
    random, n = retailer.random(block, f"faults {key}"), len(lines)
    twice = np.flatnonzero(random.random(n) < retailer.duplicate_rate)
    broken = np.flatnonzero(random.random(n) < retailer.broken_rate)
    late = random.random(n) < retailer.late_rate
    first = retailer.days - LAST_DAYS
    sent = day + late
    on_day = np.where(sent < first, 1, sent - first + 2)
    portion = (
        np.clip(on_day, 1, retailer.deliveries)
        if retailer.deliveries > 1
        else np.ones(n, dtype=np.int64)
    )
    source = np.concatenate([np.arange(n), twice, broken])
    text = [
        *lines,
        *(lines[row] for row in twice),
        *(_damaged(lines[row], int(row)) for row in broken),
    ]
    export = BY_KEY[key]
    return pa.table(
        {
            "source": pa.array([export.source] * len(text)),
            "name": pa.array([export.name] * len(text)),
            "delivery": pa.array(portion[source], pa.int32()),
            "position": pa.array(block * 10_000_000 + np.arange(len(text)), pa.int64()),
            "line": pa.array(text),
        },
        schema=LINES,
    )


def _damaged(line: str, row: int) -> str:
    """A line as a broken export shows it: cut off, or with a value that cannot be
    what it should.
    """
    if line.startswith("{"):
        return line[: max(2, len(line) // 2)]
    fields = line.split(",")
    return (
        ",".join(fields[:-3]) if row % 2 else ",".join([fields[0], *["#REF!"] * (len(fields) - 1)])
    )
