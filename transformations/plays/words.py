"""Words with a fixed set of values that plays use."""

from typing import Final, Literal

URGENCY: Final = "urgency"

PHONE: Final = "phone"
WAITING: Final = ("onsite", "store")  # whoever comes by sees it: nobody is contacted
Framing = Literal["appreciation", "urgency", "plain"]
