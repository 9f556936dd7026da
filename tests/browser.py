"""A browser without a window, which says how wide a page becomes."""

import html
import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER: Final = next(filter(None, map(shutil.which, NAMES)), None)
needs_browser = pytest.mark.skipif(
    BROWSER is None, reason=f"no browser found: none of {', '.join(NAMES)} is on the path"
)
_OPTIONS: Final = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
_SCRIPT: Final = """<script>addEventListener("load", () => {
  const frames = [...document.querySelectorAll("iframe")]
  const measure = w => [w.innerWidth, w.document.documentElement.scrollWidth]
  const widths = frames.map(frame => measure(frame.contentWindow))
  document.body.innerHTML = "<pre>" + JSON.stringify(widths) + "</pre>"
})</script>"""


def measure_widths(page: str, widths: Sequence[int], folder: Path) -> dict[int, int]:
    """Width of a window in pixels to the width that the page takes in it: more means that it
    scrolls sideways. `folder` is for the browser's own files.
    """
    text = html.escape(page)
    frames = "".join(
        f'<iframe style="width:{w}px;border:0" srcdoc="{text}"></iframe>' for w in widths
    )
    place = folder / "frames.html"
    place.write_text(
        f'<!doctype html><meta charset="utf-8"><body>{frames}{_SCRIPT}', encoding="utf-8"
    )
    profile = f"--user-data-dir={folder / 'profile'}"
    done = subprocess.run(
        [
            str(BROWSER),
            *_OPTIONS,
            profile,
            "--virtual-time-budget=10000",
            "--dump-dom",
            place.as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found = re.search("<pre>(.*)</pre>", done.stdout)
    assert found, f"the page was not laid out: {done.stderr[-500:]}"
    return dict(json.loads(found[1]))
