"""The graph of jobs as text, from the file `graph.json` beside this one: no Spark is needed to look
at it. `make docs` writes the file; a test holds it equal to the live graph.
"""

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Final

GRAPH: Final = files("holdfast").joinpath("jobs", "cli", "graph.json")


def plan(as_json: bool) -> str:
    """The graph as Mermaid, or as JSON: each job in order with the jobs it waits for."""
    text = GRAPH.read_text(encoding="utf-8")
    return text.rstrip() if as_json else draw_graph(json.loads(text))


def as_json(edges: Mapping[str, Iterable[str]], order: Iterable[str]) -> str:
    """A graph as the content of `graph.json`."""
    return json.dumps({name: sorted(edges[name]) for name in order}, indent=1) + "\n"


def draw_graph(waits: Mapping[str, Iterable[str]]) -> str:
    """A graph, jobs in order, as a Mermaid drawing; only the last jobs lead to publish."""
    drawn = {name: sorted(before) for name, before in waits.items() if name != "publish"}
    arrows = [f"  {before} --> {name}" for name in drawn for before in drawn[name]]
    awaited = {before for befores in drawn.values() for before in befores}
    ends = sorted(set(drawn) - awaited)
    return "\n".join(["graph LR", *arrows, *(f"  {name} --> publish" for name in ends)])
