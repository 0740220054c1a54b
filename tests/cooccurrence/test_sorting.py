"""Pairs counted by sorting have the rows of the SQL that a cluster runs, on hostile little corpora."""

import random
from contextlib import closing

import numpy as np
import pyarrow as pa
import pytest

from kg.cooccurrence import sorting
from kg.cooccurrence.count import counted_pairs, create_count_tables, pair_counter
from kg.cooccurrence.margins import Margins
from kg.cooccurrence.prepare import PAIR_TABLES, prepare
from kg.cooccurrence.significance import PAIRS
from kg.engines import Engine
from kg.engines.duckdb import DuckDBEngine
from kg.model.records import LIKELY
from kg.model.tables import text_schema, to_arrow

SWEEP = (pytest.mark.slow, pytest.mark.sweep)

ENTITIES = 8
TAXA = ("ncbitaxon:9606", "ncbitaxon:10090", None)
WORDS = ("AKT", "p53", "p38")
SHARES = (1.0, 0.5, 1 / 3, 0.3, 2.0**-13, 1e-13, 0.0, None)
"""The weight of 2^-13 ends in half a unit; that of 1e-13 is less than one."""

MENTIONS = text_schema("figure_id", "entity_id", "match", "flavour")
for column, dtype in (("n_candidates", pa.int32()), ("share", pa.float64()), ("probability", pa.float64())):
    MENTIONS = MENTIONS.append(pa.field(column, dtype))
MENTIONS = MENTIONS.append(pa.field("origin", pa.string()))


def _create_tables(engine: Engine, choose: random.Random) -> None:
    """Create the tables that `prepare` reads: 16 figures of up to 12 papers, with 4 to 20 mentions each."""
    ids = [f"PMC{choose.randint(1, 12)}__f{number}" for number in range(16)]
    entities = [f"x:{number}" for number in range(1, ENTITIES + 1)]
    mentions = {
        (figure_id, choose.choice(entities), choose.choice((*WORDS, None))): (
            choose.choice(("strict", "synonyms", "all")),
            choose.randint(1, 3),
            choose.choice(SHARES),
            choose.choice((LIKELY, 1.0, LIKELY / 2)),
            choose.choice(("inline", "reread")),
        )
        for figure_id in ids
        for _ in range(choose.randint(4, 20))
    }
    years = pa.array([choose.choice((None, 1999, 2000, 2001)) for _ in ids], pa.int32())
    tables = {
        "known_figures": {"figure_id": ids, "paper_id": [figure_id.partition("__")[0] for figure_id in ids]},
        "figures": {"figure_id": ids, "year": years},
        "entities": {"entity_id": entities, "category": ["gene"] * ENTITIES, "taxon": [*TAXA, *TAXA, *TAXA][:ENTITIES]},
        "words": {"word_id": WORDS, "word": WORDS, "category": ["gene"] * len(WORDS)},
    }
    for name, columns in tables.items():
        engine.append(name, pa.table(columns))
    engine.append("mentions", to_arrow(MENTIONS, [key + values for key, values in mentions.items()]))


@pytest.mark.parametrize(("chunk", "bits"), [(sorting.CHUNK_INSTANCES, sorting.KEY_BITS), (3, 0)])
@pytest.mark.parametrize("name", PAIR_TABLES)
@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=SWEEP) for seed in range(2, 8))])
def test_sorting_gives_the_rows_of_the_sql(
    seed: int, name: str, chunk: int, bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "CHUNK_INSTANCES", chunk)
    monkeypatch.setattr(sorting, "KEY_BITS", bits)
    with closing(DuckDBEngine(threads=1)) as engine:
        _create_tables(engine, random.Random(seed))
        prepare(engine, name, max_entities=ENTITIES)
        create_count_tables(engine)
        counter = pair_counter(engine)
        for first, last in ((1, 2), (3, ENTITIES)):
            rows = pa.concat_tables([PAIRS.empty_table(), *counter.count(first, last)])
            assert rows.to_pylist() == engine.fetch(counted_pairs(first, last)).to_pylist()


def test_margins_of_an_entity_that_pairs_in_every_context() -> None:
    codes = pa.table({"entity": [2, 1, 3], "taxon": [1, 0, 2]})
    marginals = pa.table({"context": [0, 1, 1, 2], "entity": [1, 1, 2, 3], "figures": [4, 3, 2, 1]})
    margins = Margins(codes, marginals, pa.table({"context": [0, 1], "figures": [9, 5]}))
    one, other = np.array([1, 1, 1], dtype=np.int32), np.array([1, 2, 3], dtype=np.int32)
    context = margins.context(one, other)
    assert context.tolist() == [0, 1, 2]
    assert margins.figures(context, one).tolist() == [4, 3, 0]
    assert margins.figures(context, other).tolist() == [4, 2, 1]
    assert margins.universe(context).tolist() == [9, 5, 0]
