"""Records whose people are known: the hard cases of identity, by name."""

from typing import Any, Final

from bench.records.retail import COLUMNS

HOME: Final = {
    "last_name": "ostrander",
    "address": "12 quarry ln",
    "city": "city 1",
    "postcode": "10137",
}
FIRST_NAMES: Final = (
    "anna",
    "boris",
    "clara",
    "dmitri",
    "elif",
    "farid",
    "greta",
    "hugo",
    "irene",
    "jonas",
)


def record(party: str, kind: str = "account", **known: Any) -> dict[str, Any]:
    """A record of the columns of `party_records`; what is not given is unknown."""
    empty: dict[str, Any] = dict.fromkeys(COLUMNS) | {"emails": [], "phones": [], "devices": []}
    return empty | {"party_id": party, "party_kind": kind} | known


CASES: Final = [
    # A family on one e-mail address, at one address.
    record("case:family-1", first_name="theodora", emails=["ostrander@home.example"], **HOME),
    record("case:family-2", first_name="wilbur", emails=["ostrander@home.example"], **HOME),
    # One person whose name was mistyped at the till.
    record("case:typo-1", first_name="leopold", last_name="quennell", phones=["12025550101"]),
    record("case:typo-2", first_name="leopodl", last_name="quenell", phones=["12025550101"]),
    # One person with nothing in common but name and home.
    record(
        "case:moved-1",
        first_name="ingrid",
        last_name="falkenrath",
        address="7 mossy ct",
        postcode="10411",
        emails=["ingrid@old.example"],
        phones=["12025550102"],
    ),
    record(
        "case:moved-2",
        first_name="ingrid",
        last_name="falkenrath",
        address="7 mossy ct",
        postcode="10411",
        emails=["falken@new.example"],
        phones=["12025550103"],
    ),
    # Ten people for whom the till types the shop's own address.
    *(
        record(
            f"case:till-{first}",
            "guest",
            first_name=first,
            last_name=f"{first[::-1]}son",
            emails=["till@shop.example"],
        )
        for first in FIRST_NAMES
    ),
    # Two of them share a first name: still the shop's address.
    record(
        "case:till-same",
        "guest",
        first_name="anna",
        last_name="pettibone",
        emails=["till@shop.example"],
    ),
    # Unknown accounts on whose orders the shop put one address of its own, and nothing else.
    *(record(f"case:order-{i}", "order", emails=["orders@shop.example"]) for i in range(8)),
    # Nameless guests of one address: seven homes with seven phones, and one that orders often.
    *(
        record(
            f"case:home-{i}",
            "guest",
            emails=["counter@shop.example"],
            phones=[f"1202555012{i}"],
            address=f"{11 + i} wharf rd",
            postcode="10777",
        )
        for i in range(7)
    ),
    *(record(f"case:often-{i}", "guest", emails=["bettina@home.example"]) for i in range(8)),
    # Two guests whose form wanted some address.
    record("case:none-1", "guest", emails=["no-email@shop.example"]),
    record("case:none-2", "guest", emails=["no-email@shop.example"]),
    # A laptop on which one person logs in, and a tablet on which two do.
    record("case:laptop", "device", devices=["laptop"]),
    record("case:tablet", "device", devices=["tablet"]),
    record(
        "case:login-1",
        first_name="octavia",
        last_name="brindle",
        emails=["octavia@home.example"],
        devices=["laptop", "tablet"],
    ),
    record(
        "case:login-2",
        first_name="percival",
        last_name="stroud",
        emails=["percival@post.example"],
        devices=["tablet"],
    ),
    record("case:silent"),
]
