"""What the terminal shows of a job's remarks."""

import io

from rich.console import Console

from holdfast.jobs.runtime.runs.progress import Lines


def test_a_remark_stands_below_its_job_whatever_it_holds() -> None:
    shown = io.StringIO()
    Lines(console=Console(file=shown, width=40)).say(
        "21 new files\norders[bold].csv: 2 rows refused"
    )
    assert shown.getvalue() == "    21 new files\n    orders[bold].csv: 2 rows refused\n"
