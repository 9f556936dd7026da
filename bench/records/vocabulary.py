"""Names and addresses that made-up records are put together from; nothing here is anybody's."""

from typing import Final


def _words(text: str) -> list[str]:
    return text.split()


FIRST: Final = _words("""
james mary john patricia robert jennifer michael linda david elizabeth william barbara richard
susan joseph jessica thomas sarah charles karen daniel lisa matthew nancy anthony betty mark
sandra donald ashley steven kimberly andrew emily paul donna joshua michelle kenneth carol kevin
amanda brian melissa george deborah edward stephanie ronald rebecca jason laura jeffrey helen ryan
sharon jacob cynthia gary kathleen nicholas amy eric angela jonathan shirley stephen anna larry
brenda justin pamela scott emma brandon nicole benjamin samantha samuel katherine frank christine
gregory debra raymond rachel alexander carolyn patrick janet jack maria dennis heather jerry diane
""")
NICKNAMES: Final = dict(
    pair.split(":")
    for pair in _words("""
james:jim robert:bob michael:mike william:bill richard:rick elizabeth:liz jennifer:jen joseph:joe
thomas:tom daniel:dan matthew:matt katherine:kate patricia:pat benjamin:ben samuel:sam
nicholas:nick andrew:andy susan:sue
""")
)
# A surname is a stem, a middle and an ending.
STEMS: Final = _words("""
ash brad carl dal east fair green hart hol jack kings lang marsh nor old park quin red stan thorn
under vern west wood york bar clay dun el fen
""")
MIDDLES: Final = ("", "", "er", "ing", "el", "an", "ow", "mi", "bo", "ra")
ENDINGS: Final = _words("""
ford field well ton son ley man wood worth by ham land bury dale ridge croft stone er hurst
""")
STREETS: Final = _words("""
oak main pine maple cedar elm lake hill park river church mill spring north ridge sunset walnut
highland
""")
STREET_KINDS: Final = _words("st ave rd dr ln ct blvd way")
HOSTS: Final = ("mail.example", "post.example", "inbox.example", "home.example")
