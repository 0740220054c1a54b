"""Answers to questions about entities and lists, as tables; kg/graph/sql/answers.sql selects them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from os import PathLike
from typing import TYPE_CHECKING, Literal

from kg.engines.duckdb import DuckDBEngine, DuckDBSchema
from kg.engines.statements import Statements, quote
from kg.errors import ParameterError, QueryError, UnknownChoice, cut
from kg.graph.entity_list import EntityList
from kg.graph.filters import Filters
from kg.graph.probable_pairs import create_passing_pairs
from kg.graph.resolve import Match
from kg.graph.result import Result
from kg.model.build import Build
from kg.model.checks import check_several, check_whole
from kg.model.records import LIKELY, SURE

if TYPE_CHECKING:
    from kg.enrichment.universe import Universe
    from kg.parsers.lists import GivenList

STATEMENTS = Statements("kg.graph", "answers")

_SCHEMAS = count(1)
"""Numbers of the schemas with the tables of one answer, which are dropped when it is there."""


class Answers(ABC):
    """The part of a knowledge graph that answers with tables."""

    build: Build
    engine: DuckDBEngine
    _universe: Universe | None = None
    """The drawings as the statistics read them; loaded when a list is tested first."""

    @abstractmethod
    def resolve(self, text: str, taxa: Sequence[object] = (), without_taxa: Sequence[object] = ()) -> Match:
        """Return the entity or figure that a person means by `text`."""

    @abstractmethod
    def match_list(
        self, names: str | Iterable[str] | GivenList, taxa: Sequence[object] = (), without_taxa: Sequence[object] = ()
    ) -> EntityList:
        """Return the entities that a list of names means."""

    def partners(self, of: str, filters: Filters = Filters()) -> Result:
        """Return the entities that are drawn with one, the greatest weight first, a row each.

        `of` is the entity, as `resolve` takes it with the organisms of `filters`. Other filters are for partners, and
        `top` is their number. The columns are `partner_id`, `partner`, `category`, `taxon` and those of the table
        `cooccurrences` from `weight` to `q`. Raises UnknownName for an unknown `of`. Raises QueryError for a figure,
        and for a `backbone`, which is one of a whole network.

        >>> import kg
        >>> with kg.open("exports") as graph:
        ...     for row in graph.partners("RANKL", kg.Filters(top=2)):
        ...         print(row["partner"], row["figures"], row["weight"])
        TNFRSF11A 5 5.0
        NFATC1 3 3.0
        """
        center = self._entity("of", of, filters)
        if filters.backbone is not None:
            raise QueryError("partners have no backbone; take KnowledgeGraph.view('ego', filters, of=...)")
        least = self.build.min_figures if filters.min_figures is None else filters.min_figures
        most = int(self.build.manifest["parameters"]["max_entities"])
        with self._schema() as engine:
            passes = f"({filters.of_entities()}) OR entity_id = {quote(center.id)}"
            engine.create_table("passing_entities", f"SELECT * FROM entities WHERE {passes}")
            pairs = STATEMENTS.sql("pairs_of_center", center=center.id)
            create_passing_pairs(engine, "passing_pairs", pairs, filters, least, most)
            limit = "" if filters.top is None else f" LIMIT {int(filters.top)}"
            rows = f"SELECT * FROM ({STATEMENTS.sql('partners', center=center.id)}) {filters.best}{limit}"
            table = engine.fetch(f"SELECT * EXCLUDE (subject_id, object_id, place) FROM ({rows})")
        return Result(table, f"partners of {center.name}", _notes(center))

    def evidence(self, first: str, second: str, filters: Filters = Filters()) -> Result:
        """Return the figures that draw two entities by different words, the likeliest pathways first, a row each.

        There are as many rows as the pair has `figures` in the build. The columns are `figure_id`, `title`, `year`,
        `paper_id`, `first_words`, `second_words`, `sure`, `pathway_score` and `url`. Of `filters` the organisms choose
        between entities of one name; `flavour` and `min_probability` say which mentions count, and the others have no
        effect. Raises UnknownName for an unknown name, QueryError for a figure and for one entity given twice.

        >>> import kg
        >>> with kg.open("exports") as graph:
        ...     rows = graph.evidence("RANKL", "OPG").to_pylist()
        ...     print(len(rows), rows[0]["year"], rows[0]["first_words"], rows[0]["second_words"])
        3 2012 ['RANKL'] ['OPG']
        """
        ends = [self._entity(name, text, filters) for name, text in (("first", first), ("second", second))]
        if ends[0].id == ends[1].id:
            raise QueryError(f"{cut(first)} and {cut(second)} are one entity, {ends[0].id}; give two")
        select = STATEMENTS.sql(
            "evidence",
            first=ends[0].id,
            second=ends[1].id,
            flavours=filters.flavours,
            least=max(filters.min_probability or 0, LIKELY),
            sure=SURE,
            max_entities=int(self.build.manifest["parameters"]["max_entities"]),
        )
        title = f"figures with {ends[0].name} and {ends[1].name}"
        return Result(self.engine.fetch(select), title, (*_notes(ends[0]), *_notes(ends[1])))

    def figures(self, names: str | Iterable[str] | EntityList, *, min_hits: int = 1) -> Result:
        """Return the figures that likely draw entities of a list, those with most of them first, a row each.

        `names` is a list as `match_list` takes it, or its answer; `Result.notes` says which names are left out. A word
        that stands for several entities of the list is one hit, and so is an entity with several words. The columns are
        `figure_id`, `title`, `year`, `paper_id`, `hits`, `words_drawn`, `words`, `entities`, `pathway_score` and `url`.
        Of figures with equal hits, those that draw fewer words come first.

        Raises SourceError where no name is matched, ParameterError for a value that is no list.

        >>> import kg
        >>> with kg.open("exports") as graph:
        ...     row = graph.figures(["RANKL", "OPG", "RANK"]).to_pylist()[0]
        ...     print(row["figure_id"], row["hits"], row["words_drawn"], row["entities"])
        pfocr:PMC4168338__10-1055-s-0031-1298276-i430gf01 3 3 ['TNFRSF11A', 'TNFRSF11B', 'TNFSF11']
        """
        import pyarrow as pa

        check_whole("min_hits", min_hits, 1)
        given = self._listed("names", names)
        with self._schema() as engine:
            engine.append("listed", pa.table({"entity_id": pa.array(given.ids, pa.string())}))
            table = engine.fetch(STATEMENTS.sql("figures_of_list", least=LIKELY, min_hits=min_hits))
        return Result(table, "figures of the list", tuple(given.report()))

    def licensed(self, licenses: Iterable[str]) -> frozenset[str]:
        """Return the CURIEs of the figures whose article has one of these licences, codes as the build has them.

        Raises UnknownChoice for a code that no figure has; it names those of the build. Raises ParameterError for one
        text in place of a list.
        """
        wanted = set(check_several("licenses", licenses))
        rows = self.engine.fetch("SELECT figure_id, license FROM figures WHERE license IS NOT NULL").to_pylist()
        for code in sorted(wanted - {row["license"] for row in rows}):
            raise UnknownChoice("licence of a figure", code, {row["license"] for row in rows})
        return frozenset(row["figure_id"] for row in rows if row["license"] in wanted)

    def enrich(
        self,
        names: str | Iterable[str] | EntityList,
        *,
        by: Literal["words", "genes"] = "words",
        of: Literal["figures", "entities"] = "figures",
        min_hits: int = 2,
        background: str | Iterable[str] | EntityList | None = None,
    ) -> Result:
        """Return the figures in which a list is enriched, the smallest p first, a row each.

        `names` is a list as `match_list` takes it, or its answer. `by` is the unit of the test: drawn words, or genes
        as in the usual hypergeometric test. `of` chooses the rows: figures, or the chemicals and diseases drawn with
        the list. Rows have `min_hits` or more. `background` is the list that `names` was chosen from; None for
        everything of the same kind in the build. `Result.notes` states the background, and the names that are left
        out. docs/data-model.md has the columns.

        Raises SourceError where no name is matched, ParameterError for a value that is no list, UnknownChoice for
        another `by` or `of`.

        >>> import kg
        >>> with kg.open("exports") as graph:
        ...     row = graph.enrich(["RANKL", "OPG", "RANK", "TRAF6"]).to_pylist()[0]
        ...     print(row["figure_id"], row["hits"], row["words"])
        pfocr:PMC4168338__10-1055-s-0031-1298276-i430gf01 3 ['OPG', 'RANK', 'RANKL']
        """
        from kg.enrichment.enrich import EnrichmentOptions, enrich

        listed = self._listed("names", names)
        wider = None if background is None else self._listed("background", background)
        options = EnrichmentOptions(by, of, min_hits, None if wider is None else wider.ids)
        enriched = enrich(self._drawings(), listed.ids, options)
        notes = (*listed.report(), *(wider.report() if wider else ()), enriched.background)
        return Result(enriched.table, f"{of} enriched in the list", notes)

    def compare(
        self,
        pathways: str | PathLike[str] | Mapping[str, str | Iterable[str]],
        *,
        of: Literal["figures", "pathways", "novel-words"] = "figures",
        by: Literal["words", "genes"] = "words",
        min_hits: int = 3,
        max_q: float = 0.05,
        min_coverage: float = 0.5,
    ) -> Result:
        """Compare all figures with pathways; return a row a figure, a pathway, or a word that no pathway has.

        `pathways` is the path of a GMT file, plain or as gzip, or a mapping of names to members. A number among the
        members is an NCBI Gene id. `of` chooses the table, whose columns docs/data-model.md has. A pair is tested with
        `min_hits` shared words or more, from 1, and counts with a `q` of at most `max_q`; it matches if the pathway has
        `min_coverage` of the figure's words, too. Both are from 0 to 1. `Result.notes` has what `kg compare` prints.

        Raises SourceError for a file without pathways, and where no member is an entity of the build. Raises
        UnknownChoice for another `of` or `by`, ParameterError for another value.

        >>> import kg
        >>> with kg.open("exports") as graph:
        ...     rows = graph.compare({"RANKL signalling": ["RANKL", "RANK", "OPG", "TRAF6", "NFATC1"]}, max_q=1)
        ...     print(*(f"{row['status']} {row['hits']}/{row['words_drawn']}" for row in rows), sep=", ")
        no pathway None/40, no pathway None/6, matched 5/7, matched 4/6, matched 3/3
        """
        from kg.enrichment.comparison import ComparisonOptions
        from kg.graph.comparison import TABLES, compare_build, match_pathways
        from kg.parsers.pathways import given_pathways

        if of not in TABLES:
            raise UnknownChoice("table of a comparison", of, TABLES)
        options = ComparisonOptions(by, min_hits, max_q, min_coverage)
        source, given = given_pathways(pathways)
        matched = match_pathways(self, given.pathways, source)
        compared = compare_build(self._drawings(), matched, options)
        notes = (*given.problems, *matched.report, *compared.summary())
        return Result(compared.table(of), f"{of} compared with pathways", notes)

    def _drawings(self) -> Universe:
        """Return the drawings as the statistics read them."""
        from kg.enrichment.universe import Universe

        if self._universe is None:
            self._universe = Universe(self.engine)
        return self._universe

    def _entity(self, name: str, text: str, filters: Filters) -> Match:
        """Return an entity; raise QueryError for a figure, ParameterError for a list in place of a name."""
        if isinstance(text, Iterable) and not isinstance(text, str | bytes):
            raise ParameterError(f"{name}= takes one name; KnowledgeGraph.figures and .enrich take a list")
        match = self.resolve(text, filters.taxa, filters.without_taxa)
        if match.id.startswith("pfocr:"):
            raise QueryError(f"{cut(text)} is a figure; give an entity, or take KnowledgeGraph.view('figure', of=...)")
        return match

    def _listed(self, name: str, names: str | Iterable[str] | EntityList) -> EntityList:
        """Return the meanings of a list; raise SourceError where no name has one, ParameterError for an empty list."""
        given = names if isinstance(names, EntityList) else self.match_list(names)
        if not given.rows:
            raise ParameterError(f"{name}=[] is empty; give at least one name")
        given.check_matched()
        return given

    @contextmanager
    def _schema(self) -> Iterator[DuckDBSchema]:
        """Yield an engine with tables of its own for an answer, so that threads do not meet."""
        engine = DuckDBSchema(self.engine, f"answer_{next(_SCHEMAS)}")
        try:
            yield engine
        finally:
            engine.close()


def _notes(match: Match) -> tuple[str, ...]:
    """Return the note on an entity that was not given by its identifier or exact name."""
    return () if match.exact else (match.note,)
