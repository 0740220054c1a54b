"""The genes that each word stands for, by the lexicon, by a learned corpus and by the words that a build has drawn.

Texts are compared in plain spelling (`kg.model.text`), without case, spaces and punctuation, as PFOCR's own matching
does: `c-Jun` and `C JUN` are one text here.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

from kg.lexicon import files
from kg.model.records import FLAVOURS, HUMAN, Flavour
from kg.model.text import plain

_KIND = re.compile("_(family|complex)$")
_PUNCTUATION = "-_ ./"


class Expansion(NamedTuple):
    """A word with all the human genes that it can stand for, at least two."""

    word: str  # upper case; the shortest spelling.
    usual: bool  # a symbol, an alias, the own name of a family or a drawn word; not a further name of a family.
    members: frozenset[str]  # CURIEs.
    flavours: Mapping[str, Flavour]  # by member.
    is_set: bool  # a family, or an expansion in a corpus: its members belong together wherever they stand.


class _Family(NamedTuple):
    """A family or complex of FamPlex."""

    id: str
    texts: list[str]  # its id and its further names
    genes: list[str]  # CURIEs


def spelling_key(text: str) -> str:
    """Return the form under which texts are compared.

    >>> spelling_key("c-Jun")
    'CJUN'
    """
    key = _without_punctuation(plain(text).upper())
    # Without a space, an accent that stood alone belongs to the letter before it.
    return key if key.isascii() else _without_punctuation(plain(key).upper())


def spelling_keys(texts: Sequence[str]) -> list[str]:
    """Return the spelling key of each text; one call for all plain texts costs less than one for each.

    >>> spelling_keys(["c-Jun", "NF-\u03baB"])
    ['CJUN', 'NFKAPPAB']
    """
    hard = {text for text in texts if not text.isascii() or "&" in text or "\n" in text}
    keys = _without_punctuation("\n".join("" if text in hard else text for text in texts).upper()).split("\n")
    return [spelling_key(text) if text in hard else key for text, key in zip(texts, keys, strict=True)] if texts else []


def _without_punctuation(text: str) -> str:
    for mark in _PUNCTUATION:
        text = text.replace(mark, "")
    return text


def without_kind(famplex: str) -> str:
    """Return the id of a family without the suffix that says family or complex.

    >>> without_kind("p53_family")
    'p53'
    """
    return _KIND.sub("", famplex)


def expansions(
    contents: Mapping[str, bytes], drawn: Iterable[tuple[str, str, Flavour]] = (), genes: AbstractSet[str] | None = None
) -> list[Expansion]:
    """Return every word of two genes or more: the usual words first, and the shortest of them first.

    A text can occur several times: with the members of a family, with the genes of the same alias added, and as a
    corpus expanded it. The corpus is the learned words of the lexicon and `drawn`: (word, gene CURIE, flavour).

    `genes` (CURIEs) limits the result to expansions with one of these. A few hundred genes take a sixth of the time
    of all genes.
    """
    families = [_family(*row) for row in files.rows(contents, files.FAMILIES)]
    keys = None if genes is None else _keys(contents, families, genes)
    texts, sets, learned = _Texts(keys), _Texts(keys), _Texts()
    for _, symbol, ncbigene, *lists in gene_rows(contents, keys):
        gene = f"ncbigene:{ncbigene}"
        texts.add(symbol, gene, "strict")
        for text in _items(*lists):
            texts.add(text, gene, "synonyms")
    for family in families:
        for text in family.texts:
            usual = text in (family.id, without_kind(family.id))
            for gene in family.genes:
                texts.add(text, gene, "all", usual=usual)
                sets.add(text, gene, "all", usual=usual)
    for word, category, entity, _, taxon, flavour, _ in files.rows(contents, files.WORDS):
        if category == "gene" and taxon == HUMAN and flavour in FLAVOURS:
            learned.add(word, entity, flavour)
    for word, entity, flavour in drawn:
        learned.add(word, entity, flavour)
    merged = [*texts.but(sets), *sets.but(learned, is_set=True), *learned.but(is_set=True)]
    return sorted((item for item in merged if genes is None or not genes.isdisjoint(item.members)), key=_order)


def _family(famplex: str, synonyms: str, members: str) -> _Family:
    return _Family(famplex, [famplex, *_items(synonyms)], [f"ncbigene:{member}" for member in members.split("|")])


def _items(*cells: str) -> Iterator[str]:
    """Yield the items of cells that are lists."""
    return filter(None, "|".join(cells).split("|"))


def _keys(contents: Mapping[str, bytes], families: Iterable[_Family], genes: AbstractSet[str]) -> set[str]:
    """Return the keys of all texts of some genes, and of the families that have one of them."""
    numbers = {gene.removeprefix("ncbigene:") for gene in genes}
    rows = files.rows_with(contents, files.GENES, files.NCBIGENE, numbers)
    texts = [text for _, symbol, _, *lists in rows for text in (symbol, *_items(*lists))]
    texts += [text for family in families if not genes.isdisjoint(family.genes) for text in family.texts]
    return set(map(spelling_key, texts))


def gene_rows(contents: Mapping[str, bytes], keys: AbstractSet[str] | None) -> list[list[str]]:
    """Return the gene rows that have a text with one of the spelling keys, and perhaps further rows; None is all."""
    if keys is None:
        return list(files.rows(contents, files.GENES))
    return [row.split("\t") for row, forms in keyed_gene_rows(contents) if not keys.isdisjoint(forms)]


def keyed_gene_rows(contents: Mapping[str, bytes]) -> list[tuple[str, list[str]]]:
    """Return the lines of the file of genes, each with the spelling keys of its cells and of the items of its lists."""
    text = files.body(contents, files.GENES)
    pairs = zip(text.split("\n"), _forms(text).split("\n"), strict=True)
    return [(row, forms.split("\t")) for row, forms in pairs if row]


@lru_cache(1)
def _forms(text: str) -> str:
    """Return the spelling keys of all cells; one call for all plain lines costs less than one for each text."""
    lines = text.split("\n")
    hard = [number for number, line in enumerate(lines) if not line.isascii() or "&" in line]
    cells = [lines[number].replace("|", "\t").split("\t") for number in hard]
    for number in hard:
        lines[number] = ""
    forms = _without_punctuation("\n".join(lines).upper()).replace("|", "\t").split("\n")
    for number, texts in zip(hard, cells, strict=True):
        forms[number] = "\t".join(map(spelling_key, texts))
    return "\n".join(forms)


def _order(expansion: Expansion) -> tuple[bool, int, str, bool, int]:
    word = expansion.word
    return not expansion.usual, len(word), word, not expansion.is_set, len(expansion.members)


class _Texts:
    """Genes by the key of a text, and the shortest spelling of each key."""

    def __init__(self, keys: AbstractSet[str] | None = None) -> None:
        """Create an empty index; `keys` limits it to texts with one of these keys."""
        self.genes: dict[str, dict[str, Flavour]] = defaultdict(dict)
        self._spelling: dict[str, tuple[bool, int, str]] = {}
        self._keys = keys

    def add(self, text: str, gene: str, flavour: Flavour, *, usual: bool = True) -> None:
        key = spelling_key(text)
        if self._keys is not None and key not in self._keys:
            return
        spelling = (not usual, len(text), text.upper())
        self._spelling[key] = min(spelling, self._spelling.get(key, spelling))
        genes = self.genes[key]
        if gene not in genes or FLAVOURS.index(flavour) < FLAVOURS.index(genes[gene]):
            genes[gene] = flavour

    def but(self, others: "_Texts | None" = None, *, is_set: bool = False) -> Iterator[Expansion]:
        """Yield the expansions, except those that have the same genes in `others`."""
        for key, genes in self.genes.items():
            alike = others is not None and others.genes.get(key, {}).keys() == genes.keys()
            if len(genes) > 1 and not alike:
                further, _, spelling = self._spelling[key]
                yield Expansion(spelling, not further, frozenset(genes), genes, is_set)
