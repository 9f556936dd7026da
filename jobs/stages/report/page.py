"""The page itself: one HTML file, style and charts inside, nothing fetched."""

from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.stages.report import charts, formatting
from holdfast.jobs.stages.report.actions import describe_actions
from holdfast.jobs.stages.report.base import describe_base
from holdfast.jobs.stages.report.changes import describe_changes
from holdfast.jobs.stages.report.data_quality import describe_data_quality
from holdfast.jobs.stages.report.development import describe_development
from holdfast.jobs.stages.report.drift import describe_drift
from holdfast.jobs.stages.report.fairness import describe_fairness
from holdfast.jobs.stages.report.model import ReportData
from holdfast.jobs.stages.report.model_quality import describe_model_quality
from holdfast.jobs.stages.report.population import main_currency
from holdfast.jobs.stages.report.risk import describe_risk
from holdfast.jobs.stages.report.subscriptions import describe_subscriptions


def render(data: ReportData, folder: str = "report") -> str:
    """The report as HTML; `folder` is where its lists stand beside it."""
    here = files("holdfast.jobs.stages.report")
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    template = environment.from_string(here.joinpath("page.html").read_text(encoding="utf-8"))
    risk = describe_risk(data)
    quality = describe_model_quality(data, main_currency(data.customers))
    drawn = {
        "value": charts.draw_value(risk.value.bins, risk.value.order, risk.value.currency)
        if len(risk.value.bins)
        else None,
        "calibration": charts.draw_calibration(quality.calibration)
        if len(quality.calibration)
        else None,
        "gains": charts.draw_gains(quality.gains) if len(quality.gains) else None,
    }
    style = Markup(here.joinpath("page.css").read_text(encoding="utf-8"))
    text: str = template.render(
        style=style,
        facts=data.facts,
        day=formatting.day(data.facts.as_of),
        folder=quote(folder),
        changes=describe_changes(data),
        risk=risk,
        actions=describe_actions(data),
        fairness=describe_fairness(data),
        base=describe_base(data),
        development=describe_development(data, main_currency(data.customers)),
        subscriptions=describe_subscriptions(data),
        model_quality=quality,
        drift=describe_drift(data),
        data_quality=describe_data_quality(data),
        charts=drawn,
    )
    return text.strip() + "\n"


def locate_page(root: Path, path: str) -> Path:
    """Where the page is written: `path`, else report.html under the root; the lists go into a
    folder beside it that has its name without ending. Raises UsageError where that is no folder.
    """
    if not path and ":/" in str(root):
        raise UsageError(
            f"The page cannot be written under {root}.", cure="--set report.path=report.html"
        )
    place = Path(path) if path else root / "report.html"
    if not place.suffix:
        raise UsageError(f"{place} has no ending.", cure=f"--set report.path={place}.html")
    return place


def write_page(page: str, place: Path) -> None:
    """Put the page at its place."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(page, encoding="utf-8")
