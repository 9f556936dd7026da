"""Square, the tills: who holds a card."""

from collections.abc import Iterator
from typing import Any

from holdfast.transformations.synthetic.contacts import Contacts
from holdfast.transformations.synthetic.export_writer import rows_of
from holdfast.transformations.synthetic.retailer import Texts


def card_rows(card: Texts, contacts: Contacts, email: Texts, at: Texts) -> Iterator[dict[str, Any]]:
    """Customers as Square writes them, an e-mail only where there is one."""
    name = (contacts.first_name, contacts.last_name)
    place = (contacts.address, contacts.postcode, contacts.city)
    for key, first, last, mail, phone, street, postcode, city, made in rows_of(
        card, *name, email, contacts.phone, *place, at
    ):
        yield {
            "id": key,
            "given_name": first,
            "family_name": last,
            **({"email_address": mail} if mail else {}),
            "phone_number": phone,
            "address": {
                "address_line_1": street,
                "locality": city,
                "postal_code": postcode,
                "country": "US",
            },
            "creation_source": "TERMINAL",
            "created_at": made,
            "updated_at": made,
        }
