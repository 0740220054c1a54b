r"""Lists of names in a GMT file: one a line, `name TAB description TAB member TAB member ...`, without a header.

`kg.parsers.gmt` reads sets of figures as records; here a set is a list that a person asks about.
"""

from typing import NamedTuple

from kg.errors import SourceError, cut
from kg.model.text import clean, collapse
from kg.parsers.lists import GivenList
from kg.parsers.pathways import MOST_PATHWAYS, Pathway, lines, pathway_of

_SKIPPED = "; line skipped"


class SetFile(NamedTuple):
    """The lists of a file, and a line about each part of it that could not be read."""

    lists: tuple[GivenList, ...]
    problems: tuple[str, ...]


def read_sets(content: bytes, source: str) -> SetFile:
    r"""Read the lists of a GMT file, plain or as gzip; `GivenList.source` is the name of each.

    That is the first cell; of a first cell as WikiPathways has it, the name and the identifier. A number among the
    members is an NCBI Gene id. A line that is none, or has the name of one above, is passed over and reported.

    Raises SourceError for a file that is damaged, empty, no text, without a single list, or with more than 20,000.

    >>> read_sets(b"my genes\tof 2020\tTP53\tMDM2\nbad\n", "own.gmt").lists
    (GivenList(source='my genes', names=('TP53', 'MDM2'), columns=None),)
    >>> read_sets(b"Apoptosis%WikiPathways_2024%WP254%Homo sapiens\t\t836\n", "own.gmt").lists
    (GivenList(source='Apoptosis (WP254)', names=('ncbigene:836',), columns=None),)
    """
    sets: dict[str, GivenList] = {}
    problems: list[str] = []
    for number, line in lines(content, source):
        pathway = pathway_of(line)
        if isinstance(pathway, str):
            problems.append(f"{source}:{number}: {pathway.replace('no pathway', 'no list')}{_SKIPPED}")
            continue
        name = _name(pathway, collapse(clean(line.partition(b"\t")[0].decode())))
        if name in sets:
            problems.append(f"{source}:{number}: {cut(name)!r} is the name of a list above{_SKIPPED}")
        elif len(sets) == MOST_PATHWAYS:
            raise SourceError(f"{source}:{number}: more than {MOST_PATHWAYS:,} lists; give fewer")
        else:
            sets[name] = GivenList(name, pathway.members)
    if not sets:
        raise SourceError(f"{problems[0].removesuffix(_SKIPPED)}; no line of the file is a list")
    return SetFile(tuple(sets.values()), tuple(problems))


def _name(pathway: Pathway, first: str) -> str:
    in_parts = "%" in first and pathway.id != first
    return f"{pathway.name} ({pathway.id})" if in_parts else first
