"""What answers where there is no Spark: the command line before `pip install 'holdfast[local]'`."""

import json
import subprocess
import sys

import pytest

from holdfast._version import __version__
from holdfast.jobs.cli import docs, plan
from holdfast.jobs.pipeline import PIPELINE
from holdfast.jobs.runtime.config import errors

# None in sys.modules: importing it fails as if the package were not there.
MISSING = ("pyspark", "delta", "mlflow", "numpy", "pandas", "pyarrow", "hyperopt")
BARE = f"""
import sys
sys.modules.update(dict.fromkeys({MISSING!r}))
sys.argv[0] = "holdfast"
"""


def bare(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    ran = [sys.executable, "-c", BARE + code, *words]
    return subprocess.run(ran, capture_output=True, text=True, check=False)


def holdfast(*words: str) -> subprocess.CompletedProcess[str]:
    return bare("from holdfast.jobs.cli.main import main; main()", *words)


def test_the_version_the_graph_and_the_settings_need_no_spark() -> None:
    assert holdfast("--version").stdout == f"holdfast {__version__}\n"
    assert list(json.loads(holdfast("plan", "--json").stdout)) == list(PIPELINE.order)
    assert "churn.trials = " in holdfast("config", "churn").stdout


def test_the_doctor_answers_and_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = holdfast("doctor", "--json")
    assert ran.returncode in (0, errors.EXIT_MACHINE) and isinstance(json.loads(ran.stdout), list)


@pytest.mark.parametrize("words", [("run",), ("demo",), ("tables",), ("report",)])
def test_what_needs_spark_says_how_to_get_it(words: tuple[str, ...]) -> None:
    ran = holdfast(*words)
    assert ran.returncode == errors.EXIT_MACHINE
    assert "which is not installed" in ran.stderr
    assert "pip install 'holdfast[local]'" in ran.stderr


def test_the_graph_in_the_wheel_is_the_live_one() -> None:
    assert plan.GRAPH.read_text(encoding="utf-8") == docs.graph(), "run `make docs`"
    live = {name: PIPELINE.edges[name] for name in PIPELINE.order}
    assert plan.plan(as_json=False) == plan.draw_graph(live)


def test_the_package_is_imported_and_its_models_say_what_they_need() -> None:
    assert bare("import holdfast; print(holdfast.load_settings().run.as_of)").stdout == "today\n"
    for name in ("churn", "value", "identity", "allocation"):
        ran = bare(f"import holdfast.{name}")
        assert f"ImportError: holdfast.{name} needs " in ran.stderr
        assert "pip install 'holdfast[local]'" in ran.stderr
    ran = bare("import holdfast; holdfast.open_root()")
    assert "which is not installed" in ran.stderr
