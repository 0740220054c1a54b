"""Small builds as tables in memory: who is drawn by which word, for tests of lists."""

import pyarrow as pa

from kg.engines.duckdb import DuckDBEngine
from kg.enrichment.universe import Universe

Drawings = dict[str, dict[str, list[str]]]
"""The words of each figure, and the entities that each word stands for. A name that starts with `c-` is a chemical,
one with `d-` a disease; others are genes."""

CATEGORIES = {"c": "chemical", "d": "disease"}


def category(entity: str) -> str:
    """Return the category of an entity by its name."""
    return CATEGORIES.get(entity.partition("-")[0], "gene") if "-" in entity else "gene"


def universe(drawings: Drawings, unlikely: Drawings | None = None) -> Universe:
    """Return the universe of some drawings, with further mentions of a probability of 0.4."""
    rows = [
        (figure, entity, word, probability)
        for part, probability in ((drawings, 0.5), (unlikely or {}, 0.4))
        for figure, words in part.items()
        for word, entities in words.items()
        for entity in entities
    ]
    entities = sorted({row[1] for row in rows})
    count = len(drawings)
    taxa = ["ncbitaxon:9606" if category(entity) == "gene" else None for entity in entities]
    tables = {
        "figures": {
            "figure_id": list(drawings),
            "paper_id": ["pmc:1"] * count,
            "title": pa.array([None, *list(drawings)[1:]], pa.string()),
            "year": pa.array(range(2000, 2000 + count), pa.int32()),
        },
        "papers": {"paper_id": ["pmc:1"], "title": ["A paper"]},
        "entities": {
            "entity_id": entities,
            "name": [entity.upper() for entity in entities],
            "category": [category(entity) for entity in entities],
            "taxon": pa.array(taxa, pa.string()),
        },
        "words": {"word": sorted({row[2] for row in rows})},
        "mentions": {
            "figure_id": [row[0] for row in rows],
            "entity_id": [row[1] for row in rows],
            "match": [row[2] for row in rows],
            "probability": pa.array([row[3] for row in rows], pa.float64()),
        },
    }
    engine = DuckDBEngine()
    for name, columns in tables.items():
        engine.append(name, pa.table(columns))
    read = Universe(engine)
    engine.close()
    return read


def alone(*genes: str) -> dict[str, list[str]]:
    """Return words that each stand for one gene."""
    return {gene.upper(): [gene] for gene in genes}
