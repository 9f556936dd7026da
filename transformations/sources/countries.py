"""Countries as ISO 3166 names them, by the numbering plans of Google's libphonenumber. Imports no
Spark, so that settings may use it.
"""

from typing import Final

from phonenumbers import SUPPORTED_REGIONS

ALIASES: Final = {"UK": "GB", "EL": "GR"}  # what people and the European Union write
COUNTRIES: Final = (*sorted(SUPPORTED_REGIONS), *ALIASES)
