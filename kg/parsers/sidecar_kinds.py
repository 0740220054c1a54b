"""Kinds of sidecar tables: what each lists, the columns that it needs, and the figure that its file name gives."""

from typing import NamedTuple

from kg.model.identifiers import FIGID, SIDECAR
from kg.model.records import Category


class Kind(NamedTuple):
    """A kind of table: the category of its entities, the prefix of their identifiers, the columns that it needs."""

    category: Category
    prefix: str
    needed: frozenset[str]


KINDS: dict[str, Kind] = {
    "genes": Kind("gene", "ncbigene", frozenset({"organism_id", "word", "ncbigene_symbol", "ncbigene_id"})),
    "chemicals": Kind("chemical", "chebi", frozenset({"word"})),
    "diseases": Kind("disease", "doid", frozenset({"word"})),
}
"""Kinds of tables, by their name in file names."""


def figid_and_kind(name: str) -> tuple[str, str] | None:
    """Return the figid and the kind in the path of a sidecar table, or None where the path has none.

    >>> figid_and_kind("_data/PMC1__a.b.jpg-genes.tsv")
    ('PMC1__a.b', 'genes')
    """
    match = SIDECAR.fullmatch(name.rpartition("/")[2])
    figid = match["figid"].removesuffix(".jpg") if match else ""
    return (figid, match["kind"]) if match and FIGID.fullmatch(figid) else None
