"""The pages that follow from contracts, registry and graph, and the graph itself as a file that is
read without Spark. `python -m holdfast.jobs.cli.docs` writes them all.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from holdfast.jobs.cli import plan, render
from holdfast.jobs.pipeline import PIPELINE
from holdfast.transformations.features.measures import MEASURES
from holdfast.transformations.features.registry import FEATURES, SIGNALS
from holdfast.transformations.kpis.bases import BASES
from holdfast.transformations.kpis.kpi import Base, Kpi
from holdfast.transformations.kpis.registry import DEFINITIONS, DIMENSIONS

NOTICE = "<!-- Rendered by `make docs`: change the code, not this page. -->"


def pages() -> dict[str, str]:
    """Name and text of every rendered page."""
    return {
        "tables.md": _tables(),
        "features.md": _features(),
        "kpis.md": _kpis(),
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
