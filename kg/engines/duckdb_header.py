"""The heads of a database file of DuckDB, whose identifier is random and would make equal databases differ.

A file begins with three heads of equal size. The identifier is in the first and, in some versions, in the head of the
last checkpoint as well. A head has a checksum: 64 bits, then the head as words of 64 bits, each of which is multiplied
by a constant; all are joined by exclusive or. The identifier tells a database from others, so that a digest does as
well.
"""

import struct
from functools import reduce

HEAD = 4_096
"""Bytes of a head."""

HEADS = 3 * HEAD
"""Bytes of all heads."""

_SUM, _IDENTIFIER = slice(0, 8), slice(124, 140)
"""Bytes of the checksum and of the identifier in a head."""

_START, _FACTOR, _WORD = 5_381, 0xBF58476D1CE4E5B9, (1 << 64) - 1


def with_identifier(heads: bytes, identifier: bytes) -> bytes:
    """Return the three heads of a database with the first 16 bytes of `identifier` in place of its own.

    A head whose checksum is computed otherwise, as that of another version of DuckDB may be, is returned as it is.
    """
    parts = [heads[start : start + HEAD] for start in range(0, len(heads), HEAD)]
    return b"".join(_renamed(part, parts[0][_IDENTIFIER], identifier[:16]) for part in parts)


def _renamed(head: bytes, before: bytes, identifier: bytes) -> bytes:
    """Return a head with an identifier in place of the one before; other heads as they are."""
    if len(head) != HEAD or head[_IDENTIFIER] != before or _checksum(head) != head[_SUM]:
        return head
    changed = bytearray(head)
    changed[_IDENTIFIER] = identifier
    changed[_SUM] = _checksum(bytes(changed))
    return bytes(changed)


def _checksum(head: bytes) -> bytes:
    words = (word * _FACTOR & _WORD for (word,) in struct.iter_unpack("<Q", head[_SUM.stop :]))
    return struct.pack("<Q", reduce(int.__xor__, words, _START))
