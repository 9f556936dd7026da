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
    # Nameless buyers at a till that has one address for all: six phones and six streets.
    *(
        record(
            f"case:buyer-{i}",
            emails=["kasse@shop.example"],
            phones=[f"1202555013{i}"],
            address=f"{7 * i + 2} {street} st",
            postcode="10778",
        )
        for i, street in enumerate(("birch", "elm", "oak", "maple", "cedar", "linden"))
    ),
    # Two such: too few to see that the address is shared, but nothing else agrees.
    *(
        record(
            f"case:stranger-{i}",
            emails=["desk@shop.example"],
            phones=[f"1202555014{i}"],
            address=f"{40 + i} {street} st",
            postcode="10779",
        )
        for i, street in enumerate(("harbour", "linden"))
    ),
    # Two such on long streets that are nearly one: another house, and another street.
    *(
        record(
            f"case:{name}-{i}",
            emails=[f"{name}@shop.example"],
            phones=[f"12025551{place}{i}"],
            address=address,
            postcode="10783",
        )
        for place, (name, addresses) in enumerate(
            {
                "pension": ("1415 washington heights blvd", "1417 washington heights blvd"),
                "hostel": ("88 north commonwealth ave", "88 south commonwealth ave"),
            }.items(),
            61,
        )
        for i, address in enumerate(addresses)
    ),
    # One person without a name, whose street was mistyped; another phone, or another street, alone
    # is no contradiction.
    *(
        record(
            f"case:mistyped-{i}",
            emails=["mistyped@home.example"],
            phones=["12025551690"],
            address=f"77 {street} ave",
            postcode="10784",
        )
        for i, street in enumerate(("commonwealth", "comonwaelth"))
    ),
    # One person without a name, who has moved; and one who has moved and changed the phone.
    *(
        record(
            f"case:nameless-{i}",
            emails=["removal@home.example"],
            phones=["12025550150"],
            address=f"{60 + i} {street} st",
            postcode="10780",
        )
        for i, street in enumerate(("orchard", "tannery"))
    ),
    *(
        record(
            f"case:renewed-{i}",
            first_name="marguerite",
            last_name="ashdown",
            emails=["marguerite@home.example"],
            phones=[f"1202555015{i + 1}"],
            address=f"{80 + i} {street} st",
            postcode="10781",
        )
        for i, street in enumerate(("vineyard", "smithy"))
    ),
    # Two first names of one family, and one name in two scripts.
    *(
        record(
            f"case:{first}",
            first_name=first,
            last_name=last,
            emails=["sem@pochta.example"],
            phones=["16175550142"],
            address="18 birch ln",
            postcode="10782",
        )
        for first, last in (("анна", "соколова"), ("дмитрий", "соколов"), ("anna", "sokolova"))
    ),
    # Names of two letters, all of which would be a typo or two apart.
    *(
        record(f"case:{name}", first_name=name[1:], last_name=name[0], emails=["li@shop.example"])
        for name in ("王小明", "李建国")
    ),
    # A name whose letters are read in more ways than one, and how its owner spells it in Latin.
    record("case:田中", first_name="陽子", last_name="田中", emails=["yoko@home.example"]),
    record("case:tanaka", first_name="yoko", last_name="tanaka", emails=["yoko@home.example"]),
    # Letters of another alphabet that look like Latin ones, at one home; two people of one family
    # whose names are written from right to left, and one of them again.
    *(
        record(
            f"case:{name}",
            first_name=first,
            last_name="pettigrew",
            address="5 heron ct",
            postcode="10785",
        )
        for name, first in (("looks", "\u0430nn\u0430belle"), ("latin", "annabelle"))
    ),
    *(
        record(
            f"case:hebrew-{i}",
            first_name=first,
            last_name="כהן",
            emails=["kohen@home.example"],
            phones=["97235550101"],
        )
        for i, first in enumerate(("שרה", "שרה", "יהונתן"))
    ),
    # Two records of one office, whoever sits in it.
    record("case:office-1", "guest", emails=["info@firm.example"]),
    record("case:office-2", "guest", emails=["info@firm.example"]),
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
