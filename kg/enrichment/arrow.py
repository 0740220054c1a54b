"""Arrow arrays from NumPy and back, without pandas.

`pa.array` and `to_numpy` import pandas where it is installed, which takes as long as the test of a list.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def as_column(values: npt.NDArray[Any]) -> pa.Array:
    """Return numbers as an Arrow array of the same type.

    >>> as_column(np.array([1, 2], dtype=np.int32)).to_pylist()
    [1, 2]
    """
    data = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, data])


def as_numbers(column: pa.Array | pa.ChunkedArray) -> npt.NDArray[Any]:
    """Return a column of numbers, none of which is missing.

    >>> as_numbers(pa.chunked_array([[1], [2]])).tolist()
    [1, 2]
    """
    return np.from_dlpack(column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column)


def as_texts(texts: Iterable[str | None]) -> pa.Array:
    """Return texts as an Arrow array; None is a missing one.

    >>> as_texts(["AKT", None]).to_pylist()
    ['AKT', None]
    """
    builder = pa.lib.StringBuilder()
    builder.append_values(list(texts))
    return builder.finish()
