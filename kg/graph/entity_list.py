"""A list of names with the meaning of each in a build, or the reason why it has none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from kg.errors import SourceError, cut
from kg.graph.hints import MOST_LISTED
from kg.model.organisms import organism_name
from kg.model.text import clean, collapse
from kg.parsers.lists import parts

if TYPE_CHECKING:
    import pyarrow as pa

    from kg.graph.resolve import Match
    from kg.parsers.lists import GivenList

Status = Literal["matched", "ambiguous", "not drawn", "unmatched"]

STATUSES: tuple[Status, ...] = ("matched", "ambiguous", "not drawn", "unmatched")
"""The outcomes of a name: one meaning; several; the lexicon has a meaning that the build does not draw; none."""


class Listed(NamedTuple):
    """A name of a list with its meaning."""

    text: str
    """The name as it was given, without surrounding blanks."""
    status: Status
    matches: tuple[Match, ...] = ()
    """The entity; for `word:PI3K` all that the word means; for an ambiguous name its meanings, the most drawn first."""
    hint: str = ""
    """The reason why a name is not taken, with the way out; empty for a matched one."""


@dataclass(frozen=True)
class EntityList:
    """A list of names with their meanings in a build.

    >>> import kg
    >>> with kg.open("exports") as graph:
    ...     given = graph.match_list(["RANKL", "opg", "PI3K", "no such gene"])
    ...     print(given.ids, [row.status for row in given.rows])
    ('ncbigene:8600', 'ncbigene:4982') ['matched', 'matched', 'ambiguous', 'unmatched']
    """

    source: str
    """The name of the list in messages."""
    rows: tuple[Listed, ...]
    """One for each different name, in the order of the list."""
    repeated: int = 0
    """Number of names that were left out because they had come before."""
    organism: str | None = None
    """CURIE of the organism that most names have a gene of; it decides between equal names of several organisms."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The CURIEs of the matched entities, each once, in the order of the list."""
        return tuple(dict.fromkeys(match.id for row in self.rows if row.status == "matched" for match in row.matches))

    def count(self, status: Status) -> int:
        """Return the number of names with an outcome."""
        return sum(row.status == status for row in self.rows)

    def check_matched(self) -> None:
        """Raise SourceError where no name is matched; the message has the reasons of the first few."""
        if self.ids:
            return
        if not self.rows:
            raise SourceError(f"{self.source}: no names in it; give names or identifiers")
        without = {"not drawn": "not drawn in this build"}
        reasons = [f"{cut(row.text)}: {row.hint or without.get(row.status, 'no such name')}" for row in self.rows]
        raise SourceError(f"{self.source}: none of its names is an entity of this build; {_first(reasons, 2)}")

    def report(self) -> list[str]:
        """Return lines for people: the counts, the names that mean something by another name, and those not taken."""
        counts = ", ".join(f"{number:,} {status}" for status in STATUSES if (number := self.count(status)))
        again = f", {self.repeated:,} repeated" if self.repeated else ""
        read = f"{self.source}: {_plural(len(self.rows) + self.repeated, 'name')} read: {counts}{again}"
        return [read, *self._matched_otherwise(), *self._organisms(), *self._not_taken()]

    def joined(self, columns: pa.Table) -> dict[str, dict[str, float]]:
        """Return the numbers of columns that stand beside the names, by CURIE and column.

        `columns` is that of `kg.parsers.lists.GivenList`. Of several rows of one entity the first with a value counts.
        """
        ids = {row.text: [match.id for match in row.matches] for row in self.rows if row.status == "matched"}
        joined: dict[str, dict[str, float]] = {}
        texts = [collapse(clean(text)) for text in columns["text"].to_pylist()]
        for name in columns.column_names[1:]:
            for text, value in zip(texts, columns[name].to_pylist(), strict=True):
                for id_ in ids.get(text, ()) if value is not None else ():
                    joined.setdefault(id_, {}).setdefault(name, value)
        return joined

    def _matched_otherwise(self) -> Iterator[str]:
        """Yield a line on the names that are not the name or identifier of their entity."""
        otherwise = [row for row in self.rows if row.status == "matched" and not row.matches[0].exact]
        if otherwise:
            yield f"by another name: {_first([_note(row) for row in otherwise], 2 * MOST_LISTED)}"
        names: dict[str, list[str]] = {}
        for row in self.rows:
            for match in row.matches if row.status == "matched" else ():
                names.setdefault(match.id, []).append(cut(row.text))
        if same := [" = ".join(of) for of in names.values() if len(of) > 1]:
            yield f"several names of one entity, which counts once: {_first(same, MOST_LISTED)}"

    def _organisms(self) -> Iterator[str]:
        """Yield lines on organisms where genes are of several, and where their number decided between equal names."""
        if self.organism and (chosen := sum(row.status == "matched" and row.matches[0].among > 1 for row in self.rows)):
            usual = organism_name(self.organism)
            several = f"{_plural(chosen, 'name')} with several meanings"
            yield f"{several}: taken as {usual}, as most names; --taxon chooses another"
        taxa = {match.id: match.taxon for row in self.rows if row.status == "matched" for match in row.matches}
        counts = Counter(taxon for taxon in taxa.values() if taxon)
        if len(counts) > 1:
            named = [f"{organism_name(taxon)} {number:,}" for taxon, number in counts.most_common()]
            yield f"genes of several organisms: {', '.join(named)}; --taxon chooses one"

    def _not_taken(self) -> Iterator[str]:
        for status in STATUSES[1:]:
            rows = [row for row in self.rows if row.status == status]
            if rows:
                named = [cut(row.text) + (f" ({row.hint})" if row.hint else "") for row in rows]
                yield f"{status}: {_first(named, MOST_LISTED)}"


def sublists(matched: EntityList, lists: Iterable[GivenList]) -> list[EntityList]:
    """Return lists whose names were matched together; a text may have been read as several names."""
    rows = {row.text: row for row in matched.rows}
    split = {
        given.source: (name for text in given.names for name in ([text] if text in rows else parts(text)))
        for given in lists
    }
    return [
        EntityList(source, tuple(rows[name] for name in dict.fromkeys(names) if name in rows))
        for source, names in split.items()
    ]


def _note(row: Listed) -> str:
    """Return a name with its entity and the kind of name.

    >>> from kg.graph.resolve import Match
    >>> _note(Listed("RANKL", "matched", (Match("RANKL", "ncbigene:8600", "TNFSF11", "gene", 14, "drawn word"),)))
    'RANKL = TNFSF11 (drawn word)'
    """
    names = ", ".join(match.name for match in row.matches[:MOST_LISTED])
    more = f" and {len(row.matches) - MOST_LISTED:,} more" if len(row.matches) > MOST_LISTED else ""
    return f"{cut(row.text)} = {names}{more} ({row.matches[0].how})"


def _plural(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("s" if number != 1 else "")


def _first(texts: Sequence[str], most: int) -> str:
    more = f" and {len(texts) - most:,} more" if len(texts) > most else ""
    return "; ".join(texts[:most]) + more
