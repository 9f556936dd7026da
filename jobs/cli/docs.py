"""The pages that follow from contracts, registry and graph, and the graph itself as a file that is
read without Spark. `python -m holdfast.jobs.cli.docs` writes them all.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel

from holdfast.jobs.cli import destinations_page, plan, render
from holdfast.jobs.pipeline import PIPELINE
from holdfast.jobs.stages.plays import read_plays
from holdfast.transformations.features.measures import MEASURES
from holdfast.transformations.features.registry import FEATURES, SIGNALS
from holdfast.transformations.kpis.bases import BASES
from holdfast.transformations.kpis.kpi import Base, Kpi
from holdfast.transformations.kpis.registry import DEFINITIONS, DIMENSIONS
from holdfast.transformations.plays.play import Bounds, Offer, Play

NOTICE = "<!-- Rendered by `make docs`: change the code, not this page. -->"


def pages() -> dict[str, str]:
    """Name and text of every rendered page."""
    return {
        "tables.md": _tables(),
        "features.md": _features(),
        "kpis.md": _kpis(),
        "plays.md": _plays(),
        "destinations.md": _page("Destinations", *destinations_page.list_parts()),
        "plan.md": _plan(),
    }


def write(folder: Path) -> None:
    """Write the pages into a folder."""
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


def graph() -> str:
    """The live graph as the content of `graph.json`."""
    return plan.as_json(PIPELINE.edges, PIPELINE.order)


def _tables() -> str:
    return _page(
        "Tables",
        "Every table but the raw ones, whose columns are declared in `conf/sources`.",
        *(render.markdown(table) for table in PIPELINE.tables),
    )


def _features() -> str:
    return _page(
        "Features",
        "A snapshot of a day sees what happened before it and was known before it. A feature is "
        "null where its purpose was not allowed on that day, and where its source is not loaded.",
        "## What they are",
        _meanings(),
        "## How they are made",
        _grid(
            ("feature", "expression over measures"),
            ((f.name, f"`{f.expression}`") for f in FEATURES),
        ),
        "## Measures",
        _measures(),
    )


def _meanings() -> str:
    return _grid(
        ("feature", "what it is", "unit", "reason group", "purpose", "tables", "signal"),
        (
            (
                f.name,
                f.doc + (f" Own past: `{f.baseline}`." if f.baseline else ""),
                f.unit,
                f.group,
                f.purpose,
                " or ".join(table.short_name for table in f.tables) or "none",
                signal,
            )
            for signal, features in SIGNALS.items()
            for f in features
        ),
    )


def _measures() -> str:
    return _grid(
        ("measure", "event", "aggregate", "days before the cut-off"),
        (
            (
                m.name,
                m.event,
                m.aggregate + (f" {m.of}s" if m.aggregate == "distinct" else ""),
                str(m.window or "all"),
            )
            for m in MEASURES
        ),
    )


def _kpis() -> str:
    return _page(
        "KPIs",
        "What the figures of `gold.kpis` count: the sum of the numerator over rows of a base, per "
        "sum of the denominator, by month, quarter and year and by the value of a dimension. A "
        "base sees what happened before as_of and was known before it. A figure whose source is "
        "not loaded has no row. The horizon is `outcome.horizon_days`.",
        "## What they are",
        _grid(
            (
                *("KPI", "what it is", "numerator", "denominator", "unit", "base", "indicator"),
                *("says", "cut by", "final"),
            ),
            map(_define, DEFINITIONS),
        ),
        "## Dimensions",
        "Values of a dimension marked `*` overlap: a row counts under several, and they do not add "
        "up to `all`.",
        _grid(("dimension", "what it is"), DIMENSIONS.items()),
        "## Bases",
        *(part for base in BASES for part in _describe_base(base)),
    )


def _describe_base(base: Base) -> tuple[str, ...]:
    return (f"### {base.name}", base.doc, _grid(("measure", "what it is"), base.measures.items()))


def _define(kpi: Kpi) -> tuple[str, ...]:
    cuts = (name + "*" * (name in kpi.overlapping) for name in kpi.dimensions)
    below = f"`{kpi.denominator}`" if kpi.denominator else "none"
    counted = (f"`{kpi.numerator}`", below, kpi.unit, kpi.base.name, kpi.indicator)
    return (kpi.name, kpi.doc, *counted, kpi.purpose, ", ".join(cuts) or "all", kpi.is_final)


def _plays() -> str:
    heads = ("play", "for whom", "channel", "offer", "cost", "who does it")
    return _page(
        "Plays",
        "What can be done for a customer: the catalogue in `conf/plays`, a file per family. A file "
        "of the same name in a folder of your own takes the place of a packaged one; others are "
        "added to them. Costs are in the catalogue's currency. What each play changes is an "
        "assumption until the shop has measured it.",
        *(
            part
            for family, plays in read_plays("", {}, ()).families.items()
            for part in (f"## {_as_title(family)}", _grid(heads, map(_describe_play, plays)))
        ),
        "## How a play is written",
        "A file holds `family`, which is its name, and `plays`, a list. A play that is unfair is "
        "refused: urgency, in framing or words, without an offer that ends; a price or amount in "
        "the text without `offer.fees_included`; a costly offer to customers in a vulnerable "
        "state; a condition on a protected attribute, or on anything that is no "
        "[feature](features.md).",
        _grid(("key", "what it says"), _list_keys(Play)),
    )


def _as_title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _describe_play(play: Play) -> tuple[str, ...]:
    done_by = _as_title(play.team).lower() if play.team else "sent by itself"
    cost = f"{play.contact_cost:.2f}"
    return (
        f"{play.title} (`{play.id}`)",
        "; ".join(_describe_audience(play)) or "anyone",
        *(play.channel, _describe_offer(play.offer), cost, done_by),
    )


def _describe_audience(play: Play) -> Iterator[str]:
    for label, words in play.audience.model_dump().items():
        if words:
            yield f"{_as_title(label).lower()}: {', '.join(words)}"
    for feature, bounds in play.when.items():
        yield f"`{feature}` {_describe_bounds(bounds)}"


def _describe_bounds(bounds: Bounds) -> str:
    ends: Mapping[str, float] = bounds.model_dump(exclude_none=True)
    return " and ".join(f"{_as_title(end).lower()} {value:g}" for end, value in ends.items())


def _describe_offer(offer: Offer) -> str:
    if not offer.costs_money:
        return "none"
    size = f"{offer.amount:g}" if offer.share is None else f"{offer.share:.0%} of the order"
    ends = f", {offer.lasts_days} days" if offer.lasts_days else ""
    return f"{_as_title(offer.kind).lower()}: {size}{ends}, taken by {offer.redeemed:.0%}"


def _list_keys(entry: type[BaseModel], above: str = "") -> Iterator[tuple[str, str]]:
    """Each key with its sentence, and below it those of the entry that it holds."""
    for name, field in entry.model_fields.items():
        key = f"{above}{field.alias or name}"
        yield f"`{key}`", field.description or ""
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _list_keys(field.annotation, f"{key}.")


def _plan() -> str:
    return _page(
        "Plan",
        "Jobs of a run and what each waits for, by the tables they read and write.",
        f"```mermaid\n{plan.draw_graph(json.loads(graph()))}\n```",
    )


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", NOTICE, *parts]) + "\n"


def _grid(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    )


if __name__ == "__main__":
    write(Path("docs"))
    Path(str(plan.GRAPH)).write_text(graph(), encoding="utf-8")
