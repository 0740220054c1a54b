"""What each word expands to: the genes of every text that the lexicon, a family table or a corpus knows.

Texts are compared without case, space and punctuation, as the database's own matching does: `c-Jun` and `C JUN`
are one text here.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from kg.lexicon import files
from kg.model.records import FLAVOURS, HUMAN, Flavour

_KIND = re.compile("_(family|complex)$")
_PUNCTUATION = re.compile(r"[-_ ./]")


class Expansion(NamedTuple):
    """A word with all the human genes it can stand for, at least two."""

    word: str  # upper case; the shortest spelling that is known
    usual: bool  # a symbol, an alias, a family's own name or a word that was drawn, not a further name of a family
    members: frozenset[str]  # CURIEs
    flavours: Mapping[str, Flavour]  # of each member: how the word leads to it
    is_set: bool  # a family, or as a corpus drew it: the members belong together wherever they stand


def key(text: str) -> str:
    """Give the form under which texts are compared.

    >>> key("c-Jun")
    'CJUN'
    """
    return _PUNCTUATION.sub("", text.upper())


def without_kind(famplex: str) -> str:
    """Give a family's id without what kind it is.

    >>> without_kind("p53_family")
    'p53'
    """
    return _KIND.sub("", famplex)


def expansions(contents: Mapping[str, bytes], drawn: Iterable[tuple[str, str, Flavour]] = ()) -> list[Expansion]:
    """Give every word of two genes or more, the usual ones first, the shortest of them first.

    A text can be here several times: with the members of a family alone, with the genes of that alias, too, and as
    a corpus expanded it, by the lexicon's learned words and by `drawn`: (word, gene CURIE, flavour).
    """
    texts, sets, learned = _Texts(), _Texts(), _Texts()
    for _, symbol, ncbigene, *lists in files.rows(contents, files.GENES):
        gene = f"ncbigene:{ncbigene}"
        texts.add(symbol, gene, "strict")
        for text in filter(None, "|".join(lists).split("|")):
            texts.add(text, gene, "synonyms")
    for famplex, synonyms, members in files.rows(contents, files.FAMILIES):
        for text in filter(None, (famplex, *synonyms.split("|"))):
            usual = text in (famplex, without_kind(famplex))
            for member in members.split("|"):
                texts.add(text, f"ncbigene:{member}", "all", usual=usual)
                sets.add(text, f"ncbigene:{member}", "all", usual=usual)
    for word, category, entity, _, taxon, flavour, _ in files.rows(contents, files.WORDS):
        if category == "gene" and taxon == HUMAN and flavour in FLAVOURS:
            learned.add(word, entity, flavour)
    for word, entity, flavour in drawn:
        learned.add(word, entity, flavour)
    return sorted([*texts.but(sets), *sets.but(learned, is_set=True), *learned.but(is_set=True)], key=_order)


def _order(each: Expansion) -> tuple[bool, int, str, bool, int]:
    return not each.usual, len(each.word), each.word, not each.is_set, len(each.members)


class _Texts:
    """Genes by the key of a text, and the shortest spelling of each key."""

    def __init__(self) -> None:
        self.genes: dict[str, dict[str, Flavour]] = defaultdict(dict)
        self._spelling: dict[str, tuple[bool, int, str]] = {}

    def add(self, text: str, gene: str, flavour: Flavour, *, usual: bool = True) -> None:
        form = key(text)
        spelling = (not usual, len(text), text.upper())
        self._spelling[form] = min(spelling, self._spelling.get(form, spelling))
        genes = self.genes[form]
        if gene not in genes or FLAVOURS.index(flavour) < FLAVOURS.index(genes[gene]):
            genes[gene] = flavour

    def but(self, others: "_Texts | None" = None, *, is_set: bool = False) -> Iterator[Expansion]:
        """Give the expansions, without those that `others` has alike."""
        for form, genes in self.genes.items():
            alike = others is not None and others.genes.get(form, {}).keys() == genes.keys()
            if len(genes) > 1 and not alike:
                further, _, spelling = self._spelling[form]
                yield Expansion(spelling, not further, frozenset(genes), genes, is_set)
