"""What plays were seen to change."""

from typing import Final

from holdfast.transformations.tables.columns import (
    AS_OF,
    HORIZON,
    LONG,
    MEASURE,
    RUN,
    SHARE,
    STRING,
    probability,
    vocabulary,
)
from holdfast.transformations.tables.table import Column, Overwrite, Table
from holdfast.transformations.tables.vocabulary import (
    CELL_BASES,
    DRIVERS,
    LIFECYCLES,
    UNKNOWN,
    VALUE_TIERS,
)


def _count(name: str, doc: str) -> Column:
    return Column(name, LONG, doc, nullable=False, unit="rows of history", check=f"{name} >= 0")


def _effective(name: str, doc: str) -> Column:
    unit, check = "rows of history", f"{name} >= 0"
    return Column(name, MEASURE, doc, nullable=False, unit=unit, check=check)


def _keep(name: str, doc: str) -> Column:
    return Column(name, SHARE, doc, nullable=False, unit="share", check=f"{name} between -1 and 1")


PLAY_EFFECTS: Final = Table(
    "gold.play_effects",
    "One row per play, driver, lifecycle and value tier.",
    "What plays changed, by rows of silver.treatments and gold.decision_log that were drawn by a "
    "known chance and whose horizon has ended: every cell of a driver for which the play was tried "
    "on some and not on others. What has no row here goes by the catalogue alone. A customer "
    "counts once per time that something was drawn for it, and intervals take those as others. A "
    "logged decision counts as done.",
    (
        Column("play", STRING, "Id of the play, as docs/plays.md has it.", nullable=False),
        vocabulary("driver", "As customer_segments has it", (*DRIVERS, UNKNOWN)),
        vocabulary("lifecycle", "As customer_segments has it", (*LIFECYCLES, UNKNOWN)),
        vocabulary("value_tier", "As customer_segments has it", (*VALUE_TIERS, UNKNOWN)),
        AS_OF,
        HORIZON,
        _count("treated", "Times that customers of the cell got the play."),
        _count("untreated", "Times that they might have got it and were left alone by lot."),
        _effective("treated_effective", "So many of equal chances say as much."),
        _effective("untreated_effective", "The same of those left alone."),
        probability(
            "leave_probability",
            "Mean that was expected of them, to place no order in the horizon; of cells without "
            "history the driver's.",
            nullable=False,
        ),
        _keep("keep_share", "Of those who would leave, the share that the play keeps."),
        _keep("keep_low_share", "Lower end of its 90 % interval."),
        _keep("keep_high_share", "Upper end."),
        _keep("effect", "Change of the probability to order in the horizon, on average."),
        vocabulary("basis", "The cell's own history with the driver's, or that alone", CELL_BASES),
        RUN,
    ),
    keys=("play", "driver", "lifecycle", "value_tier"),
    write=Overwrite(),
)
