"""One term of our own vocabulary."""

from typing import NamedTuple


class Term(NamedTuple):
    """A class (`range` None) or a property of our own."""

    name: str
    label: str
    comment: str
    range: str | None = None  # prefixed name of the datatype, or of one of our classes
    domain: str = ""  # prefixed name of the class it belongs to
    parent: str = ""  # prefixed name of the class that it is a subclass of
