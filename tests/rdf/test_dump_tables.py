"""Tables of the dump that pass most rows over: they have the rows of the plain definition."""

from collections.abc import Iterator
from random import Random

import pyarrow as pa
import pytest

from kg.engines.duckdb import DuckDBEngine
from kg.rdf.dump import STATEMENTS

PUBLISH_Q = 0.01


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine()
    yield engine
    engine.close()


def test_a_pair_is_specific_if_it_is_among_the_100_best_of_some_least_number_of_figures(engine: DuckDBEngine) -> None:
    draw = Random(1)
    numbers = range(1, 91)
    pairs = [
        # 48 numbers of figures make three blocks; NPMI has few values, so that many tie for the last place
        (one, other, draw.choice(range(2, 50)), draw.randrange(-20, 80) / 100, draw.choice([0.001, 0.02, 0.2]))
        for one in numbers
        for other in range(one + 1, 91)
    ]
    names = ("subject_number", "object_number", "figures", "npmi", "q")
    columns = dict(zip(names, map(list, zip(*pairs, strict=True)), strict=True))
    engine.append("rdf_pairs", pa.table(columns | {"figures_all": columns["figures"]}))
    ids = [f"ncbigene:{number:02}" for number in numbers]
    engine.append("rdf_entities", pa.table({"number": list(numbers), "entity_id": ids}))
    for name in ("rdf_specific", "rdf_outstanding"):
        engine.create_table(name, STATEMENTS.sql(name, publish_q=PUBLISH_Q))

    ranked = sorted(pairs, key=lambda pair: (-pair[3], -pair[2], pair[:2]))
    expected = {
        pair[:2]
        for most in (PUBLISH_Q, 0.05, 1)
        for least in {figures for _, _, figures, _, _ in pairs}
        for pair in [pair for pair in ranked if pair[2] >= least and pair[4] <= most][:100]
    }
    rows = engine.rows("SELECT subject_number, object_number FROM rdf_outstanding WHERE specific = 1")
    assert {(row["subject_number"], row["object_number"]) for row in rows} == expected
    assert 100 < len(expected) < len(pairs)


def test_annotations_of_one_mention_and_of_several_have_the_values_of_one_aggregation(engine: DuckDBEngine) -> None:
    draw = Random(2)
    entities = [("ncbigene:1", "gene"), ("ncbigene:2", "gene"), ("family:f", "family"), ("chebi:3", "chemical")]
    engine.append("entities", pa.Table.from_pylist([{"entity_id": id_, "category": kind} for id_, kind in entities]))
    mentions = [
        {
            "figure_id": f"pfocr:PMC{draw.randrange(60)}__a",
            "match": draw.choice(["TNF", "PI3K", "X", None]),
            "entity_id": draw.choice(entities)[0],
            "word": draw.choice(["Tnf", "TNF", None]),
            "word_status": draw.choice(["given", "inferred"]),
            "source": draw.choice(["hgnc_symbol", "hgnc_alias", None]),
            "origin": draw.choice(["sidecar", "reread"]),
            "reading": draw.choice(["sure", "likely", "doubtful"]),
            "flavour": draw.choice(["strict", "synonyms", "all", None]),
        }
        for _ in range(300)
    ]
    engine.append("mentions", pa.Table.from_pylist(mentions))
    texts = [STATEMENTS.sql("rdf_annotations", dialect, layers=("words",)) for dialect in ("duckdb", "spark")]
    in_two_steps, in_one = (engine.rows(f"SELECT * FROM ({text}) ORDER BY figure_id, match") for text in texts)
    assert in_two_steps == in_one
    assert {len(row["entities"] or ()) for row in in_one} >= {0, 1, 2, 3}
