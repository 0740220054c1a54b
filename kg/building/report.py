"""The build report: one line for each record or entity that was skipped, changed or left ungrounded."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from kg.engines import Engine
from kg.engines.statements import Statements
from kg.graph import doubt
from kg.model.organisms import ORGANISMS, organism_name
from kg.model.records import Severity
from kg.model.tables import text_schema, to_arrow

STATEMENTS = Statements("kg.building", "report")

ORDER: dict[str, int] = {"error": 0, "warning": 1, "note": 2}
COLUMNS = ("severity", "code", "file", "line", "message")


class Line(NamedTuple):
    """One line of the report; `line` is None for a whole file, `file` is empty for the build."""

    severity: Severity
    code: str
    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        """Return the form that compilers use: FILE:LINE: severity: message."""
        location = f"{self.file}:{self.line}" if self.line is not None else self.file
        return _printable(f"{location or 'build'}: {self.severity}: {self.message}")


def collect(
    engine: Engine,
    max_entities: int,
    ungrounded: pa.Table,
    skipped: Iterable[tuple[str, Mapping[str, int]]] = (),
    refused: int = 0,
    organisms: Mapping[str, int] = {},
) -> list[Line]:
    """Return the lines of a build whose tables stand in `engine`: errors first, then by code and file.

    `ungrounded` is the result of the statement `ungrounded_entities`. `skipped` has each mapping file with the number
    of rows without a pair by reason. `refused` mappings would join two categories or two organisms. `organisms` is the
    result of `gene_organisms`.
    """
    oversized = STATEMENTS.sql("oversized_figures", max_entities=max_entities)
    lines = [Line(**row) for row in engine.fetch(STATEMENTS.sql("problems")).to_pylist()]
    lines += [_duplicate(**row) for row in engine.fetch(STATEMENTS.sql("duplicates")).to_pylist()]
    lines += [_oversized(**row, limit=max_entities) for row in engine.fetch(oversized).to_pylist()]
    lines += [_ungrounded(**row) for row in ungrounded.to_pylist()]
    lines += [*_left_out(engine), *_organisms(organisms), *_readings(engine)]
    lines += [_skipped(file, reasons) for file, reasons in skipped if set(reasons) - {"duplicate", "itself"}]
    if refused:
        message = f"{refused} mappings would join entities of two categories or two organisms; they were left out"
        lines.append(Line("warning", "mappings-refused", "", None, message))
    return sorted(lines, key=lambda line: (ORDER[line.severity], line.code, line.file, line.line or 0, line.message))


def _duplicate(name: str, first_name: str, figure_id: str, category: str, same: bool) -> Line:
    source = "record" if category == "figure" else f"{category} table"
    if same:
        message = f"the same {source} of {figure_id} as {first_name}; counted once"
        return Line("note", "duplicate-same", name, None, message)
    message = f"another {source} of {figure_id}; kept {first_name}, skipped this"
    return Line("warning", "duplicate-differs", name, None, message)


def _skipped(file: str, reasons: Mapping[str, int]) -> Line:
    counts = ", ".join(f"{number} for their {reason}" for reason, number in sorted(reasons.items()))
    return Line("warning", "mappings-skipped", Path(file).name, None, f"rows that give no pair were skipped: {counts}")


def _oversized(figure_id: object, source_file: object, entities: object, limit: int) -> Line:
    message = f"{figure_id} has {entities} entities: mentions kept, pairs not counted (--max-entities {limit})"
    return Line("warning", "too-many-entities", str(source_file or ""), None, message)


def _ungrounded(name: object, category: object, figures: int, source_file: object) -> Line:
    message = f"{category} {name!r} has no identifier; kept by its name ({_figures(figures)})"
    return Line("note", "ungrounded", str(source_file or ""), None, message)


def _left_out(engine: Engine) -> Iterator[Line]:
    """Yield a line with the genes that were left out because of their organism."""
    if genes := _by_answer(engine, "left_out_genes"):
        counts = ", ".join(f"{organism_name(taxon)} {number:,}" for taxon, number in genes.items())
        message = f"{sum(genes.values()):,} genes and families left out because of their organism: {counts}"
        yield Line("note", "taxa-left-out", "", None, message)


def _organisms(answers: Mapping[str, int]) -> Iterator[Line]:
    """Yield a line with the genes whose organism the record does not name, unless these records name none at all."""
    reasons = {
        "none": "in figures whose record names no organism",
        "other": "in figures whose record names other organisms",
        "unnamed": "of an organism whose name kg does not know",
        "unknown": "of no known organism",
    }
    counts = [f"{answers[answer]:,} {reason}" for answer, reason in reasons.items() if answer in answers]
    if answers.keys() - {"named", "none"}:
        total = sum(answers.values())
        unnamed = f"the record does not name the organism for {total - answers['named']:,}"
        message = f"of {total:,} genes in figures, {unnamed}: {', '.join(counts)}"
        yield Line("note", "organism-not-named", "", None, message)


def _readings(engine: Engine) -> Iterator[Line]:
    """Yield a line with the words in doubt, and one with those whose reading is not what their record says.

    Each names the most frequent words: those that are not sure, and those that differ.
    """
    counts = doubt.counts(engine)
    if not counts.words:
        return
    words = doubt.words_in_doubt(engine)
    unsure = [
        f"{word.word} ({doubt.described(word.best)}; {_figures(word.figures)})" for word in words if not word.sure
    ]
    number = f"{_words(counts.words)} may mean several things, in {_figures(counts.figures)}"
    yield Line("note", "readings-in-doubt", "", None, number + _most_frequent(f"not sure: {len(unsure):,}", unsure))
    if counts.differing_words:
        differing = sorted((word for word in words if word.differing), key=lambda word: (-word.differing, word.word))
        changed = [
            f"{word.word} ({word.best.title}, not {doubt.names(word.records)}; {_figures(word.differing)})"
            for word in differing
        ]
        number = f"{_words(counts.differing_words)} read otherwise than their record says"
        message = f"{number}, in {_figures(counts.differing_figures)}"
        yield Line("note", "readings-differ", "", None, message + _most_frequent("the most frequent first", changed))


def _most_frequent(title: str, words: Sequence[str], most: int = 5) -> str:
    return f"; {title}, such as {', '.join(words[:most])}" if words else ""


def _words(number: int) -> str:
    return "1 word" if number == 1 else f"{number:,} words"


def _figures(number: int) -> str:
    return "1 figure" if number == 1 else f"{number:,} figures"


def genes_by_taxon(engine: Engine) -> dict[str, int]:
    """Return the number of genes of each organism, by its CURIE or `unknown`, the one of most genes first."""
    return _by_answer(engine, "genes_by_taxon")


def gene_organisms(engine: Engine) -> dict[str, int]:
    """Count the genes of figures by whether the record names their organism, among those of the paper.

    The keys are `named`; `none` for records without organisms; `other` for records with others; `unnamed` for
    organisms that kg has no names of; `unknown` for genes without one. Only `named` may be 0.
    """
    names = [(organism.taxon, name) for organism in ORGANISMS for name in (organism.latin, *organism.names)]
    engine.append("organism_names", to_arrow(text_schema("taxon", "name"), names))
    return {"named": 0} | _by_answer(engine, "gene_organisms")


def _by_answer(engine: Engine, statement: str) -> dict[str, int]:
    """Return the rows of a statement with two columns as a mapping."""
    rows = engine.fetch(STATEMENTS.sql(statement))
    return dict(zip(*(column.to_pylist() for column in rows.columns), strict=True))


def count(lines: Iterable[Line]) -> dict[str, int]:
    """Count the lines by code, sorted."""
    return dict(sorted(Counter(line.code for line in lines).items()))


def to_tsv(lines: Iterable[Line]) -> str:
    """Return the report as TSV with a header; tabs, line ends and other control characters are escaped."""
    rows = [COLUMNS, *(("" if cell is None else _printable(str(cell)) for cell in line) for line in lines)]
    return "".join("\t".join(row) + "\n" for row in rows)


def from_tsv(text: str) -> list[Line]:
    """Read back what `to_tsv` wrote."""
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return [Line(cells[0], cells[1], cells[2], int(cells[3]) if cells[3] else None, cells[4]) for cells in rows]  # type: ignore[arg-type]


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
