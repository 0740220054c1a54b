"""Figure records: Markdown files with front matter, in all forms that the database has had since 2022.

A record has the figure with the fields of its paper, the mentions of the older inline lists, and bare keywords. Which
mentions count is decided when the tables of a figure are joined (`kg.building.assemble`).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from kg.errors import NotARecord, RecordError
from kg.model import paper_ids
from kg.model.identifiers import FIGID, curie
from kg.model.records import (
    FIRST_YEAR,
    LAST_YEAR,
    Category,
    Element,
    Figure,
    Mention,
    Problem,
    Severity,
)
from kg.model.text import MARKERS, decode, tidy
from kg.parsers import Columns, File, cells, figure_columns, inline, plain_records
from kg.parsers.figure_columns import Record
from kg.parsers.figure_values import MOJIBAKE, MOST_RANK, bare_keyword, collapsed, figure_url, probability, whole_number
from kg.parsers.frontmatter import parse, split
from kg.parsers.nodes import MappingNode, Node

_FIELDS = frozenset({"figid", "pmcid", "figtitle", "figlink", "figid_alias", "papertitle", "reftext"})
"""Fields by which a page is recognised as a record where its file name is no figid."""

MAX_BYTES = 8 * 1024 * 1024
"""Most bytes of a file with a record, which has a few kilobytes."""


class FigureParser:
    """Reads `.md`, `.markdown` and `.txt` files with one record each."""

    max_bytes = MAX_BYTES

    def can_parse(self, name: str) -> bool:
        """Accept Markdown and text files."""
        return name.endswith((".md", ".markdown", ".txt"))

    def parse(self, name: str, body: bytes) -> Iterator[Element]:
        """Yield the figure, then its mentions, then its problems."""
        yield from _record(name, body).elements()

    def parse_columns(self, files: Sequence[File]) -> Iterator[Columns]:
        """Yield the same rows as `parse`, as columns; `parse` reads the files that are refused."""
        plain = plain_records.read(files)
        yield plain
        records = {}
        for file in files:
            if file.record not in plain.read:
                with suppress(RecordError):
                    records[file.record] = _record(file.name, file.body)
        if records:
            yield figure_columns.columns(records)


def _record(name: str, body: bytes) -> Record:
    looks_like_record = FIGID.match(name.rpartition("/")[2]) is not None
    text, first_line = _front_matter(body, looks_like_record)
    fields = parse(text, first_line)
    if not looks_like_record and _FIELDS.isdisjoint(fields):
        raise NotARecord("front matter without any field of a figure record", line=1)
    return _RecordReader(name, fields).record()


def _front_matter(body: bytes, looks_like_record: bool) -> tuple[str, int]:
    text = decode(body)
    if not looks_like_record and text.strip() and not text.startswith("---"):
        raise NotARecord("no front matter: the first line must be ---", line=1)
    return split(text)


class _RecordReader:
    """Reads one record: typed access to its fields, and the problems found so far."""

    def __init__(self, name: str, fields: MappingNode) -> None:
        self.name = name
        self.fields = fields
        self.problems: list[Problem] = []

    def record(self) -> Record:
        figid = self._figid()
        figure_id = curie("pfocr", figid)
        figure = self._figure(figid, figure_id)
        mentions = [mention for field, category in inline.LISTS for mention in self._inline(field, category, figure_id)]
        keywords = self._keywords()
        self._note_oddities()
        return Record(figure, mentions, keywords, self.problems)

    # -- fields

    def _warn(self, code: str, message: str, field: str, severity: Severity = "warning") -> None:
        line = self.fields.lines.get(field)
        self.problems.append(Problem(severity, code, self.name, line, message))

    def _text(self, field: str) -> str | None:
        value = self.fields.get(field)
        if value is None:
            return None
        if isinstance(value, str):
            return None if value.strip() in MARKERS else value
        self._warn("wrong-type", f"{field} is a {_kind(value)}, expected text; field left out", field)
        return None

    def _token(self, field: str) -> str | None:
        """Return a field without the white space around it, because it is compared with other fields."""
        text = self._text(field)
        return text.strip() if text else None

    def _texts(self, field: str, form: Callable[[str], str]) -> tuple[str, ...]:
        """Return the forms of the texts of a list, without those that are empty."""
        value = self.fields.get(field)
        if isinstance(value, str):
            value = list(value.split(" | "))
        if isinstance(value, dict):
            self._warn("wrong-type", f"{field} is a mapping, expected a list of texts; field left out", field)
            return ()
        texts = [text for text in value or () if isinstance(text, str)]
        if value and len(texts) + value.count(None) < len(value):
            self._warn("wrong-type", f"{field} holds lists or mappings; only its texts were read", field)
        return tuple(filter(None, map(form, texts)))

    def _integer(self, field: str, top: int) -> int | None:
        text = self._token(field)
        if text is None:
            return None
        number = whole_number(text, 0, top)
        if number is None:
            self._warn("not-a-number", f"{field} {text[:40]!r} is not a number up to {top}; field left out", field)
        return number

    def _year(self) -> int | None:
        year = self._integer("year", 9999)
        if year is None or FIRST_YEAR <= year <= LAST_YEAR:
            return year
        message = f"year {year} is not between {FIRST_YEAR} and {LAST_YEAR}; field left out"
        self._warn("not-a-year", message, "year")
        return None

    def _doi(self) -> str | None:
        text = self._token("doi")
        doi = paper_ids.doi(text) if text else None
        if text and not doi:
            self._warn("bad-identifier", f"doi {text[:80]!r} is no DOI (10.<number>/<name>); field left out", "doi")
        return doi

    def _score(self) -> float | None:
        text = self._text("pathway_score") or self._text("automl_pathway")
        if text is None:
            return None
        score = probability(text)
        if score is not None:
            return score
        field = "pathway_score" if "pathway_score" in self.fields else "automl_pathway"
        self._warn("not-a-number", f"{field} {text[:40]!r} is not a number from 0 to 1; field left out", field)
        return None

    # -- the figure

    def _figid(self) -> str:
        figid = self._text("figid")
        if figid is None:
            raise RecordError("no figid; add the line `figid: PMC<digits>__<image file stem>`", line=1)
        figid = figid.strip().removesuffix(".jpg")
        if not FIGID.fullmatch(figid):
            line = self.fields.lines.get("figid")
            raise RecordError(f"figid {figid[:80]!r} is not of the form PMC<digits>__<image file stem>", line=line)
        stem = self.name.rpartition("/")[2].rpartition(".")[0]
        if stem.removesuffix(".jpg") != figid and FIGID.fullmatch(stem):
            self._warn("figid-mismatch", f"figid {figid} differs from the file name; the figid counts", "figid")
        return figid

    def _figure(self, figid: str, figure_id: str) -> Figure:
        pmcid = figid.partition("__")[0]
        self._check_pmcid(pmcid)
        return Figure(
            figure_id=figure_id,
            paper_id=curie("pmc", pmcid),
            alias=self._token("figid_alias"),
            title=self._text("figtitle"),
            caption=self._text("caption"),
            number=self._text("number"),
            figure_type=self._text("figtype"),
            year=self._year(),
            filename=self._token("filename"),
            url=figure_url(link) if (link := self._text("figlink")) else None,
            pathway_score=self._score(),
            search_rank=self._integer("pmc_ranked_result_index", MOST_RANK),
            organisms=self._texts("organisms", collapsed),
            organisms_ner=self._texts("organisms_ner", collapsed),
            annotations=self._annotations(),
            ndex=self._token("ndex"),
            wikipathways_id=self._token("wpid"),
            paper_title=self._text("papertitle"),
            reference=self._text("reftext"),
            doi=self._doi(),
            journal=self._text("journal_title"),
            journal_abbreviation=self._text("journal_nlm_ta"),
            publisher=self._text("publisher_name"),
            paper_keywords=self._texts("keywords", collapsed),
        )

    def _check_pmcid(self, pmcid: str) -> None:
        value = self._text("pmcid")
        if value is None:
            self._warn("no-pmcid", f"no pmcid; {pmcid} was taken from the figid", "figid")
        elif value.strip() != pmcid:
            self._warn("pmcid-mismatch", f"pmcid {value[:40]!r} differs from the figid; {pmcid} counts", "pmcid")

    def _annotations(self) -> tuple[str, ...]:
        rows = self.fields.get("annotations")
        if isinstance(rows, dict) or (isinstance(rows, str) and rows.strip() not in MARKERS):
            self._warn("wrong-type", f"annotations is a {_kind(rows)}, expected a list; field left out", "annotations")
        terms = [row for row in rows if isinstance(row, MappingNode)] if isinstance(rows, list) else []
        texts = [(inline.cell(row, "type") or "term", inline.cell(row, "value")) for row in terms]
        return tuple(f"{kind}: {value}" for kind, value in texts if value)

    # -- mentions

    def _inline(self, field: str, category: Category, figure_id: str) -> Iterator[Mention]:
        rows = self.fields.get(field)
        if not isinstance(rows, list):
            if rows is not None and not (isinstance(rows, str) and rows.strip() in MARKERS):
                self._warn("wrong-type", f"{field} is a {_kind(rows)}, expected a list of mappings", field)
            return
        reader = inline.Reader(figure_id, category, self._warn_of_row)
        for position, row in enumerate(rows):
            mention = reader.mention(row, position) if isinstance(row, MappingNode) else None
            if mention is None:
                self._warn("bad-row", f"entry {position + 1} of {field} has neither word nor symbol; skipped", field)
            else:
                yield mention

    def _warn_of_row(self, row: MappingNode, code: str, message: str, field: str) -> None:
        self.problems.append(Problem("warning", code, self.name, row.lines.get(field), message))

    def _keywords(self) -> tuple[str, ...]:
        schema = self.fields.get("schema-jsonld")
        if not isinstance(schema, MappingNode):
            if schema is not None:
                self._warn("wrong-type", f"schema-jsonld is a {_kind(schema)}, expected a mapping", "schema-jsonld")
            return ()
        nested = _RecordReader(self.name, schema)
        text = schema.get("keywords")
        if isinstance(text, str) and text.strip() not in MARKERS:
            keywords = tuple(part for part in map(tidy, cells.parts(text)) if part not in MARKERS)
            message = f"keywords is one text, expected a list; it was read as {len(keywords)}, split at | or ; or comma"
            self._warn_of_row(schema, "wrong-type", f"{message} and space", "keywords")
        else:
            keywords = nested._texts("keywords", bare_keyword)
        self.problems += nested.problems
        if any("\ufffd" in keyword for keyword in keywords):
            self._warn("control-character", "keywords hold characters replaced by U+FFFD", "schema-jsonld")
        for keyword in keywords:
            if "-" in keyword and cells.date_for(keyword) is not None:
                self._warn_of_row(schema, "symbol-is-date", cells.date_message("keyword", keyword), "keywords")
        return keywords

    def _note_oddities(self) -> None:
        for field, value in self.fields.items():
            if not isinstance(value, str) or value.isascii():
                continue
            if MOJIBAKE in value:
                self._warn("mojibake", f"{field} holds wrongly decoded text, kept as it is", field, "note")
            if "\ufffd" in value:
                self._warn("control-character", f"{field} holds characters replaced by U+FFFD", field)


def _kind(value: Node) -> str:
    return "mapping" if isinstance(value, dict) else "list" if isinstance(value, list) else "text"
