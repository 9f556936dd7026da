"""What the user sees while jobs run: one line per job, with seconds and commits."""

import sys
from dataclasses import dataclass, field
from textwrap import indent
from typing import Any

from rich.console import Console
from rich.text import Text


@dataclass
class Lines:
    """A spinner for the job at work and a line for each that ended; silent when quiet."""

    quiet: bool = False
    console: Console = field(default_factory=lambda: Console(file=sys.stderr))
    _status: Any = None

    def start_job(self, job: str) -> None:
        """A job begins."""
        if not self.quiet:
            self._status = self.console.status(f"{job} ...")
            self._status.start()

    def end_job(self, job: str, status: str, seconds: float, commits: int) -> None:
        """A job ended, or had nothing to do."""
        self._stop()
        if self.quiet:
            return
        cost = f"{seconds:6.1f} s  {commits:3d} commits" if status == "done" else status
        self.console.print(
            f"  {'[green]✓[/]' if status == 'done' else '[dim]·[/]'} {job:<18} {cost}",
            highlight=False,
        )

    def say(self, text: str, *, is_alarm: bool = False) -> None:
        """A remark of a job, of one line or several, taken as it stands; an alarm is red, and never
        kept quiet.
        """
        if is_alarm or not self.quiet:
            style = "bold red" if is_alarm else "dim"
            self.console.print(Text(indent(text, "    "), style=style), soft_wrap=True)

    def _stop(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None
