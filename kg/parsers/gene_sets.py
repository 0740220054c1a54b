r"""Lists of names in a GMT file: one a line, `name TAB description TAB member TAB member ...`, without a header.

`kg.parsers.gmt` reads sets of figures as records; here a set is a list that a person asks about.
"""

from kg.errors import SourceError, cut
from kg.model.text import collapse
from kg.parsers.lists import GivenList

MOST_SETS = 20_000
"""Greatest number of lists in a file, which is about that of Gene Ontology."""


def read_sets(content: bytes, source: str) -> list[GivenList]:
    r"""Read the lists of a GMT file; `GivenList.source` is the name of each.

    Raises SourceError with the line where a file is no GMT, has no list, or has two of one name.

    >>> read_sets(b"my genes\tof 2020\tTP53\tMDM2\n", "own.gmt")
    [GivenList(source='my genes', names=('TP53', 'MDM2'), columns=None)]
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{source}: not UTF-8 at byte {error.start}; give a GMT file, which is text") from None
    sets: dict[str, GivenList] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, *cells = line.split("\t")
        name, members = collapse(name), tuple(member for cell in cells[1:] if (member := collapse(cell)))
        if not name or not members or "\x00" in line:
            raise SourceError(f"{source}:{number}: no list; a line of GMT is: name, tab, description, tab, members")
        if name in sets:
            raise SourceError(f"{source}:{number}: a second list is called {cut(name)!r}; give each another name")
        sets[name] = GivenList(name, members)
        if len(sets) > MOST_SETS:
            raise SourceError(f"{source}: more than {MOST_SETS:,} lists; give fewer")
    if not sets:
        raise SourceError(f"{source}: no lists in it; a line of GMT is: name, tab, description, tab, members")
    return list(sets.values())
