"""The bundled lexicon: types bare words and gives them identifiers, with no network.

    >>> Lexicon.bundled().ground(["RANKL"])["RANKL"].entity_id
    'ncbigene:8600'

Four tables, each with a header row: `genes.tsv.gz` (HGNC number, approved symbol, NCBI gene id, aliases, previous
symbols), and `chemicals.tsv.gz`, `diseases.tsv.gz`, `small_molecules.tsv` (CURIE, xrefs, name, synonyms); lists are
separated by `|`. SOURCES.toml says where each comes from, with licence and checksum; tools/rebuild_lexicon.py makes
them.

Case counts for approved symbols, for hand-kept spellings (CO is not Co) and for words under four characters.
"""

import gzip
import hashlib
import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from kg.errors import LexiconError
from kg.model import HUMAN, Category
from kg.terms import curie

APPROVED, NAMED, ALIASED = 1, 2, 4
"""Ranks of a reading; 3 is left to what the corpus teaches."""

SHORT = 4
"""Words below this length match in exact case only: NO is nitric oxide, No and no are words."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a word can mean, and what says so."""

    text: str  # the word asked for
    entity_id: str  # CURIE: ncbigene, chebi, mesh or doid
    category: Category  # gene, chemical or disease
    name: str  # approved symbol, or preferred name
    xrefs: tuple[str, ...]  # CURIEs of the same thing elsewhere
    source: str  # hgnc_symbol, hgnc_alias_symbol, hgnc_prev_symbol, small_molecules, or whose id it is: chebi ...
    taxon: str | None  # CURIE; genes only
    rank: int  # 1 approved symbol, 2 name of a chemical or disease, 4 alias; 3 is left to the corpus


class _Table(NamedTuple):
    """The shape of one file."""

    file: str
    columns: tuple[str, ...]
    row: re.Pattern[str]


_TERM_COLUMNS = ("curie", "xrefs", "name", "synonyms")
_TERM_ROW = re.compile(r"(?:chebi|mesh|doid):\w+\t(?:[a-z]+:\w+(?:\|[a-z]+:\w+)*)?\t[^\t|]+\t[^\t]*")
_GENES = _Table(
    "genes.tsv.gz",
    ("hgnc", "symbol", "ncbigene", "aliases", "previous"),
    re.compile(r"\d+\t[^\t|]+\t\d+\t[^\t]*\t[^\t]*"),
)
_SMALL_MOLECULES = _Table("small_molecules.tsv", _TERM_COLUMNS, _TERM_ROW)
_TERMS: tuple[tuple[_Table, Category], ...] = (
    (_SMALL_MOLECULES, "chemical"),
    (_Table("chemicals.tsv.gz", _TERM_COLUMNS, _TERM_ROW), "chemical"),
    (_Table("diseases.tsv.gz", _TERM_COLUMNS, _TERM_ROW), "disease"),
)
_TABLES = (_GENES, *(table for table, _ in _TERMS))


class _Match(NamedTuple):
    """A reading with its place among the readings of its word; the least comes first."""

    rank: int
    tier: int  # within the rank; names before synonyms, aliases with previous symbols
    place: int  # decides between equals, for a steady order
    entity_id: str
    reading: Reading


class _Words:
    """The words asked for, by normal form.

    Rows are tested whole, because a dict of the lexicon's 187,000 texts would cost more than reading past them.
    """

    def __init__(self, words: Iterable[str], normal: Callable[[str], str]) -> None:
        self._asked: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for word in words:
            text = normal(word)
            if text:
                self._asked[text.casefold()].append((word, text))
        self._forms = self._asked.keys()

    def rows(self, content: str) -> Iterator[list[str]]:
        """Give the rows, as cells, in which one of the words may stand."""
        folded = content.casefold().replace("|", "\t").split("\n")
        for line, forms in zip(content.split("\n"), folded, strict=True):
            if not self._forms.isdisjoint(forms.split("\t")):
                yield line.split("\t")

    def of(self, text: str, *, any_case: bool = True) -> list[str]:
        """Give the words that a text of the lexicon matches."""
        any_case = any_case and len(text) >= SHORT
        return [word for word, form in self._asked.get(text.casefold(), ()) if any_case or form == text]


class Lexicon:
    """Gene symbols and aliases, chemical and disease names, with their identifiers.

    Held packed, about 1.4 MB; each call reads through all of it once, however many words it is asked for.
    """

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        """Take the four files by name; `bundled` and `from_folder` are the usual ways here."""
        self._contents = dict(contents)
        for table in _TABLES:
            _check(table, _unpacked(table.file, self._contents[table.file]))
        digest = hashlib.sha256()
        for table in _TABLES:
            digest.update(hashlib.sha256(self._contents[table.file]).digest())
        self.version: str = digest.hexdigest()[:16]
        """A digest over the files, for provenance."""

    @classmethod
    def bundled(cls) -> "Lexicon":
        """Open the lexicon that comes with the package."""
        return cls.from_folder(files(__name__))

    @classmethod
    def from_folder(cls, path: Traversable) -> "Lexicon":
        """Open the lexicon in a folder; LexiconError if a file is missing or malformed."""
        contents = {}
        for table in _TABLES:
            try:
                contents[table.file] = path.joinpath(table.file).read_bytes()
            except OSError as error:
                raise LexiconError(
                    f"{path.joinpath(table.file)}: cannot be read ({error.strerror}); "
                    "tools/rebuild_lexicon.py writes the lexicon's files"
                ) from error
        return cls(contents)

    def readings(self, words: Iterable[str]) -> dict[str, tuple[Reading, ...]]:
        """Give everything each word can mean, best first; words without a reading are left out.

        One reading an entity: a symbol that is also an alias of its own gene counts as a symbol.
        """
        return {word: tuple(match.reading for match in found) for word, found in self._matches(words).items()}

    def ground(self, words: Iterable[str], category: Category | None = None) -> dict[str, Reading]:
        """Give the one certain reading of each word that has one, of any category or of the given one.

        Approved symbol, else name of a chemical or disease, else synonym of one, else alias or previous symbol of
        a gene. A word that means two things at the first of these where it means anything is left out.
        """
        certain = {}
        for word, every in self._matches(words).items():
            found = [match for match in every if category in (None, match.reading.category)]
            if not found:
                continue
            best = found[0]
            if len(found) == 1 or (found[1].rank, found[1].tier) > (best.rank, best.tier):
                certain[word] = best.reading
        return certain

    def _matches(self, words: Iterable[str]) -> dict[str, list[_Match]]:
        """Give the matches of each word in order, the best one for each entity."""
        asked = dict.fromkeys(words)
        found: dict[str, dict[str, _Match]] = {word: {} for word in asked}
        for match in chain(self._genes(asked), self._terms(asked)):
            matches = found[match.reading.text]
            known = matches.get(match.entity_id)
            if known is None or match[:-1] < known[:-1]:
                matches[match.entity_id] = match
        return {
            word: sorted(matches.values(), key=itemgetter(0, 1, 2, 3)) for word, matches in found.items() if matches
        }

    def _genes(self, asked: Iterable[str]) -> Iterator[_Match]:
        """Match words with symbols, aliases and previous symbols."""
        words = _Words(asked, str)
        for _, symbol, ncbigene, aliases, previous in words.rows(self._text(_GENES)):
            gene = f"ncbigene:{ncbigene}"
            xrefs = (curie("hgnc.symbol", symbol),)
            texts = [(APPROVED, 0, "hgnc_symbol", symbol)]
            texts += [(ALIASED, 1, "hgnc_alias_symbol", text) for text in aliases.split("|")]
            texts += [(ALIASED, 2, "hgnc_prev_symbol", text) for text in previous.split("|")]
            for rank, place, source, text in texts:
                for word in words.of(text, any_case=rank == ALIASED):
                    reading = Reading(word, gene, "gene", symbol, xrefs, source, HUMAN, rank)
                    yield _Match(rank, 0, place, gene, reading)

    def _terms(self, asked: Iterable[str]) -> Iterator[_Match]:
        """Match words with names and synonyms of chemicals and diseases."""
        words = _Words(asked, lambda word: " ".join(word.split()))
        for place, (table, category) in enumerate(_TERMS):
            hand_kept = table is _SMALL_MOLECULES
            for entity, xrefs, name, synonyms in words.rows(self._text(table)):
                source = "small_molecules" if hand_kept else entity.partition(":")[0]
                # Hand-kept spellings are chosen to mean one thing, so they count as names.
                texts = [(0 if hand_kept else 1, text) for text in synonyms.split("|")]
                for tier, text in texts if hand_kept else [(0, name), *texts]:
                    for word in words.of(text, any_case=not hand_kept):
                        also = tuple(xrefs.split("|")) if xrefs else ()
                        reading = Reading(word, entity, category, name, also, source, None, NAMED)
                        yield _Match(NAMED, tier, place, entity, reading)

    def _text(self, table: _Table) -> str:
        """Give a file's rows, without the header."""
        return _unpacked(table.file, self._contents[table.file]).partition("\n")[2]


def _unpacked(file: str, content: bytes) -> str:
    """Decompress and decode one file."""
    try:
        return (gzip.decompress(content) if file.endswith(".gz") else content).decode("utf-8")
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise LexiconError(f"{file}: not a lexicon file ({error})") from error


def _check(table: _Table, content: str) -> None:
    """Refuse a file that has another header, or a row of another shape."""
    header, *rows = content.removesuffix("\n").split("\n")
    if header.split("\t") != list(table.columns):
        raise LexiconError(f"{table.file}:1: the header is {header!r}, not the columns {', '.join(table.columns)}")
    for line, row in enumerate(rows, start=2):
        if not table.row.fullmatch(row):
            raise LexiconError(
                f"{table.file}:{line}: {row[:80]!r} is not a row of {', '.join(table.columns)}, separated by tabs"
            )
