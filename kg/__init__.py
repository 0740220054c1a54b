"""A knowledge graph of pathway figures, in which the drawn word is part of the graph."""

__version__ = "0.2.0"
