"""Front matter of many records at once: the outline of each record, and the scalars of all as one Arrow array.

An outline is the front matter with `x` for each scalar, and without the members of lists whose outline equals that of
the member before. Records that one program wrote have few different outlines, so that `plain_frontmatter`, which knows
how lines are nested, reads each of them once.

The rules of a plain scalar are those of `plain_frontmatter`. A record that may break one is odd.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.parsers.front_matter_items import Array, Items
from kg.parsers.nodes import NULLS

_WORD = "(?:[^ #:]|[^ #][^ ]*[^ :])"
_FIRST_WORD = r"""(?:[^-?:,\[\]{}#&*!|>'"%@` ](?:[^ ]*[^ :])?|[-?:][^ ]*[^ :])"""
_SCALAR = rf"""^(?:'(?:[^']|'')*'|"[^"\\]*"|{_FIRST_WORD}(?: +{_WORD})*)$"""

_NULLS = pa.array([*NULLS])

_CONTAINERS = ("[]", "{}")

_ENDINGS = ("\n", "x\n", *(f"{container}\n" for container in _CONTAINERS))
"""Ends of the lines of outlines: without a scalar, with one, with an empty container."""


class Outlines:
    """Outlines of records, and their scalars.

    Attributes:
        outlines: of each record.
        is_odd: whether a record is odd; nothing is known of its outline and scalars.

    """

    def __init__(self, texts: Sequence[bytes]) -> None:
        """Take the front matter of at least one record, in UTF-8 without control characters, each with a line end."""
        items = Items(texts)
        heads, written = _texts(items, items.starts, items.scalars), _texts(items, items.scalars, items.ends)
        containers = pc.index_in(written, pa.array(_CONTAINERS)).fill_null(-1).to_numpy()
        is_plain = pc.match_substring_regex(written, _SCALAR).to_numpy(zero_copy_only=False)
        is_odd = ~is_plain & items.has_scalar & (containers < 0)
        self.is_odd = items.is_odd | np.logical_or.reduceat(is_odd, items.of_record[:-1])
        self._scalars = pc.if_else(pc.is_in(written, _NULLS), None, _unquoted(items))

        heads = heads.dictionary_encode()
        codes = heads.indices.to_numpy() * len(_ENDINGS) + np.where(containers < 0, items.has_scalar, containers + 2)
        lines = np.flatnonzero(~_is_repeated(items, codes))
        self._item_of_line = np.append(lines, len(codes))
        line_of_record = np.searchsorted(lines, items.of_record)
        self._line_of_record = line_of_record[:-1]
        self.outlines = _outlines(heads.dictionary.to_pylist(), codes[lines], line_of_record.tolist())

    def scalars(self, records: Array, lines: Array) -> pa.Array:
        """Return the scalars in lines, counted from 0, of the outlines of these records; null where the line is -1."""
        return self.of_items(self._item_of_line[self._line_of_record[records] + lines], lines < 0)

    def members(self, records: Array, lines: Array, widths: Array) -> tuple[Array, Array]:
        """Return the sizes of lists, and the number of the first item of each of their members.

        All members of a list have the outline that is in the line of its record's outline and has this width, in lines.
        """
        places = self._line_of_record[records] + lines
        starts = self._item_of_line[places]
        sizes = (self._item_of_line[places + widths] - starts) // widths
        before = np.cumsum(sizes) - sizes
        items = np.repeat(starts - before * widths, sizes) + np.arange(sizes.sum()) * np.repeat(widths, sizes)
        return sizes, items

    def of_items(self, items: Array, is_missing: Array | None = None) -> pa.Array:
        """Return the scalars of items; null where they are missing, or a null of YAML."""
        return self._scalars.take(pa.array(items, mask=is_missing))


def _texts(items: Items, starts: Array, ends: Array) -> pa.Array:
    """Return a part of each item."""
    offsets = np.column_stack((starts, ends)).ravel().astype(np.int32)
    parts_and_gaps = pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(items.text))
    return parts_and_gaps.take(np.arange(0, len(offsets), 2))


def _unquoted(items: Items) -> pa.Array:
    text = np.frombuffer(items.text, np.uint8)
    first, last = text[items.scalars], text[items.ends - 1]
    is_pair = (first == last) & (items.ends - items.scalars > 1)
    is_single, is_double = is_pair & (first == ord("'")), is_pair & (first == ord('"'))
    is_quoted = is_single | is_double
    scalars = _texts(items, items.scalars + is_quoted, items.ends - is_quoted)
    return pc.replace_with_mask(scalars, is_single, pc.replace_substring(scalars.filter(is_single), "''", "'"))


def _is_repeated(items: Items, codes: Array) -> Array:
    """Return which items are of a member of a list whose outline equals that of the member before."""
    numbers = np.arange(len(codes))
    is_start = items.has_hyphen.copy()
    is_start[items.of_record[:-1]] = True
    last = np.maximum.accumulate(np.where(is_start, numbers, 0))
    is_start |= items.indents <= items.indents[last]
    starts = np.flatnonzero(is_start)
    widths = np.diff(starts, append=len(codes))
    before = np.maximum(numbers - np.repeat(widths, widths), 0)
    is_equal = np.logical_and.reduceat(codes == codes[before], starts)
    is_equal &= items.has_hyphen[starts] & (widths == np.append(0, widths[:-1]))
    is_equal[np.searchsorted(starts, items.of_record[:-1])] = False
    is_repeated: Array = np.repeat(is_equal, widths)
    return is_repeated


def _outlines(heads: list[str], codes: Array, of_record: list[int]) -> list[str]:
    """Return the outlines of records from the codes of their lines: a head and an ending."""
    known: dict[bytes, str] = {}
    outlines = []
    for start, end in pairwise(of_record):
        key = codes[start:end].tobytes()
        if key not in known:
            known[key] = "".join(
                heads[head] + _ENDINGS[ending]
                for head, ending in zip(*np.divmod(codes[start:end], len(_ENDINGS)), strict=True)
            )
        outlines.append(known[key])
    return outlines
