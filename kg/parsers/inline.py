"""Inline lists of older records: genes, chemicals and diseases in the front matter, one mapping a row."""

from collections.abc import Callable
from functools import lru_cache

from kg.model.records import HUMAN, Category, Mention, flavour
from kg.model.text import MARKERS, as_drawn, cached_normal_form, cached_tidy, clean
from kg.parsers import cells
from kg.parsers.nodes import MappingNode

LISTS: tuple[tuple[str, Category], ...] = (("genes", "gene"), ("chemicals", "chemical"), ("diseases", "disease"))
"""Names of the lists, and the category of the mentions in each."""

Warn = Callable[[MappingNode, str, str, str], None]
"""Takes a warning about a row: the row, the code, the message, the field."""


def cell(row: MappingNode, field: str) -> str | None:
    """Return the text of a field of a row, or None where it is missing or no text."""
    value = row.get(field)
    return _given(value) if isinstance(value, str) else None


@lru_cache(2**16)
def _given(text: str) -> str | None:
    return clean(text) if text.strip() not in MARKERS else None


@lru_cache(2**16)  # a corpus names the same genes in every figure
def _gene(text: str) -> str | None:
    """Return the CURIE of a cell with one gene; None for any other cell."""
    curies, unread = cells.identifiers(text, "ncbigene")
    return curies[0] if len(curies) == 1 and not unread else None


class Reader:
    """Reads the rows of one list of a figure."""

    def __init__(self, figure_id: str, category: Category, warn: Warn) -> None:
        self._figure_id = figure_id
        self._category = category
        self._warn = warn

    def mention(self, row: MappingNode, position: int) -> Mention | None:
        """Return the mention of a row; None where it has neither word nor symbol."""
        return self._gene(row, position) if self._category == "gene" else self._concept(row, position)

    def _concept(self, row: MappingNode, position: int) -> Mention | None:
        word = cell(row, "word")
        if word is None or not (name := cached_tidy(word)):
            return None
        return Mention(
            figure_id=self._figure_id,
            origin="inline",
            category=self._category,
            position=position,
            keyword=name,
            name=name,
            word=word,
            match=cached_normal_form(word),
            entity_id=self._identifier(row, "identifier", "mesh", "chebi" if self._category == "chemical" else "doid"),
            source=cell(row, "source"),
            flavour="strict",
        )

    def _gene(self, row: MappingNode, position: int) -> Mention | None:
        word = cell(row, "word")
        alias = cell(row, "symbol")
        symbol = cell(row, "hgnc_symbol") or alias or word
        matched = alias or word or symbol
        if symbol is None or matched is None or not (name := cached_tidy(symbol)):
            return None
        if "-" in symbol and cells.date_for(symbol) is not None:
            field = "hgnc_symbol" if "hgnc_symbol" in row else "symbol"
            self._warn(row, "symbol-is-date", cells.date_message(field, symbol), field)
        source, entrez = cell(row, "source"), cell(row, "entrez")
        return Mention(
            figure_id=self._figure_id,
            origin="inline",
            category="gene",
            position=position,
            keyword=name,
            name=name,
            word=word or matched,
            match=cached_normal_form(as_drawn(matched, word or matched)),
            entity_id=(entrez and _gene(entrez)) or self._identifier(row, "entrez", "ncbigene"),
            source=source,
            flavour=flavour(source),
            taxon=HUMAN,
        )

    def _identifier(self, row: MappingNode, field: str, *prefixes: str) -> str | None:
        """Return the one identifier of a cell; a cell of none or several is named in the report."""
        text = cell(row, field)
        if text is None:
            return None
        curies, unread = cells.identifiers(text, *prefixes)
        if len(curies) == 1 and not unread:
            return curies[0]
        if unread or curies:
            fault = "is no identifier known here" if unread else "are several identifiers"
            self._warn(row, "bad-identifier", f"{field} {text[:40]!r} {fault}; the name was looked up instead", field)
        return None
