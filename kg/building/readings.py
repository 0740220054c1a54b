"""The meaning of each word in doubt in each figure: the tables between inferred words and published tables.

The drawings of words are numbers in memory (16 bytes each), because the meaning of a word depends on all figures.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.building.drawn_words import Drawing, DrawnWords
from kg.engines import Engine
from kg.engines.statements import Statements
from kg.ingest.readings_file import Corrections
from kg.lexicon.context import Context
from kg.lexicon.corpus import Corpus, Doubt, by_key
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.reading_model import hundredths, infer
from kg.lexicon.word_readings import SOURCES, Known, WordReading
from kg.model.records import HUMAN
from kg.model.tables import TABLES, text_schema, to_arrow
from kg.model.text import plain

DRAWINGS = Statements("kg.building", "drawings")

READ_GENES = pa.schema(
    [
        *((name, pa.string()) for name in ("figure_id", "match", "entity_id", "name", "taxon", "source", "flavour")),
        *((name, pa.bool_()) for name in ("recorded", "wins")),
        *((name, pa.float64()) for name in ("probability", "share")),
    ]
)
"""Columns of `read_genes`, see `sql/readings.sql`."""

WORDS_IN_DOUBT = text_schema("match")

_TOKEN = re.compile(r"\w+")
_JOINING = "-_/."
"""The punctuation within a token that `spelling_key` leaves out."""

_SEPARATE = str.maketrans(
    {chr(code): " " for code in range(128) if not chr(code).isalnum() and code != ord("\n")} | dict.fromkeys(_JOINING)
)
"""Translation of ASCII lines that joins the parts of a token, and puts a space in place of all other punctuation."""

BATCH_DRAWINGS = 20_000
"""Drawings whose readings are inferred at once; each takes some 5 kB."""

BATCH_TEXTS = 8_192
"""Titles and captions that are split at once; their words take some 10 kB each."""

InferReadings = Callable[[Engine, Lexicon, Corrections, bool], None]
"""Appends the readings of the words in doubt to `word_readings` and `read_genes` (families, too, if True)."""


def create_tables(engine: Engine) -> None:
    """Create the tables of readings without rows: then no word is in doubt."""
    engine.append("word_readings", TABLES["word_readings"].empty_table())
    engine.append("read_genes", READ_GENES.empty_table())


def infer_readings(engine: Engine, lexicon: Lexicon, corrections: Corrections, families: bool) -> None:
    """Append the readings of the words in doubt; `families`: their families are rows of `read_genes`, too."""
    words = DrawnWords(lexicon, corrections)
    DRAWINGS.run(engine, {"words_in_doubt": partial(_append_words_in_doubt, engine, words)})
    drawings = sorted(_drawings(engine, words), key=lambda drawing: words.keys[drawing.word])
    if drawings:
        words.name(drawings)
        corpus = _corpus(engine, words, lexicon)
        texts = _texts(engine, words, drawings)
        for batch in _batches(drawings, words):
            readings, genes = _infer(corpus, words, batch, texts, families)
            engine.append("word_readings", to_arrow(TABLES["word_readings"], readings))
            engine.append("read_genes", to_arrow(READ_GENES, genes))
    engine.drop("words_in_doubt", "word_numbers", "figure_numbers")


def _append_words_in_doubt(engine: Engine, words: DrawnWords) -> None:
    words.read(engine.fetch(DRAWINGS.sql("numbered_words"))["match"].to_pylist())
    rows = _tuples(engine.fetch(DRAWINGS.sql("recorded_genes")), ("match", "entity_id", "flavour"))
    in_doubt = [
        (match,)
        for match, genes in groupby(rows, itemgetter(0))
        if words.may_be_in_doubt(match, [gene[1:] for gene in genes])
    ]
    engine.append("words_in_doubt", to_arrow(WORDS_IN_DOUBT, in_doubt))


def _drawings(engine: Engine, words: DrawnWords) -> Iterator[Drawing]:
    """Yield the drawings with several candidates, or with a correction, ordered by word."""
    columns = ("word", "figure", "figure_id", "match", "entity_id", "name", "flavour")
    rows = (row for batch in engine.stream(DRAWINGS.sql("drawings_in_doubt")) for row in _tuples(batch, columns))
    for (word, figure, figure_id, match), genes in groupby(rows, itemgetter(0, 1, 2, 3)):
        recorded = tuple(gene[4:] for gene in genes)
        if candidates := words.candidates(figure_id, match, recorded):
            yield Drawing(word, figure, figure_id, match, recorded, candidates)


def _tuples(table: pa.Table | pa.RecordBatch, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(table.column(name).to_pylist() for name in columns), strict=True)


def _corpus(engine: Engine, words: DrawnWords, lexicon: Lexicon) -> Corpus:
    batches = [
        np.column_stack([batch.column(name).to_numpy() for name in ("figure", "word")])
        for batch in engine.stream(DRAWINGS.sql("drawings"))
    ]
    figure, word = np.concatenate(batches).astype(np.int64).T
    figures = int(figure.max()) + 1
    return Corpus(*by_key(words.keys, figure, word), figures, words.readings, Context.read(lexicon.contents))


def _texts(engine: Engine, words: DrawnWords, drawings: Sequence[Drawing]) -> dict[int, frozenset[str]]:
    """Return for each figure in question the names of candidates that its title or caption has, as spelling keys."""
    different = {id(drawing.candidates): drawing.candidates for drawing in drawings}  # because hashing them takes long
    readings = {reading for candidates in different.values() for reading in candidates}
    wanted = frozenset(key for reading in readings for key in words.readings.names_in_text(reading))
    figures = pa.array(sorted({drawing.figure for drawing in drawings}))
    texts: dict[int, frozenset[str]] = {}
    for batch in engine.stream(DRAWINGS.sql("texts"), BATCH_TEXTS):
        chosen = batch.filter(pc.is_in(batch["figure"], figures.cast(batch["figure"].type)))
        lines = pc.binary_join_element_wise(chosen["title"], chosen["caption"], " ", null_handling="skip")
        parts = pc.ascii_split_whitespace(lines)
        different = parts.flatten().dictionary_encode()
        naming = _naming(different.dictionary.to_pylist(), wanted)
        place = np.flatnonzero(np.isin(different.indices.to_numpy(), [*naming]))
        numbers = chosen["figure"].take(pc.list_parent_indices(parts).take(pa.array(place)))
        for figure, part in zip(numbers.to_pylist(), different.indices.take(pa.array(place)).to_pylist(), strict=True):
            texts[figure] = texts.get(figure, frozenset()) | naming[part]
    return texts


def _naming(parts: Sequence[str], wanted: frozenset[str]) -> dict[int, frozenset[str]]:
    """Return the wanted spelling keys of the tokens of some parts of texts, by the place of the part, if it has any.

    Marks as the hyphen of `c-Jun` join two tokens.
    """
    lines = "\n".join(parts).upper().translate(_SEPARATE).split("\n")
    naming = {}
    for place, (part, line) in enumerate(zip(parts, lines, strict=False)):  # without parts there is one empty line
        tokens = line.split() if part.isascii() and "&" not in part else _hard_tokens(part)
        if named := wanted.intersection(tokens):
            naming[place] = named
    return naming


def _hard_tokens(part: str) -> list[str]:
    """Return the spelling keys of a part of a text with entities, or with characters that are not ASCII."""
    text = plain(part).upper()
    for mark in _JOINING:
        text = text.replace(mark, "")
    return _TOKEN.findall(text)


def _batches(drawings: Sequence[Drawing], words: DrawnWords) -> Iterator[list[Drawing]]:
    """Yield the drawings in parts; those of one word stay together, because they are evidence of each other."""
    batch: list[Drawing] = []
    for _, group in groupby(drawings, lambda drawing: words.keys[drawing.word]):
        batch += group
        if len(batch) >= BATCH_DRAWINGS:
            yield batch
            batch = []
    if batch:
        yield batch


def _infer(
    corpus: Corpus,
    words: DrawnWords,
    drawings: Sequence[Drawing],
    texts: Mapping[int, frozenset[str]],
    families: bool,
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return rows of `word_readings` and of `read_genes`."""
    doubts = []
    for drawing in drawings:
        key = words.keys[drawing.word]
        text = texts.get(drawing.figure, frozenset())
        doubts.append(Doubt(drawing.figure, corpus.rows[key], key, drawing.candidates, text))
    candidates = corpus.candidates(doubts)
    values = hundredths(infer(candidates), candidates.drawing).tolist()
    readings: list[tuple[Any, ...]] = []
    genes: list[tuple[Any, ...]] = []
    start = 0
    alike: dict[tuple[int, tuple[int, ...]], tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]] = {}
    for drawing in drawings:
        end = start + len(drawing.candidates)
        parts = tuple(values[start:end])
        start = end
        shared = (id(drawing.candidates), parts)  # drawings of a word with one tuple of candidates have one record
        if (rows := alike.get(shared)) is None:
            rows = ([], [])
            if not _as_recorded(drawing, parts):
                rows = ([*_reading_rows(drawing, parts)], [*_gene_rows(drawing, parts, families, words.names)])
            alike[shared] = rows
        readings += [(drawing.figure_id, *row) for row in rows[0]]
        genes += [(drawing.figure_id, *row) for row in rows[1]]
    return readings, genes


def _as_recorded(drawing: Drawing, parts: Sequence[int]) -> bool:
    """Return whether one reading is certain, and the record has just this one."""
    certain = [reading for reading, part in zip(drawing.candidates, parts, strict=True) if part == 100]
    return (
        bool(certain)
        and certain[0].known is not Known.CURATED
        and set(certain[0].genes) == {gene for gene, _, _ in drawing.recorded}
    )


def _reading_rows(drawing: Drawing, parts: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    recorded = {gene for gene, _, _ in drawing.recorded}
    for reading, part in zip(drawing.candidates, parts, strict=True):
        listed = not recorded.isdisjoint(reading.genes)
        if part or listed:
            category = "family" if reading.is_family else "gene"
            yield (
                drawing.match, reading.entity_id, category, reading.name, len(reading.genes),
                SOURCES[reading.known], listed, part / 100,
            )  # fmt: skip


class _Gene(NamedTuple):
    """A gene of some readings: their probability, its share, and the reading that it is named after."""

    probability: int
    share: float
    reading: WordReading
    part: int


def _gene_rows(
    drawing: Drawing, parts: Sequence[int], families: bool, names: Mapping[str, str]
) -> Iterator[tuple[Any, ...]]:
    recorded = {gene: name for gene, name, _ in drawing.recorded}
    best = parts.index(max(parts))
    genes: Mapping[str, _Gene] = _genes(drawing.candidates, parts, families)
    winners = {*drawing.candidates[best].genes, drawing.candidates[best].entity_id}
    for gene in sorted({*genes, *recorded}):
        read = genes.get(gene)
        if read and (read.probability or gene in recorded):
            own = read.reading.name if gene == read.reading.entity_id else gene
            name = names.get(gene) or recorded.get(gene) or own
            yield (
                drawing.match, gene, name, HUMAN, SOURCES[read.reading.known],
                read.reading.flavour, gene in recorded, gene in winners, read.probability / 100, read.share / 100,
            )  # fmt: skip
        elif gene in recorded:
            yield (drawing.match, gene, recorded[gene], HUMAN, None, "synonyms", True, False, 0.0, 0.0)


def _genes(candidates: Sequence[WordReading], parts: Sequence[int], families: bool) -> dict[str, _Gene]:
    genes: dict[str, _Gene] = {}
    for reading, part in zip(candidates, parts, strict=True):
        members = [(gene, part / len(reading.genes)) for gene in reading.genes]
        if families and reading.is_family:
            members.append((reading.entity_id, float(part)))
        for gene, share in members:
            earlier = genes.get(gene)
            if earlier is None:
                genes[gene] = _Gene(part, share, reading, part)
            else:
                named = (reading, part) if part > earlier.part else (earlier.reading, earlier.part)
                genes[gene] = _Gene(earlier.probability + part, earlier.share + share, *named)
    return genes
