"""The head of a database file of DuckDB, whose identifier is random and would make equal databases differ.

The head has a checksum: 64 bits, then the head as words of 64 bits, each of which is multiplied by a constant; all are
joined by exclusive or. The identifier tells a database from others, so that a digest does as well.
"""

import struct
from functools import reduce

HEADER = 4_096
"""Bytes of the head."""

_SUM, _IDENTIFIER = slice(0, 8), slice(124, 140)
"""Bytes of the checksum and of the identifier."""

_START, _FACTOR, _WORD = 5_381, 0xBF58476D1CE4E5B9, (1 << 64) - 1


def with_identifier(head: bytes, identifier: bytes) -> bytes:
    """Return the head of a database with the first 16 bytes of `identifier` as its own.

    A head whose checksum is computed otherwise, as that of another version of DuckDB may be, is returned as it is.
    """
    if len(head) != HEADER or _checksum(head) != head[_SUM]:
        return head
    changed = bytearray(head)
    changed[_IDENTIFIER] = identifier[:16]
    changed[_SUM] = _checksum(bytes(changed))
    return bytes(changed)


def _checksum(head: bytes) -> bytes:
    words = (word * _FACTOR & _WORD for (word,) in struct.iter_unpack("<Q", head[_SUM.stop :]))
    return struct.pack("<Q", reduce(int.__xor__, words, _START))
