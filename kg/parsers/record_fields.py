"""Fields of many records as columns, found by the outlines of the records."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.model.text import MARKERS
from kg.parsers import cells, inline, inline_columns, plain_frontmatter
from kg.parsers.figure_values import bare_keyword, collapsed
from kg.parsers.front_matter_items import Array
from kg.parsers.nodes import MappingNode
from kg.parsers.outlines import Outlines

TEXTS = (
    *("figid", "pmcid", "figid_alias", "figtitle", "caption", "number", "figtype", "year", "filename", "figlink"),
    *("pathway_score", "automl_pathway", "pmc_ranked_result_index", "ndex", "wpid", "papertitle", "reftext", "doi"),
    *("journal_title", "journal_nlm_ta", "publisher_name"),
)
"""Fields with a text."""

LISTS = ("organisms", "organisms_ner", "keywords")
"""Fields with a list of texts, or with all of them in one text."""

_MARKERS = pa.array(sorted(MARKERS))


@lru_cache(2**12)  # the records of a corpus have few outlines
def lines(outline: str) -> tuple[int, ...] | None:
    """Return the lines of an outline that have texts and lists, -1 for a missing one; None where a field is odd.

    They are those of `TEXTS`, of `LISTS` where it is a text, of `LISTS` where it is a list, of bare keywords, and of
    inline lists (see `inline_columns.lines_of_rows`).
    """
    fields = plain_frontmatter.read(outline, 0)
    if fields is None:
        return None
    schema = fields.get("schema-jsonld")
    schema = MappingNode() if schema is None else schema
    rows = [inline_columns.lines_of_rows(fields.get(name)) for name, _ in inline.LISTS]
    of_rows = [row for row in rows if row]
    is_plain = (
        all(fields.get(name) in (None, "x") for name in TEXTS)
        and all(fields.get(name) in (None, "x", [], ["x"]) for name in LISTS)
        and fields.get("annotations") in (None, [])
        and len(of_rows) == len(rows)
    )
    if not is_plain or not isinstance(schema, MappingNode) or schema.get("keywords") not in (None, [], ["x"]):
        return None
    texts = [fields.lines[name] if fields.get(name) == "x" else -1 for name in (*TEXTS, *LISTS)]
    owners = [*((fields, name) for name in LISTS), (schema, "keywords")]
    lists = [owner.lines[name] + 1 if owner.get(name) == ["x"] else -1 for owner, name in owners]
    return (*texts, *lists, *chain.from_iterable(of_rows))


class Fields:
    """Fields of records as columns, with a value or null for each record.

    Attributes:
        is_odd: whether a record has a value that gives a Problem, among those that were asked for.

    """

    def __init__(self, outlines: Outlines, of_records: dict[int, tuple[int, ...]]) -> None:
        """Take the results of `lines` by the numbers of records in `outlines`, at least one."""
        self.is_odd = np.zeros(len(of_records), dtype=bool)
        self._outlines = outlines
        self._records = np.array([*of_records])
        of_parts = np.array([*of_records.values()]).T
        names = (*TEXTS, *LISTS)
        of_texts, of_lists, of_rows = np.split(of_parts, [len(names), len(names) + len(LISTS) + 1])
        texts = outlines.scalars(np.tile(self._records, len(names)), of_texts.ravel())
        texts = pc.if_else(pc.is_in(pc.ascii_trim(texts, " "), _MARKERS), None, texts)
        self._texts = {name: texts[place * len(of_records) :][: len(of_records)] for place, name in enumerate(names)}
        self._lists = dict(zip((*LISTS, "names"), of_lists, strict=True))
        self._rows = zip(inline.LISTS, np.split(of_rows, len(inline.LISTS)), strict=True)

    def text(self, name: str) -> pa.Array:
        """Return a field as it is written."""
        return self._texts[name]

    def token(self, name: str) -> pa.Array:
        """Return a field without the spaces around it."""
        return pc.ascii_trim(self._texts[name], " ")

    def converted(self, texts: pa.Array, function: Callable[[str], Any], dtype: pa.DataType) -> pa.Array:
        """Return the results of a function of texts; it gives None for an odd one."""
        values = _mapped(texts, function, dtype)
        self.is_odd |= _flags(pc.and_(values.is_null(), texts.is_valid()))
        return values

    def require(self, name: str, texts: list[str]) -> None:
        """Take those records as odd that have another text in a field."""
        self.is_odd |= ~_flags(pc.equal(self._texts[name], pa.array(texts)).fill_null(False))

    def lists(self, name: str) -> pa.Array:
        """Return the lists of a field of `LISTS`, without missing texts."""
        records, members = self._members(name, collapsed)
        of_texts = pc.split_pattern(self._texts[name], " | ")
        places, parts = _shown(pc.list_parent_indices(of_texts).to_numpy(), of_texts.flatten(), collapsed)
        records = np.concatenate((records, places))
        order = np.argsort(records, kind="stable")
        ends = np.searchsorted(records[order], np.arange(len(self._records) + 1))
        return pa.ListArray.from_arrays(ends, pa.concat_arrays([members, parts]).take(order))

    def bare_keywords(self) -> tuple[Array, dict[str, Any]]:
        """Return columns of the mentions of bare keywords, and the place of the record of each."""
        records, names = self._members("names", bare_keyword)
        self.is_odd[records[_flags(_mapped(names, _is_odd_keyword, pa.bool_()))]] = True
        of_all = {"origin": pa.repeat("keyword", len(names)), "category": pa.repeat("unknown", len(names))}
        return records, of_all | {"position": _positions(records), "keyword": names, "name": names}

    def inline_mentions(self) -> Iterator[tuple[Array, dict[str, Any]]]:
        """Yield columns of the mentions of each inline list, and the place of the record of each."""
        for (_, category), (starts, widths, *offsets) in self._rows:
            places = np.flatnonzero(starts >= 0)
            if not len(places):
                continue
            sizes, items = self._outlines.members(self._records[places], starts[places], widths[places])
            records = np.repeat(places, sizes)
            of_rows = (offset[records] for offset in offsets)
            texts = [self._outlines.of_items(items + offset, offset < 0).to_pylist() for offset in of_rows]
            mentions = [inline_columns.mention(category, *cells) for cells in zip(*texts, strict=True)]
            is_known = np.array([mention is not None for mention in mentions])
            self.is_odd[records[~is_known]] = True
            columns = inline_columns.columns([mention for mention in mentions if mention])
            yield records[is_known], columns | {"position": _positions(records)[is_known]}

    def _members(self, name: str, form: Callable[[str], str]) -> tuple[Array, pa.Array]:
        """Return the forms of the texts of a list, without empty ones, and the place of the record of each."""
        places = np.flatnonzero(self._lists[name] >= 0)
        widths = np.ones(len(places), dtype=np.int64)
        sizes, items = self._outlines.members(self._records[places], self._lists[name][places], widths)
        return _shown(np.repeat(places, sizes), self._outlines.of_items(items), form)


def _mapped(texts: pa.Array, function: Callable[[str], Any], dtype: pa.DataType) -> pa.Array:
    """Return the results of a function, which runs once for each distinct text; null for null."""
    distinct = texts.dictionary_encode()
    return pa.array([*map(function, distinct.dictionary.to_pylist())], dtype).take(distinct.indices)


def _shown(records: Array, texts: pa.Array, form: Callable[[str], str]) -> tuple[Array, pa.Array]:
    """Return the forms of texts that are not empty, after their records."""
    forms = _mapped(texts, lambda text: form(text) or None, pa.string())
    return records[_flags(forms.is_valid())], forms.drop_null()


def _flags(values: pa.Array) -> Array:
    flags: Array = values.to_numpy(zero_copy_only=False)
    return flags


def _positions(records: Array) -> Array:
    """Return the position of each row among those of its record, which are neighbours."""
    positions: Array = np.arange(len(records)) - np.searchsorted(records, records)
    return positions


def _is_odd_keyword(text: str) -> bool:
    return "\ufffd" in text or ("-" in text and cells.date_for(text) is not None)
