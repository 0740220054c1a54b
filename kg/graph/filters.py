"""The filters of views: which entities and co-occurrences pass, as SQL."""

from dataclasses import dataclass

from kg.engines.statements import quote
from kg.errors import UnknownChoice
from kg.model.checks import check_fraction, check_several, check_whole
from kg.model.organisms import check_choice, read_taxa
from kg.model.records import CATEGORIES, FLAVOURS, Flavour


@dataclass(frozen=True, slots=True)
class Filters:
    """The part of the graph to show; the default applies the build's threshold only.

    Filters choose nodes and edges; counts and statistics stay those of the build. With `min_probability`, however, the
    figures, papers, years and weight of a pair are those that mentions of this probability show; 0.95 takes sure
    readings only. Raises UnknownChoice for a category or flavour that does not exist. Raises ParameterError for a taxon
    that is no organism, a text in place of a list, and a number out of its bounds.

    >>> import kg
    >>> kg.Filters(categories=("gene", "chemical"), min_figures=3, max_q=0.05).categories
    ('gene', 'chemical')
    """

    categories: tuple[str, ...] = ()
    """Categories of entities: gene, family, chemical, disease, unknown; empty for all."""
    taxa: tuple[str, ...] = ()
    """Organisms of genes and families, as NCBI taxon ids (9606), names (human) or `unknown`; empty for all."""
    min_figures: int | None = None
    """Least figures of a co-occurrence; None for the build's threshold."""
    max_q: float | None = None
    """Greatest false discovery rate of a co-occurrence, from 0 to 1."""
    top: int | None = None
    """Number of co-occurrences, the best ones; None for all."""
    flavour: Flavour = "all"
    """Mentions and co-occurrences by official symbols (strict), by synonyms, too (synonyms), or by families, too."""
    backbone: float | None = None
    """Level from 0 to 1 at which a pair has to stand out at one of its ends, such as 0.05; None for all pairs."""
    without_taxa: tuple[str, ...] = ()
    """Organisms whose genes and families are left out, in the forms of `taxa`."""
    min_probability: float | None = None
    """Least probability of a mention, from 0 to 1; None for the build's counts. Pairs count mentions of 0.5 or more."""

    def __post_init__(self) -> None:
        check_several("categories", self.categories)
        object.__setattr__(self, "categories", tuple(self.categories))
        for name in ("taxa", "without_taxa"):
            object.__setattr__(self, name, read_taxa(name, getattr(self, name)))
        check_choice(self.taxa, self.without_taxa)
        for name in ("min_figures", "top"):
            if getattr(self, name) is not None:
                check_whole(name, getattr(self, name), 1)
        for name in ("max_q", "backbone", "min_probability"):
            if getattr(self, name) is not None:
                check_fraction(name, getattr(self, name))
        for category in self.categories:
            if category not in CATEGORIES:
                raise UnknownChoice("category", category, CATEGORIES)
        if self.flavour not in FLAVOURS:
            raise UnknownChoice("flavour", self.flavour, FLAVOURS)

    @property
    def support(self) -> str:
        """The column that counts the figures of a co-occurrence in this flavour."""
        return {"strict": "figures_strict", "synonyms": "figures_synonyms"}.get(self.flavour, "figures")

    @property
    def strength(self) -> str:
        """The column that `strongest` orders by first."""
        return "weight" if self.flavour == "all" else self.support

    @property
    def strongest(self) -> str:
        """The order of co-occurrences by strength alone."""
        return f"{self.strength} DESC, {'figures' if self.flavour == 'all' else 'weight'} DESC"

    @property
    def best(self) -> str:
        """The order of co-occurrences, the best first."""
        return f"ORDER BY place, {self.strongest}, subject_id, object_id"

    @property
    def flavours(self) -> tuple[Flavour, ...]:
        """The flavours of the mentions that count."""
        return FLAVOURS[: FLAVOURS.index(self.flavour) + 1]

    def of_entities(self) -> str:
        """Return the condition on rows of `entities`, as SQL."""
        clauses = ["TRUE"]
        if self.categories:
            clauses.append(f"category IN ({quote(*self.categories)})")
        if self.taxa or self.without_taxa:
            clauses.append(f"({self.of_organisms()})")
        return " AND ".join(clauses)

    def of_organisms(self, taxon: str = "taxon") -> str:
        """Return the condition on the organism of entities, as SQL; `taxon` is the column with its CURIE."""
        clauses = []
        if self.taxa:
            clauses.append(f"COALESCE({taxon}, 'unknown') IN ({quote(*self.taxa)})")
        if self.without_taxa:
            clauses.append(f"COALESCE({taxon}, 'unknown') NOT IN ({quote(*self.without_taxa)})")
        return f"category NOT IN ('gene', 'family') OR {' AND '.join(clauses) or 'TRUE'}"

    def of_pairs(self, min_figures: int, *, all_entities: bool = False) -> str:
        """Return the condition on rows of `cooccurrences`, as SQL.

        Their ends are in the table `passing_entities`, which is not looked at where it has all entities.
        """
        clauses = [f"{self.support} >= {int(min_figures)}"]
        ends = () if all_entities else ("subject", "object")
        clauses += [f"{end}_id IN (SELECT entity_id FROM passing_entities)" for end in ends]
        if self.max_q is not None:
            clauses.append(f"q <= {float(self.max_q)!r}")
        return " AND ".join(clauses)
