"""The engine's own settings: the run, the Spark session and the sources; and what a section is.

No field has a default: values stand in `conf/base`, and a test holds both equal, key by key.
"""

from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from holdfast.transformations.sources.countries import COUNTRIES
from holdfast.transformations.sources.currencies import DECIMALS


def _check_day(value: str) -> str:
    if value in ("today", "latest"):
        return value
    try:
        date.fromisoformat(value)
    except ValueError:
        raise ValueError("write today, latest or YYYY-MM-DD") from None
    return value


def _check_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        problem = "not a time zone of the IANA list: write one such as Europe/Berlin or UTC"
        raise ValueError(problem) from None
    return value


Day = Annotated[str, AfterValidator(_check_day)]


def _check_currency(value: str) -> str:
    if value not in DECIMALS:
        raise ValueError("not a currency of ISO 4217: write one such as EUR")
    return value


def _check_country(value: str) -> str:
    if value and value.upper() not in COUNTRIES:
        raise ValueError("not a country of ISO 3166: write one such as DE")
    return value


Currency = Annotated[str, AfterValidator(_check_currency)]
Country = Annotated[str, AfterValidator(_check_country)]  # empty: unknown
TimeZone = Annotated[str, AfterValidator(_check_zone)]
Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


class Section(BaseModel):
    """Settings that belong together: known keys, exact types, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class RunSettings(Section):
    """`run`: where tables are kept and which day a run speaks about."""

    root: str
    catalog: str
    as_of: Day
    time_zone: TimeZone
    currency: Currency
    country: Country
    lease_minutes: Count
    stop_on_alarm: bool


class SparkSettings(Section):
    """`spark`: the session that is started where the platform has none."""

    master: str
    memory: str
    shuffle_partitions: Count
    adaptive: bool
    codegen: bool
    java_options: str
    checkpoint_interval: Count
    conf: dict[str, Any]


class MaintainSettings(Section):
    """`maintain`: what `holdfast maintain` joins and deletes."""

    keep_days: Count
    small_files: Count
    dry_run: bool


class SourceInstance(Section):
    """One source under a name of its own; what is not said follows from the name, and time zone,
    currency and country from the mapping.
    """

    mapping: str | None = None
    path: str | None = None
    time_zone: TimeZone | None = None
    currency: Currency | None = None
    country: Country | None = None


class SourcesSettings(Section):
    """`sources`: which sources are read."""

    instances: dict[str, SourceInstance]
    folder: str
