"""A table that answers a question, in the form of each library of data frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from kg.errors import KgError
from kg.model.delimited import cell
from kg.model.identifiers import page

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

SHOWN = 10
"""Rows of a table that a notebook shows."""


@dataclass(frozen=True, eq=False)
class Result:
    """The rows that answer a question. docs/data-model.md has the columns.

    pyarrow, polars and DuckDB read it as it is, because it has the Arrow interface for streams.

    >>> import kg
    >>> with kg.open("exports") as graph:
    ...     print(graph.partners("RANKL").to_pylist()[0]["partner"])
    TNFRSF11A
    """

    table: pa.Table
    """The rows as a table of Arrow."""
    title: str = ""
    """A title for people."""
    notes: tuple[str, ...] = ()
    """Lines for people: the names of a list that were matched by another name, or not at all."""

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.table.column_names)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.to_pylist())

    def __repr__(self) -> str:
        return f"<{self.title}: {_size(self)}; {', '.join(self.columns)}>"

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> pa.Table:
        """Return the rows as a table of Arrow."""
        return self.table

    def to_pylist(self) -> list[dict[str, Any]]:
        """Return the rows as dictionaries; a missing value is None."""
        rows: list[dict[str, Any]] = self.table.to_pylist()
        return rows

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows as a data frame; whole numbers stay whole, also where some are missing.

        Raises KgError if pandas is not installed.
        """
        try:
            import pandas as pd
        except ModuleNotFoundError:
            raise _not_installed("pandas") from None
        import pyarrow as pa

        whole = {pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype()}
        return self.table.to_pandas(types_mapper=whole.get)

    def to_polars(self) -> pl.DataFrame:
        """Return the rows as a data frame; raise KgError if polars is not installed."""
        try:
            import polars as pl
        except ModuleNotFoundError:
            raise _not_installed("polars") from None
        frame = pl.from_arrow(self.table)
        assert isinstance(frame, pl.DataFrame)  # of a table; an array would be a series
        return frame

    def _repr_html_(self) -> str:
        """Return the first rows for a notebook, with links to the pages of figures, papers and genes."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        rows = self.table.slice(0, SHOWN).to_pylist()
        body = "".join(f"<tr>{''.join(f'<td>{_html(value)}</td>' for value in row.values())}</tr>" for row in rows)
        lines = [f"<b>{escape(self.title)}</b>: {_size(self)}", *map(escape, self.notes)]
        more = f"<br>the first {SHOWN} of {len(self):,} rows" if len(self) > SHOWN else ""
        return (
            f"<p>{'<br>'.join(lines)}{more}</p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )  # fmt: skip


def _size(result: Result) -> str:
    return f"{len(result):,} {'row' if len(result) == 1 else 'rows'}"


def _html(value: Any) -> str:
    """Return a cell; an identifier with a web page is a link, lists are joined by commas, real numbers are short."""
    if isinstance(value, float):
        return escape(f"{value:.4g}")
    if isinstance(value, list):
        return escape(", ".join(map(cell, value)))
    address = page(value) if isinstance(value, str) else None
    text = escape(cell(value))
    return f'<a href="{escape(address)}" target="_blank" rel="noopener">{text}</a>' if address else text


def _not_installed(library: str) -> KgError:
    return KgError(f"{library} is not installed; install it with pip install {library}, or take to_arrow()")
