"""Holdfast: who each customer is, who is leaving and why, and what each is worth.

    import holdfast

    shop = holdfast.open_root("holdfast-generated")
    shop.table("gold.customer_360").show()

`open_root` reads what the last run published, `load_settings` the settings a run would have;
`holdfast.churn`, `holdfast.value` and `holdfast.identity` fit and score by themselves. Spark is
imported when it is first needed: `pip install 'holdfast[local]'` brings it.
"""

from typing import TYPE_CHECKING, Any

from holdfast._version import __version__

if TYPE_CHECKING:
    from holdfast.api import PublishedTables, load_settings, open_root

__all__ = ["PublishedTables", "__version__", "load_settings", "open_root"]


def __getattr__(name: str) -> Any:
    """The rest of the face, imported at its first use."""
    if name in __all__:
        from holdfast import api

        return getattr(api, name)
    raise AttributeError(f"module 'holdfast' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
