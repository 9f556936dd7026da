"""Names that a package offers, each imported from its module when it is first asked for.

A Python worker that scores imports the package of its model; it need not import what only training
uses (SciPy's optimisers, scikit-learn, Hyperopt), which takes it a second.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy_names(package: str, module_of: Mapping[str, str]) -> Callable[[str], Any]:
    """A package's `__getattr__`: `module_of` names the module of each name it offers."""

    def get(name: str) -> Any:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(module_of[name]), name)

    return get
