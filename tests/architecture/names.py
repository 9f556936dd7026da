"""Rules on names: functions are verbs, tests are claims."""

import re

from tests.architecture.rule import Module, Offences, Rule, chain, functions, within

# Participles and gerunds that no suffix gives away.
IRREGULAR = {
    "built", "chosen", "drawn", "found", "given", "gone", "held", "kept", "known", "left", "made",
    "said", "seen", "sent", "shown", "spent", "standing", "taken", "taught", "told", "written",
}  # fmt: skip
# First words that end like a participle and are none, or are the field's name of a thing.
ALLOWED = {
    "embed", "feed", "need", "seed", "speed",  # verbs
    "expected", "normalised", "training", "mapping",  # an expected value, a normalised Gini ...
    "held_out", "missing_jars", "numbered_lines", "signed_percent",
    "staged_margins",  # scikit-learn: staged_predict
}  # fmt: skip


def participle_names(module: Module) -> Offences:
    """Public functions and methods named by a participle, properties apart: they name a value."""
    for function in functions(module):
        first = function.name.partition("_")[0]
        is_value = any(chain(mark).endswith("property") for mark in function.decorator_list)
        if (
            (re.search(r"(ed|ing)$", first) or first in IRREGULAR)
            and not {first, function.name} & ALLOWED
            and not is_value
        ):
            yield function.lineno, function.name


def nameless_claims(module: Module) -> Offences:
    """Tests whose name claims nothing: fewer than three words."""
    for function in functions(module):
        if function.name.startswith("test") and len(function.name.split("_")) < 4:
            yield function.lineno, function.name


PRODUCT = within("transformations/", "models/", "jobs/", "src/")

RULES = [
    Rule(
        "a function is a verb",
        PRODUCT,
        participle_names,
        (
            "def finished(frame):\n    pass",
            "def told(error):\n    pass",
            "def landing():\n    pass",
            "class C:\n    def gated(self):\n        pass",
        ),
        (
            "def finish(frame):\n    pass",
            "def expected_spend(self):\n    pass",
            "def _finished(frame):\n    pass",
            "class C:\n    @property\n    def opened_at(self):\n        pass",
        ),
    ),
    Rule(
        "a test's name is a claim",
        within("tests/"),
        nameless_claims,
        ("def test_orders():\n    pass", "def test_orders_filter():\n    pass"),
        ("def test_an_order_of_today_is_not_seen():\n    pass", "def made():\n    pass"),
    ),
]
