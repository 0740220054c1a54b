"""Readers of the formats in which the sources of a lexicon are published.

A reader takes the name of the source in messages and an open file. It raises LexiconError for another format.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from typing import IO, NamedTuple
from xml.etree import ElementTree as ET

from kg.errors import LexiconError
from kg.lexicon.update.chemicals import METABOLITES, NATURAL
from kg.lexicon.update.compile import Descriptor, Gene, Ontology, Relation, split_list
from kg.model.text import collapse

HUMAN_GENES = "9606"
"""The human in NCBI's tables."""

_SYNONYM = re.compile(r'"((?:[^"\\]|\\.)*)" (?:EXACT|RELATED)\b')
_HAS_ROLE = ("has_role", "RO:0000087")
_MESH_XREF = re.compile(r"(?i:mesh):([CD]\d+)\b")


class ParsedSource(NamedTuple):
    """The records of one file."""

    records: object  # of the type of its field in Downloads
    rows: int
    version: str | None


# -- tables


class _Plain(csv.excel_tab):
    """Cells separated by tabs, with quotes as plain characters."""

    quoting = csv.QUOTE_NONE


def _rows(source: str, stream: IO[bytes], dialect: type[csv.Dialect]) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of each row."""
    with TextIOWrapper(stream, "utf-8-sig", newline="") as text:
        reader = csv.reader(text, dialect)
        try:
            yield from ((reader.line_num, row) for row in reader if row)
        except csv.Error as error:
            raise LexiconError(f"{source}:{reader.line_num}: not a table ({error}); download it again") from None


def _columns(
    source: str, rows: Iterator[tuple[int, list[str]]], columns: Sequence[str]
) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and the cells of `columns` of each row under the header."""
    _, header = next(rows)
    missing = [column for column in columns if column not in header]
    if missing:
        raise LexiconError(f"{source}:1: no column {', '.join(missing)}; download it again")
    indexes = [header.index(column) for column in columns]
    for line, row in rows:
        if len(row) != len(header):
            raise LexiconError(f"{source}:{line}: {len(row)} cells under {len(header)} columns; download it again")
        yield line, [row[index] for index in indexes]


def hgnc(source: str, stream: IO[bytes]) -> ParsedSource:
    """Read HGNC's complete set."""
    columns = ("hgnc_id", "symbol", "status", "entrez_id", "date_modified")
    lists = ("alias_symbol", "prev_symbol", "ensembl_gene_id", "uniprot_ids")
    genes, newest = [], ""
    for line, cells in _columns(source, _rows(source, stream, csv.excel_tab), columns + lists):
        hgnc, symbol, status, ncbigene, modified, *others = cells
        number = hgnc.removeprefix("HGNC:")
        if not (number.isdecimal() and symbol and (ncbigene.isdecimal() or not ncbigene)):
            raise LexiconError(f"{source}:{line}: {hgnc!r}, {symbol!r}, {ncbigene!r} is not a gene's ids and symbol")
        newest = max(newest, modified)
        if status == "Approved" and ncbigene:
            genes.append(Gene(number, symbol, ncbigene, *(tuple(map(collapse, split_list(cell))) for cell in others)))
    return ParsedSource(genes, len(genes), _newest(newest))


def ncbi(organism: str, source: str, stream: IO[bytes]) -> ParsedSource:
    """Read the genes of an organism, given by its NCBI taxon id, from gene_info, without regions such as enhancers."""
    columns = ("#tax_id", "GeneID", "Symbol", "Synonyms", "type_of_gene", "Modification_date")
    genes, newest = [], ""
    for line, cells in _columns(source, _rows(source, stream, _Plain), columns):
        taxon, ncbigene, symbol, synonyms, kind, modified = cells
        if taxon != organism or kind == "biological-region":
            continue
        if not (ncbigene.isdecimal() and symbol):
            raise LexiconError(f"{source}:{line}: {ncbigene!r}, {symbol!r} is not a gene's id and symbol")
        newest = max(newest, modified)
        genes.append(Gene("", symbol, ncbigene, split_list(synonyms)))
    return ParsedSource(genes, len(genes), _newest("-".join(filter(None, (newest[:4], newest[4:6], newest[6:])))))


def _newest(date: str) -> str | None:
    """Return a version for a table without one: the date of its newest record."""
    return f"newest record {date}" if date else None


def relations(source: str, stream: IO[bytes]) -> ParsedSource:
    """Read FamPlex's relations.csv."""
    relations = []
    for line, row in _rows(source, stream, csv.excel):
        if len(row) != 5 or row[2] not in {"isa", "partof"}:
            raise LexiconError(f"{source}:{line}: {','.join(row)!r} is not namespace,id,isa or partof,FPLX,id")
        relations.append(Relation(row[0], row[1], row[4]))
    return ParsedSource(relations, len(relations), None)


def groundings(source: str, stream: IO[bytes]) -> ParsedSource:
    """Read FamPlex's grounding_map.csv; the texts of genes and chemicals in it are left out."""
    groundings: list[tuple[str, str]] = []
    for line, (text, *cells) in _rows(source, stream, csv.excel):
        if not cells or len(cells) % 2:
            raise LexiconError(f"{source}:{line}: {text!r} is not followed by pairs of namespace and id")
        pairs = zip(cells[::2], cells[1::2], strict=True)
        groundings += [(text, identifier) for namespace, identifier in pairs if namespace == "FPLX"]
    return ParsedSource(groundings, len(groundings), None)


# -- MeSH and ontologies


def mesh(prefix: str, source: str, stream: IO[bytes]) -> ParsedSource:
    """Read MeSH's records one at a time, because the files have 300 MB and more."""
    records, newest = [], ""
    tag = prefix.removesuffix("Record") + "Record"
    # Expat fetches nothing and limits the growth of entities.
    events = ET.iterparse(stream, ("start", "end"))  # noqa: S314
    try:
        _, root = next(events)
        for event, element in events:
            if event == "end" and element.tag == tag:
                record, revised = _record(prefix, source, element)
                newest = max(newest, revised)
                if "|" not in record.label:
                    records.append(record)
                root.clear()
    except ET.ParseError as error:
        raise LexiconError(f"{source}:{error.position[0]}: not XML ({error}); download it again") from None
    return ParsedSource(records, len(records), _newest(newest))


def _record(prefix: str, source: str, element: ET.Element) -> tuple[Descriptor, str]:
    """Read a MeSH record; return it with the date of its last revision."""
    identifier, label = (element.findtext(path) for path in (f"{prefix}UI", f"{prefix}Name/String"))
    if not identifier or not label:
        raise LexiconError(f"{source}: a {element.tag} lacks {prefix}UI ({identifier}) or {prefix}Name ({label})")
    terms = element.iterfind("ConceptList/Concept/TermList/Term")
    # Permuted terms are inverted forms of other terms.
    texts = (term.findtext("String") or "" for term in terms if term.get("IsPermutedTermYN") != "Y")
    trees = tuple(tree.text or "" for tree in element.iterfind("TreeNumberList/TreeNumber"))
    revised = (element.findtext(f"DateRevised/{part}") or "" for part in ("Year", "Month", "Day"))
    name = collapse(label)
    synonyms = tuple(text for text in dict.fromkeys(map(collapse, texts)) if text not in {"", name})
    headings = tuple(
        (heading.text or "").removeprefix("*")
        for heading in element.iterfind("HeadingMappedToList/HeadingMappedTo/DescriptorReferredTo/DescriptorUI")
    )
    return Descriptor(identifier, name, synonyms, trees, headings), "-".join(filter(None, revised))


def obo(prefix: str, source: str, stream: IO[bytes]) -> ParsedSource:
    """Read the ontology's own terms; obsolete ones are left out."""
    import obonet

    acids: dict[str, list[str]] = {}
    metabolites: set[str] = set()
    natural: set[str] = set()
    ontology = Ontology({}, {}, {}, acids, metabolites, natural)
    try:
        graph = obonet.read_obo(TextIOWrapper(stream, "utf-8-sig"))
    except UnicodeDecodeError:
        raise
    except (ValueError, KeyError) as error:
        raise LexiconError(f"{source}: not OBO ({collapse(str(error))}); download it again") from None
    for term, fields in graph.nodes(data=True):
        if term.startswith(f"{prefix}:") and "|" not in fields.get("name", "|"):
            curie = term.lower()
            ontology.names[curie] = collapse(fields["name"])
            synonyms = filter(None, map(_SYNONYM.match, fields.get("synonym", ())))
            ontology.synonyms[curie] = [re.sub(r"\\(.)", r"\1", match[1]) for match in synonyms]
            for xref in filter(None, map(_MESH_XREF.match, fields.get("xref", ()))):
                ontology.of_mesh.setdefault(xref[1], set()).add(curie)
            related = [target.split()[:2] for target in fields.get("relationship", ())]
            above = ("is_conjugate_base_of", *(["is_tautomer_of"] if fields["name"].endswith(" zwitterion") else []))
            if alike := [other.lower() for kind, other in related if kind.endswith(above)]:
                acids[curie] = alike
            roles = {other.lower() for kind, other in related if kind in _HAS_ROLE}
            metabolites |= {curie} if not roles.isdisjoint(METABOLITES) else set()
            natural |= {curie} if not roles.isdisjoint(NATURAL) else set()
    return ParsedSource(ontology, len(ontology.names), graph.graph.get("data-version"))
