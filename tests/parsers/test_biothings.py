"""BioThings' JSON lines to elements: the published example by hand, and every way a line can be wrong."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from helpers.builds import build_graph
from helpers.corpus import write_toy

from kg.errors import NotARecord
from kg.model.records import Element, Figure, Mention, Problem
from kg.parsers.biothings import BiothingsParser

ALL = "bte_chemicals_diseases_genes_all.ndjson"

# Of the example in the plug-in's own mapping, a part of the genes.
EXAMPLE: dict[str, Any] = {
    "_id": "PMC10088895__jcav14p0850g001",
    "associatedWith": {
        "title": "PD-1/PD-L1 pathway plays a role in immunosuppression",
        "pfocrUrl": "https://pfocr.wikipathways.org/figures/PMC10088895__jcav14p0850g001.html",
        "figureUrl": "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC10088895/bin/jcav14p0850g001.jpg",
        "pmc": "PMC10088895",
        "mentions": {
            "chemicals": {"mesh": [], "chebi": ["63620", "28398"]},
            "diseases": {"mesh": [], "doid": []},
            "genes": {"ncbigene": ["940", "7535", "324"]},
        },
    },
}


def line(**said: Any) -> str:
    """Return a small object; `said` goes into associatedWith."""
    base = {"pmc": "PMC1", "mentions": {"genes": {"ncbigene": ["207"]}}}
    return json.dumps({"_id": "PMC1__a", "associatedWith": base | said})


def read(text: str | bytes, name: str = ALL) -> list[Element]:
    return list(BiothingsParser().parse(name, text.encode() if isinstance(text, str) else text))


def problems(elements: list[Element]) -> list[tuple[str, str, int | None]]:
    return [(each.severity, each.code, each.line) for each in elements if isinstance(each, Problem)]


def entities(elements: list[Element]) -> list[str | None]:
    return [each.entity_id for each in elements if isinstance(each, Mention)]


def test_the_published_example() -> None:
    found = read(json.dumps(EXAMPLE) + "\n")
    assert found[0] == Figure(
        "pfocr:PMC10088895__jcav14p0850g001",
        "pmc:PMC10088895",
        title="PD-1/PD-L1 pathway plays a role in immunosuppression",
        filename="jcav14p0850g001.jpg",
    )
    mentions = [each for each in found if isinstance(each, Mention)]
    assert [(each.category, each.position, each.entity_id, each.flavour, each.taxon) for each in mentions] == [
        ("gene", 0, "ncbigene:940", "all", "ncbitaxon:9606"),
        ("gene", 1, "ncbigene:7535", "all", "ncbitaxon:9606"),
        ("gene", 2, "ncbigene:324", "all", "ncbitaxon:9606"),
        ("chemical", 0, "chebi:63620", "strict", None),
        ("chemical", 1, "chebi:28398", "strict", None),
    ]
    assert {(each.origin, each.word, each.match) for each in mentions} == {("set", None, None)}
    assert len(found) == 6


@pytest.mark.parametrize(
    ("name", "flavour"),
    [
        ("bte_chemicals_diseases_genes_strict.ndjson", "strict"),
        ("bte_chemicals_diseases_genes_synonyms.ndjson", "synonyms"),
        ("bte_chemicals_diseases_genes_synoynms.ndjson", "synonyms"),
        ("all/bte_chemicals_diseases_genes.jsonl", None),
    ],
)
def test_the_flavour_is_in_the_file_name(name: str, flavour: str | None) -> None:
    (mention,) = [each for each in read(line(), name) if isinstance(each, Mention)]
    assert mention.flavour == flavour


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"pmc": float("nan")}, [("warning", "wrong-type", 1)]),
        ({"pmc": 1}, [("warning", "wrong-type", 1)]),
        ({"pmc": ["PMC1"]}, [("warning", "wrong-type", 1)]),
        ({"pmc": "PMC2"}, [("warning", "pmcid-mismatch", 1)]),
        ({"pmc": None}, []),
    ],
)
def test_a_pmc_that_is_no_text_costs_nothing(said: dict[str, Any], told: list[object]) -> None:
    found = read(line(**said))
    assert (problems(found), entities(found)) == (told, ["ncbigene:207"])


def test_both_identifiers_of_chemicals_and_diseases() -> None:
    mentions = {
        "chemicals": {"mesh": ["D000255", "MESH:C1", "D000255"], "chebi": [15422]},
        "diseases": {"mesh": "D010024", "doid": ["0050686"]},
    }
    found = read(line(mentions=mentions))
    assert entities(found) == ["chebi:15422", "mesh:D000255", "mesh:C1", "doid:0050686", "mesh:D010024"]
    assert problems(found) == []


@pytest.mark.parametrize(
    ("mentions", "code"),
    [
        (None, "wrong-type"),
        ([], "wrong-type"),
        ({"genes": ["207"]}, "wrong-type"),
        ({"genes": {"ncbigene": ["AKT1", {"a": 1}, None, -1]}}, "bad-identifier"),
        ({"chemicals": {"mesh": ["15422"]}}, "bad-identifier"),
    ],
)
def test_mentions_of_another_shape_are_told(mentions: Any, code: str) -> None:
    found = read(line(mentions=mentions))
    assert (problems(found), entities(found)) == ([("warning", code, 1)], [])


def test_a_bad_line_costs_nothing_else() -> None:
    bad = [
        b"not json",
        b'{"_id": "PMC1__x", "associatedWith": {"\xff": 1}}',
        b'{"_id": "x", "associatedWith": {}}',
        b'{"_id": 1, "associatedWith": {}}',
        b'{"_id": "PMC1__x", "associatedWith": []}',
        b'["associatedWith"]',
        b"[" * 100_000,
        b'{"_id": ' + b"9" * 5_000 + b"}",
        line().encode(),
    ]
    last = line(title='a\tb\n"c" \ud800\x00').replace("PMC1", "PMC9").encode()
    found = read(b"\n".join([b"\xef\xbb\xbf" + line().encode(), b"", *bad, last]))
    assert problems(found) == [("error", "bad-row", number) for number in range(3, 12)]
    figures = [each for each in found if isinstance(each, Figure)]
    assert [(each.figure_id, each.title) for each in figures] == [
        ("pfocr:PMC1__a", None),
        ("pfocr:PMC9__a", 'a b "c" \ufffd\ufffd'),
    ]
    assert entities(found) == ["ncbigene:207"] * 2


@pytest.mark.parametrize("text", ["", "{}", '{"_id": "PMC1__a"}\n', "[1, 2]"])
def test_other_json_lines_are_no_records(text: str) -> None:
    with pytest.raises(NotARecord, match="no object with associatedWith"):
        read(text)


def test_old_names_of_figures() -> None:
    found = read(line().replace("PMC1__a", "PMC4821805__elife-12318-fig1.jpg"))
    assert isinstance(found[0], Figure)
    assert found[0].figure_id == "pfocr:PMC4821805__elife-12318-fig1"


def test_a_build_of_it(tmp_path: Path) -> None:
    """Named by the lexicon, with the right figure counts, and strict as the file says."""
    both = json.dumps(EXAMPLE) + "\n" + line(mentions={"genes": {"ncbigene": ["940", "207"]}})
    corpus = write_toy(tmp_path / "corpus", {"pfocr_strict.ndjson": both})
    build_graph([str(corpus)], tmp_path / "build")
    entities = pq.read_table(tmp_path / "build" / "tables" / "entities.parquet").to_pylist()
    assert {(row["entity_id"], row["name"], row["figures"]) for row in entities if row["category"] == "gene"} == {
        ("ncbigene:207", "AKT1", 1),
        ("ncbigene:324", "APC", 1),
        ("ncbigene:7535", "ZAP70", 1),
        ("ncbigene:940", "CD28", 2),
    }
    mentions = pq.read_table(tmp_path / "build" / "tables" / "mentions.parquet").to_pylist()
    assert {row["flavour"] for row in mentions} == {"strict"}
    manifest = json.loads((tmp_path / "build" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["counts"]["figures"] == 2
