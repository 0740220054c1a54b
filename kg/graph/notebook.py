"""A view as a notebook shows it, through the exporter `html`, because exporters are below the graph in the house."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from kg.runtime import plugins

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kg.graph.knowledge_graph import KnowledgeGraph


class ShownInNotebooks(ABC):
    """The part of a view that notebooks use."""

    graph: KnowledgeGraph | None = None
    """The graph that the view is of; None for a view that no graph made."""

    @property
    @abstractmethod
    def closed(self) -> bool:
        """True if the tables are gone."""

    def _repr_html_(self) -> str | None:
        """Return the explorer of the view inside a frame, or a sentence where it is too large; None if it is closed."""
        if self.closed or self.graph is None:
            return None
        page: str = plugins.load("exporter", "html")().in_notebook(self.graph, self)
        return page

    def plot(self, top: int = 75) -> Figure:
        """Return a picture of the `top` strongest pairs as a figure of matplotlib, which notebooks show.

        `savefig` of the figure writes it to a file. Raises QueryError for a view without pairs of entities. Raises
        KgError if the view is closed, and if matplotlib is not installed (extra `plot`).
        """
        figure: Figure = plugins.load("exporter", "html")().figure(self, top)
        return figure
