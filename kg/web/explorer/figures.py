"""Figures as such: those of an entity, and one figure with all that is known of it."""

from itertools import groupby
from operator import itemgetter
from typing import Any

from kg.engines.statements import Select, Statements
from kg.errors import UnknownName
from kg.model.identifiers import expand
from kg.model.identifiers import page as web_page
from kg.model.records import LIKELY
from kg.web.explorer.captions import marked
from kg.web.explorer.database import ExplorerDatabase
from kg.web.explorer.figure_index import named
from kg.web.explorer.figure_network import figure_network
from kg.web.explorer.search_index import Entity
from kg.web.images import ImageTemplate

NEAR = 0.5
"""Least Jaccard index of near-identical figures: half of the words that either draws are drawn by both."""

LEAST_SHARED = 3
"""Least words that near-identical figures share, because two figures of one word each are no copies of each other."""

MEASURE = (
    f"Jaccard index of the drawn words: those that both figures draw, divided by those that either draws; "
    f"{NEAR:g} or more, with {LEAST_SHARED} shared words or more"
)
"""The meaning of near-identical, as answers state it."""

MOST_OF_PAPER = 20
"""Greatest number of other figures of the same paper in an answer."""

_SORTS = {
    "year": "f.year {} NULLS LAST, f.score DESC NULLS LAST, f.figure_id",
    "title": "lower(COALESCE(f.title, f.alias, f.figure_id)) {}, f.figure_id",
    "words": "words_drawn {}, f.score DESC NULLS LAST, f.figure_id",
}
SORTS = tuple(_SORTS)
"""Columns that a list of figures is sorted by."""

STATEMENTS = Statements("kg.web.explorer", "figures")


class Figures:
    """The figures of a build; `images` gives addresses of pictures, or is None."""

    def __init__(self, database: ExplorerDatabase, base: str, images: ImageTemplate | None) -> None:
        self._database = database
        self._base = base
        self._images = images

    def of_entity(
        self, entity: Entity, sort: str, order: str, *, doubtful: bool, limit: int, offset: int
    ) -> dict[str, Any]:
        """Return a page of the figures that draw an entity, with the words that draw it, and their number.

        Without `doubtful`, figures that draw it by a doubtful reading only are left out. Missing years come last.
        """
        counting = STATEMENTS.sql("figure_counts_of_entity", entity=entity.number)
        counts: dict[str, int] = self._database.fetch(counting, *_TABLES).to_pylist()[0]
        by = Select(_SORTS[sort].format("ASC" if order == "asc" else "DESC"))
        select = STATEMENTS.sql(
            "figures_of_entity", entity=entity.number, sort=by, doubtful=int(doubtful), limit=limit, offset=offset
        )
        rows = self._database.fetch(select, *_TABLES).to_pylist()
        answer: dict[str, Any] = {"id": entity.id, "name": entity.name, "category": entity.category}
        return answer | counts | {"rows": [self._row(row) for row in rows]}

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row of a list, with the pages of figure and paper."""
        shown = named(row) | {"page": web_page(row["figure_id"]), "url": _address(row["url"])}
        paper = {"id": row["paper_id"], "title": row["paper_title"], "url": web_page(row["paper_id"])}
        rest = {name: row[name] for name in ("words_drawn", "doubtful", "shared", "words", "jaccard") if name in row}
        return shown | {"image": self.image(row), "paper": paper} | rest

    def image(self, row: dict[str, Any]) -> str | None:
        """Return the address of the picture of a figure with `figure_id` and `filename`; None without a template."""
        return self._images.address(_figid(row), row["filename"]) if self._images else None

    def with_images(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return rows with a `figure_id`, each with the address of its picture; without a template, as they are."""
        if not self._images or not rows:
            return rows
        select = STATEMENTS.sql("figure_files", figure_ids=[row["figure_id"] for row in rows])
        files = self._database.fetch(select, "numbered_mentions").to_pylist()
        images = {file["figure_id"]: self.image(file) for file in files}
        return [row | {"image": images[row["figure_id"]]} for row in rows]

    def describe(self, figid: str) -> dict[str, Any]:
        """Return a figure with its words and their readings, its entities, its paper and the other figures of that."""
        row = self._find("one_figure", figid)
        words = self._words(row["figure"])
        drawn = [(word["form"], word["word"]) for word in words if word["word"]]
        names = ("caption", "number", "figure_type", "organisms", "organisms_ner", "annotations", "counted")
        return (
            named(row)
            | {name: row[name] for name in names}
            | {
                "iri": expand(row["figure_id"], self._base),
                "page": web_page(row["figure_id"]),
                "url": _address(row["url"]),
                "score": row["pathway_score"],
                "license": row.get("license"),  # a build of an earlier version has none
                "links": [
                    expand(f"{prefix}:{row[column]}", self._base)
                    for prefix, column in (("ndex", "ndex"), ("wikipathways", "wikipathways_id"))
                    if row[column]
                ],
                "caption_parts": marked(row["caption"] or "", drawn),
                "image": self.image(row),
                "words": words,
                "entities": self._entities(words),
                "paper": self._paper(row),
            }
        )

    def _find(self, statement: str, figid: str) -> dict[str, Any]:
        """Return the row that a statement has for a figure by figid, short id or address at PFOCR.

        Raises UnknownName where no figure has it, or several have the short id.
        """
        figure_id = f"pfocr:{figid.removeprefix('pfocr:')}"
        rows = self._database.fetch(STATEMENTS.sql(statement, figure_id=figure_id), "numbered_mentions").to_pylist()
        if not rows and (only := self._database.figure_index.only(figid.strip())):
            rows = self._database.fetch(STATEMENTS.sql(statement, figure_id=only), "numbered_mentions").to_pylist()
        if not rows:
            raise UnknownName("figure", figid, hint="give its figid or its short id, such as PMC4168338__F1")
        row: dict[str, Any] = rows[0]
        return row

    def _words(self, figure: int) -> list[dict[str, Any]]:
        """Return the words of a figure, each with the entities that it may mean, and its candidates if in doubt."""
        select = STATEMENTS.sql("words_of_figure", figure=figure)
        mentions = self._database.fetch(select, "numbered_mentions").to_pylist()
        readings = self._database.fetch(STATEMENTS.sql("readings_of_figure", figure=figure), "numbered_mentions")
        doubts: dict[str, list[dict[str, Any]]] = {}
        for row in readings.to_pylist():
            doubts.setdefault(row.pop("form"), []).append(row)
        return [
            {
                "form": form,
                "word": rows[0]["word"] if rows[0]["status"] != "unknown" else None,
                "status": rows[0]["status"],
                "entities": [self._meant(row) for row in rows],
                "candidates": doubts.get(form, []),
            }
            for form, group in groupby(mentions, itemgetter("form"))
            if (rows := list(group))
        ]

    def _meant(self, row: dict[str, Any]) -> dict[str, Any]:
        entity = self._database.search_index[row["entity"]]
        named = {"id": entity.id, "name": entity.name, "category": entity.category, "taxon": entity.taxon}
        return named | {"probability": row["probability"]}

    def _entities(self, words: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the entities of the words, each once with its greatest probability, by category and name."""
        entities: dict[str, dict[str, Any]] = {}
        for word in words:
            for meant in word["entities"]:
                entity = entities.setdefault(meant["id"], meant | {"words": []})
                entity["probability"] = max(entity["probability"], meant["probability"])
                if word["word"] and meant["probability"] >= LIKELY:
                    entity["words"].append(word["word"])
        return sorted(entities.values(), key=itemgetter("category", "name", "id"))

    def _paper(self, row: dict[str, Any]) -> dict[str, Any]:
        select = STATEMENTS.sql("figures_of_paper", paper=row["paper"], figure=row["figure"], limit=MOST_OF_PAPER)
        others = self._database.fetch(select, "numbered_mentions").to_pylist()
        prefix, _, pmcid = row["paper_id"].partition(":")
        return {
            "id": row["paper_id"],
            "pmcid": pmcid if prefix == "pmc" else None,
            "title": row["paper_title"],
            "reference": row["reference"],
            "journal": row["journal"],
            "doi": row["doi"],
            "url": web_page(row["paper_id"]),
            "figures": row["figures_of_paper"],
            "others": [named(other) for other in others],
        }

    def network(self, figid: str) -> dict[str, Any]:
        """Return the network of the likely entities of a figure in the form of Cytoscape.js."""
        row = self._find("number_of_figure", figid)
        mentions = self._database.fetch(STATEMENTS.sql("words_of_figure", figure=row["figure"]), "numbered_mentions")
        return figure_network(self._database, mentions.to_pylist())

    def near(self, figid: str, limit: int) -> dict[str, Any]:
        """Return the figures that draw nearly the same words, the most alike first; `measure` says what that means."""
        row = self._find("number_of_figure", figid)
        words = self._words(row["figure"])
        forms = [word["form"] for word in words if word["word"]]
        answer: dict[str, Any] = {"measure": MEASURE, "words": len(forms)}
        if len(forms) < LEAST_SHARED:
            return answer | {"found": 0, "rows": []}
        select = STATEMENTS.sql(
            "similar_figures", forms=forms, figure=row["figure"], words=len(forms), least=NEAR,
            least_shared=LEAST_SHARED, limit=limit,
        )  # fmt: skip
        rows = self._database.fetch(select, *_TABLES).to_pylist()
        shown = [self._row(near | {"jaccard": round(near["jaccard"], 3)}) for near in rows]
        return answer | {"found": rows[0]["found"] if rows else 0, "rows": shown}


_TABLES = ("numbered_mentions", "drawn_words")
"""Tables to wait for, as `ExplorerDatabase.fetch` names them."""


def _figid(row: dict[str, Any]) -> str:
    return str(row["figure_id"].partition(":")[2])


def _address(url: str | None) -> str | None:
    """Return a web address, or None for any other text."""
    return url if url and url.startswith(("https://", "http://")) else None
