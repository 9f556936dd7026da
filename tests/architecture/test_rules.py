"""Every rule holds, and is seen to catch what it is for."""

import pytest

from tests.architecture import determinism, names, places, purity, style
from tests.architecture.rule import Rule, modules, parse

RULES = [*purity.RULES, *determinism.RULES, *places.RULES, *names.RULES, *style.RULES]
EACH_RULE = pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])


@EACH_RULE
def test_the_rule_holds(rule: Rule) -> None:
    found = [
        f"{module.path}:{line}: {what}"
        for module in modules()
        if rule.holds_in(module.path)
        for line, what in rule.find(module)
    ]
    assert not found, f"{rule.name}:\n" + "\n".join(found)


@EACH_RULE
def test_a_planted_offence_is_caught(rule: Rule) -> None:
    assert rule.offences
    for code in rule.offences:
        assert list(rule.find(parse("planted.py", code))), f"not caught:\n{code}"


@EACH_RULE
def test_innocent_code_is_left_alone(rule: Rule) -> None:
    for code in rule.innocent:
        assert not list(rule.find(parse("innocent.py", code))), f"wrongly caught:\n{code}"


@EACH_RULE
def test_the_rule_looks_at_something(rule: Rule) -> None:
    assert any(rule.holds_in(module.path) for module in modules())
