"""The trials of a search, kept beside the models so that a killed search resumes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class FileTrials:
    """Trials of one search as a JSON file beside MLflow's store."""

    path: Path

    def load(self) -> list[dict[str, Any]]:
        """The trials kept so far, none before the first."""
        return (
            list(json.loads(self.path.read_text(encoding="utf-8"))) if self.path.is_file() else []
        )

    def save(self, trials: Sequence[Mapping[str, Any]]) -> None:
        """Replace what is kept, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(list(trials), sort_keys=True), encoding="utf-8")
        fresh.replace(self.path)
