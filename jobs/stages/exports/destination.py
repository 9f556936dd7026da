"""What a destination is: which profiles it may know, by which ids and under which names.

A destination lies in `conf/destinations/<id>.yml`; docs/destinations.md lists those that come with
the package.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import AfterValidator, Field, model_validator

from holdfast.jobs.runtime.config.activation import Channel
from holdfast.transformations.gold.outbox import SENT
from holdfast.transformations.plays.play import Count, Entry, Name, Text
from holdfast.transformations.tables.vocabulary import Purpose

CSV: Final = "csv"
CUSTOMER_ID: Final = "customer_id"
EXTERNAL_ID: Final = "external_id"
EMAIL: Final = "email"

Format = Literal["csv", "jsonl"]
PropertyType = Literal["string", "number", "boolean", "date"]
Identifier = Literal["customer_id", "external_id", "email"]

# What a spreadsheet would not take for a formula.
Header = Annotated[str, Field(pattern=r"^[A-Za-z$_][A-Za-z0-9 $_.]*$")]


def type_of(column: str) -> PropertyType:
    """The type of an outbox column, which its name says: so that it stays the same for ever."""
    if column.endswith(("_amount", "_probability")):
        return "number"
    if column.endswith("_on"):
        return "date"
    return "boolean" if column.startswith(("is_", "has_")) else "string"


def _check_column(column: str) -> str:
    known = [name for name in SENT if name not in get_args(Identifier)]
    if column not in known:
        raise ValueError(f"{column} is not among what the outbox holds: {', '.join(known)}")
    return column


class IdentifierEntry(Entry):
    """By what the destination finds a profile."""

    holds: Identifier = Field(
        description="`customer_id`: ours. `external_id`: the destination's own. `email`: from the "
        "vault, while the file is written."
    )
    is_required: bool = Field(
        default=False, description="Whether a profile without it is left out."
    )


class PropertyEntry(Entry):
    """What the destination comes to know of a profile."""

    column: Annotated[str, AfterValidator(_check_column)] = Field(
        description="The column of the outbox's payload."
    )
    type: PropertyType = Field(description="Its type, once and for ever.")

    @model_validator(mode="after")
    def _keep_type(self) -> Self:
        if self.type != type_of(self.column):
            raise ValueError(
                f"type {self.type}: {self.column} is a {type_of(self.column)}, and the type of a "
                "property never changes"
            )
        return self


class Destination(Entry):
    """A system that profiles are sent to."""

    id: Name = Field(description="The name of the file, without `.yml`.")
    title: Text = Field(description="What people call it.")
    format: Format = Field(description="`csv` (RFC 4180) or `jsonl` (an object per line).")
    ids_of: Name | None = Field(
        default=None,
        description="The source whose ids the destination knows its profiles by: the name of its "
        "folder under `raw`. Needed where an identifier holds `external_id`.",
    )
    identifiers: dict[Header, IdentifierEntry] = Field(
        description="By its name there, what a profile is found by; at least one must be filled."
    )
    purpose: Annotated[Purpose, Field(strict=False)] = Field(
        description="Purpose that a customer must allow now."
    )
    channel: Channel = Field(description="Channel that the consent must be about.")
    clears: bool = Field(
        description="Whether a row of ids with empty properties takes back what was sent before."
    )
    max_rows: Count | None = Field(default=None, description="Rows of a file, header apart.")
    max_bytes: Count | None = Field(default=None, description="Bytes of a file.")
    properties: dict[Header, PropertyEntry] = Field(description="By its name there, each property.")

    @property
    def names(self) -> tuple[str, ...]:
        """Identifiers, then properties, as the destination calls them."""
        return (*self.identifiers, *self.properties)

    @property
    def held(self) -> tuple[str, ...]:
        """What the identifiers hold."""
        return tuple(entry.holds for entry in self.identifiers.values())

    @property
    def required(self) -> tuple[str, ...]:
        """What of it each profile must have."""
        return tuple(e.holds for e in self.identifiers.values() if e.is_required)

    @property
    def source(self) -> str:
        """The source that the destination is, too; none where it is empty."""
        return self.ids_of or ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The outbox column behind each property."""
        return tuple(entry.column for entry in self.properties.values())

    @property
    def shape(self) -> Mapping[str, str]:
        """The type of each property."""
        return {name: entry.type for name, entry in self.properties.items()}

    @model_validator(mode="after")
    def _name_once(self) -> Self:
        if not self.identifiers or not self.properties:
            raise ValueError("name at least one identifier and one property")
        if twice := set(self.identifiers) & set(self.properties):
            raise ValueError(f"{', '.join(sorted(twice))} is an identifier and a property")
        if len(set(self.held)) < len(self.held):
            raise ValueError("two identifiers hold the same")
        if EXTERNAL_ID in self.held and self.ids_of is None:
            raise ValueError("ids_of is missing: an identifier holds external_id")
        return self
