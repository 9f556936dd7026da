"""One page on a matched table: warnings first, then rules, weights, probabilities and clusters."""

from html import escape
from typing import Final

import altair as alt
import numpy as np
import pandas as pd
import vl_convert

from holdfast.models.identity.records.match import Matches

_STYLE: Final = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{padding:.2rem .8rem;text-align:right}"
    "td:first-child,th:first-child{text-align:left}tr{border-bottom:1px solid #ddd}"
    ".warning{color:#b00020;font-weight:600}svg{max-width:100%;height:auto}"
)


def draw_page(matches: Matches) -> str:
    """HTML that opens without a server."""
    parts = [f"<p class=warning>{escape(text)}</p>" for text in matches.warnings]
    parts += [f"<p>{escape(text)}</p>" for text in matches.notes]
    if len(matches.rules):
        parts += ["<h2>Blocking rules, in the order in which they were chosen</h2>"]
        parts += [_table_rules(matches.rules), "<h2>What agreement weighs</h2>"]
        parts += [_draw_weights(matches.weights)]
    if len(matches.edges):
        parts += ["<h2>Pairs by probability of being one person</h2>"]
        parts += [_draw_histogram(matches.edges["probability"])]
    sizes = matches.clusters.groupby("cluster_id").size().value_counts().sort_index()
    if len(sizes):
        parts += ["<h2>People by number of records</h2>", _table_sizes(sizes)]
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Matched records</title>"
        f"<style>{_STYLE}</style><h1>Matched records</h1>{''.join(parts)}</html>\n"
    )


def _table_rules(rules: pd.DataFrame) -> str:
    rows = "".join(
        f"<tr><td>{escape(row.rule)}<td>{row.new_pairs:,}<td>{row.new_matches:,}"
        f"<td>{row.recall:.1%}<td>{row.left_out:,}"
        for row in rules.itertuples()
    )
    heads = "<tr><th>Rule<th>New pairs<th>New matches<th>Recall so far<th>Left out"
    return f"<table>{heads}{rows}</table><p>Pairs, matches and recall are estimates.</p>"


def _draw_weights(weights: pd.DataFrame) -> str:
    """Bits for or against one person, of levels that occur."""
    occurring = weights[weights["same_person"] > 0.001]
    shown = occurring.assign(
        what=occurring["field"] + ": " + occurring["level"], bits=occurring["bits"].clip(-20, 20)
    )
    sign = alt.condition("datum.bits > 0", alt.value("#1f6f54"), alt.value("#b00020"))
    chart = (
        alt.Chart(shown)
        .mark_bar()
        .encode(
            x=alt.X("bits:Q", title="bits for one person"),
            y=alt.Y("what:N", sort=list(shown["what"]), title=None),
            color=sign,
        )
        .properties(width=420)
    )
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


def _draw_histogram(probability: "pd.Series[float]") -> str:
    counts, _ = np.histogram(probability, bins=np.linspace(0, 1, 11))
    labels = [f"{low / 10:.1f} to {(low + 1) / 10:.1f}" for low in range(10)]
    chart = (
        alt.Chart(pd.DataFrame({"probability": labels, "pairs": counts}))
        .mark_bar()
        .encode(x=alt.X("pairs:Q"), y=alt.Y("probability:N", sort=labels))
        .properties(width=420)
    )
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


def _table_sizes(sizes: "pd.Series[int]") -> str:
    rows = "".join(f"<tr><td>{size}<td>{people:,}" for size, people in sizes.items())
    return f"<table><tr><th>Records<th>People{rows}</table>"
