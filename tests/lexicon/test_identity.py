"""One identifier a thing: what lexicon, records and mapping files join, and what that makes of a whole build."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from helpers.corpus import GENE_HEADER, MDM2, genes, record, write_toy
from hypothesis import given
from hypothesis import strategies as st

from kg.building.manifest import BuildResult
from kg.building.options import BuildParameters
from kg.building.pipeline import build_tables
from kg.building.release import release
from kg.lexicon.grounding import compatible
from kg.lexicon.identity import Identity, lexicon_primaries, preference, record_primaries
from kg.lexicon.lexicon import Lexicon

TERMS = "curie\txrefs\tname\tsynonyms\n"


def lexicon(hand_kept: str = "", chemicals: str = "", diseases: str = "") -> dict[str, bytes]:
    """Give the files of a lexicon that has no genes."""
    packed = {"chemicals.tsv.gz": chemicals, "diseases.tsv.gz": diseases}
    files = {name: gzip.compress((TERMS + rows).encode()) for name, rows in packed.items()}
    return files | {"small_molecules.tsv": (TERMS + hand_kept).encode()}


def test_an_identity_says_whether_it_joins_any_identifier_of_a_kind() -> None:
    chemicals = {"mesh:D1": "chebi:1"}
    assert Identity(chemicals).joins_any(("ncbigene:", "mesh:"))
    assert not Identity(chemicals).joins_any(("ncbigene:", "chebi:"))  # chebi:1 is its own primary CURIE
    assert Identity(chemicals, mappings=[("ncbigene:1", "ncbigene:2")]).joins_any(("ncbigene:",))


# -- what a lexicon says


def test_the_cross_references_of_a_term_are_the_term() -> None:
    chemicals = "chebi:1\tmesh:D1|mesh:D2\tone\t\nchebi:2\t\ttwo\t\nmesh:D9\t\tnine\t\n"
    assert lexicon_primaries(lexicon(chemicals=chemicals, diseases="doid:1\tmesh:D3\twasting\t\n")) == {
        "mesh:D1": "chebi:1",
        "mesh:D2": "chebi:1",
        "mesh:D3": "doid:1",
    }


def test_a_hand_kept_row_decides_about_the_record_that_it_alone_names() -> None:
    found = lexicon_primaries(lexicon("chebi:29\tmesh:D1\tcalcium(2+)\tCa2+\n", "chebi:22\tmesh:D1\tcalcium atom\t\n"))
    assert found == {"mesh:D1": "chebi:29", "chebi:22": "chebi:29"}


def test_a_record_that_two_hand_kept_rows_name_joins_neither() -> None:
    rows = "chebi:33\tmesh:D7\tiron(2+)\tFe2+\nchebi:34\tmesh:D7\tiron(3+)\tFe3+\n"
    assert lexicon_primaries(lexicon(rows)) == {}
    assert lexicon_primaries(lexicon(rows, "chebi:18\tmesh:D7\tiron\t\n")) == {"mesh:D7": "chebi:18"}


def test_a_term_between_two_hand_kept_rows_is_neither_of_them() -> None:
    found = lexicon_primaries(
        lexicon("chebi:1\tmesh:D1\ta\tA\nchebi:2\tmesh:D2\tb\tB\n", "chebi:3\tmesh:D1|mesh:D2\tboth\t\n")
    )
    assert found["mesh:D1"] == found["mesh:D2"] == "chebi:3"
    assert not {"chebi:1", "chebi:2", "chebi:3"} & found.keys()


def test_a_hand_kept_row_without_a_reference_joins_nothing() -> None:
    assert lexicon_primaries(lexicon("chebi:1\t\tone\tspelled so\n")) == {}


def test_the_bundled_lexicon_says_one_thing_of_each_identifier() -> None:
    same = Lexicon.bundled().primaries
    assert same["mesh:D002118"] == same["chebi:22984"] == "chebi:29108"
    assert same["mesh:D000255"] == "chebi:15422"
    assert same["mesh:D010024"] == "doid:11476"
    assert not {"chebi:29108", "chebi:29033", "chebi:29034"} & same.keys()
    assert not set(same.values()) & same.keys()


# -- what records say


def test_a_mesh_record_is_the_one_term_that_records_put_beside_it() -> None:
    assert record_primaries(
        [("chebi:1", "mesh:D1", 3), ("chebi:1", "mesh:D2", 1), ("doid:1", "mesh:D3", 1)], (), {}
    ) == {
        "mesh:D1": "chebi:1",
        "mesh:D2": "chebi:1",
        "mesh:D3": "doid:1",
    }


def test_a_mesh_record_beside_two_terms_joins_neither() -> None:
    assert record_primaries([("chebi:1", "mesh:D1", 99), ("chebi:2", "mesh:D1", 1)], (), {}) == {}


@pytest.mark.parametrize("row", [("mesh:D1", "", 1), ("mesh:D1", "mesh:D2", 1), ("chebi:1", "", 1), ("a:1", "b:2", 1)])
def test_what_records_do_not_put_beside_a_mesh_record_joins_nothing(row: tuple[str, str, int]) -> None:
    assert record_primaries([row], (), {}) == {}


def test_a_term_that_the_lexicon_lacks_is_the_mesh_record_it_stands_beside() -> None:
    beside = [("chebi:4167", "mesh:D005947", 4)]
    assert record_primaries(beside, {"chebi:17234"}, {"mesh:D005947": "chebi:17234"}) == {"chebi:4167": "chebi:17234"}


def test_two_that_the_lexicon_knows_apart_stay_apart() -> None:
    beside = [("chebi:15846", "mesh:D009243", 4)]
    assert record_primaries(beside, {"chebi:15846", "chebi:13389"}, {"mesh:D009243": "chebi:13389"}) == {}


# -- all together


def test_an_identifier_of_which_nothing_is_known_stands_for_itself() -> None:
    assert Identity({}).primary("chebi:1") == "chebi:1"
    assert Identity({}).primary("") == ""


def test_the_lexicon_is_believed_before_the_records() -> None:
    assert Identity({"mesh:D1": "chebi:1"}, {"mesh:D1": "chebi:2"}).primary("mesh:D1") == "chebi:1"


def test_what_records_and_lexicon_say_one_after_the_other_holds() -> None:
    identity = Identity({"chebi:22": "chebi:29"}, {"mesh:D1": "chebi:22"})
    assert {identity.primary(each) for each in ("mesh:D1", "chebi:22", "chebi:29")} == {"chebi:29"}


def test_mappings_join_in_chains_whatever_their_order_and_direction() -> None:
    pairs = [("mesh:D1", "doid:5"), ("doid:5", "doid:44"), ("hgnc.symbol:X", "mesh:D1")]
    for given_pairs in (pairs, pairs[::-1], [(other, one) for one, other in pairs]):
        identity = Identity({}, None, given_pairs)
        assert {identity.primary(each) for pair in pairs for each in pair} == {"doid:5"}


def test_mappings_join_what_lexicon_and_records_have_joined() -> None:
    identity = Identity({"mesh:D1": "chebi:1", "mesh:D2": "chebi:22"}, {}, [("mesh:D2", "mesh:D1")])
    assert {identity.primary(each) for each in ("mesh:D1", "mesh:D2", "chebi:1", "chebi:22")} == {"chebi:1"}


def test_mappings_in_a_circle_join_all() -> None:
    ring = ["chebi:3", "chebi:1", "chebi:2"]
    identity = Identity({}, None, zip(ring, ring[1:] + ring[:1], strict=True))
    assert {identity.primary(each) for each in ring} == {"chebi:1"}


def test_a_circle_of_lexicon_and_records_is_one_thing() -> None:
    identity = Identity({"chebi:1": "mesh:D1"}, {"mesh:D1": "chebi:1"})
    assert identity.primary("chebi:1") == identity.primary("mesh:D1")


@pytest.mark.parametrize(
    ("best", "other"),
    [
        *(("chebi:99999", "doid:1"), ("doid:99", "ncbigene:1"), ("ncbigene:99", "fplx:A"), ("fplx:AAAA", "mesh:D1")),
        *(("mesh:D000001", "hgnc.symbol:A"), ("hgnc.symbol:ABCDEF", "keyword:A"), ("chebi:9", "chebi:10")),
        *(("mesh:D000001", "mesh:D000002"), ("chemical.name:a", "keyword:abcdefghijklmnop")),
    ],
)
def test_of_equal_identifiers_one_is_preferred(best: str, other: str) -> None:
    assert preference(best) < preference(other)
    for pair in ((best, other), (other, best)):
        identity = Identity({}, None, [pair])
        assert {identity.primary(each) for each in pair} == {best}


CURIES = st.sampled_from([f"{prefix}:{number}" for prefix in ("chebi", "mesh", "doid", "keyword") for number in "123"])


@given(st.lists(st.tuples(CURIES, CURIES)), st.randoms())
def test_any_mappings_join_each_pair_and_their_order_is_no_matter(pairs: list[tuple[str, str]], choose: Any) -> None:
    identity = Identity({}, None, pairs)
    shuffled = pairs[:]
    choose.shuffle(shuffled)
    again = Identity({}, None, shuffled)
    for one, other in pairs:
        primary = identity.primary(one)
        assert primary == identity.primary(other) == again.primary(one) == identity.primary(primary)
        assert preference(primary) <= min(preference(one), preference(other))


# -- one node a thing, through a whole build

CHEMICALS = "word\tmesh\tmatch\tname\tchebi\n"


def chemical(word: str, mesh: str = "NA", chebi: str = "NA", name: str = "NA") -> str:
    return f"{CHEMICALS}{word}\t{mesh}\tNA\t{name}\t{chebi}\n"


def tables_of(folder: Path, files: dict[str, str], **parameters: Any) -> tuple[dict[str, dict[str, Any]], BuildResult]:
    """Build the tables of the files; give the entities by id, and the result."""
    corpus = write_toy(folder / "corpus", files)
    (folder / "tables").mkdir()
    result = build_tables([str(corpus)], folder / "tables", BuildParameters(**parameters))
    rows = pq.read_table(folder / "tables" / "entities.parquet").to_pylist()
    return {row["entity_id"]: row for row in rows}, result


def built(folder: Path, files: dict[str, str], **parameters: Any) -> dict[str, dict[str, Any]]:
    return tables_of(folder, files, **parameters)[0]


def test_a_chemical_by_mesh_in_one_table_and_by_chebi_in_another_is_one_node(tmp_path: Path) -> None:
    found = built(
        tmp_path,
        {
            "_data/PMC1__a-chemicals.tsv": chemical("ATP", mesh="mesh:D000255"),
            "_data/PMC2__b-chemicals.tsv": chemical("ATP", chebi="chebi:15422"),
        },
    )
    assert list(found) == ["chebi:15422"]
    assert (found["chebi:15422"]["figures"], found["chebi:15422"]["xrefs"]) == (
        2,
        ["chebi:30616", "chebi:57299", "mesh:D000255"],
    )


def test_records_join_identifiers_that_the_lexicon_does_not_know(tmp_path: Path) -> None:
    found = built(
        tmp_path,
        {
            "_data/PMC1__a-chemicals.tsv": chemical("wonder", mesh="mesh:C999999"),
            "_data/PMC2__b-chemicals.tsv": chemical("wonder drug", chebi="chebi:99999999", name="wonder"),
            "_data/PMC3__c-chemicals.tsv": chemical("W", "mesh:C999999", "chebi:99999999", "wonder"),
        },
    )
    assert list(found) == ["chebi:99999999"]
    (entity,) = found.values()
    assert (entity["name"], entity["figures"], entity["xrefs"]) == ("wonder", 3, ["mesh:C999999"])
    assert entity["synonyms"] == ["W", "wonder drug"]


def test_every_identifier_of_a_thing_is_among_its_cross_references(tmp_path: Path) -> None:
    found = built(
        tmp_path,
        {
            "_data/PMC1__a-chemicals.tsv": chemical("calcium", mesh="mesh:D002118"),
            "_data/PMC2__b-chemicals.tsv": chemical("Ca", chebi="chebi:22984"),
        },
    )
    assert list(found) == ["chebi:29108"]
    (entity,) = found.values()
    assert (entity["name"], entity["xrefs"]) == ("calcium(2+)", ["chebi:22984", "mesh:D002118"])
    assert entity["synonyms"] == ["Ca", "calcium"]


def test_calcium_as_a_keyword_and_by_mesh_in_a_table_is_one_node(tmp_path: Path) -> None:
    found = built(
        tmp_path,
        {
            "_figures/PMC1__a.md": record("PMC1__a", keywords=("Ca2+",)),
            "_data/PMC2__b-chemicals.tsv": chemical("Calcium", mesh="MESH:D002118"),
        },
    )
    assert {id_: row["figures"] for id_, row in found.items()} == {"chebi:29108": 2}


def test_two_irons_with_one_mesh_record_stay_two(tmp_path: Path) -> None:
    found = built(
        tmp_path,
        {
            "_figures/PMC1__a.md": record("PMC1__a", keywords=("Fe2+", "Fe3+")),
            "_data/PMC2__b-chemicals.tsv": chemical("Fe2+", "mesh:D007501", "chebi:29033"),
            "_data/PMC3__c-chemicals.tsv": chemical("Fe3+", "mesh:D007501", "chebi:29034"),
            "_data/PMC4__d-chemicals.tsv": chemical("iron", mesh="mesh:D007501"),
        },
    )
    assert {id_: (row["name"], row["figures"]) for id_, row in found.items()} == {
        "chebi:29033": ("iron(2+)", 2),
        "chebi:29034": ("iron(3+)", 2),
        "mesh:D007501": ("Iron", 1),
    }


MAPPINGS = "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"


def test_a_mapping_file_joins_two_identifiers_and_is_recorded_by_digest(tmp_path: Path) -> None:
    text = MAPPINGS + "mesh:D007501\tskos:exactMatch\tchebi:29033\tsemapv:ManualMappingCuration\n"
    mapping = tmp_path / "iron.sssom.tsv"
    mapping.write_text(text, encoding="utf-8")
    files = {
        "_data/PMC1__a-chemicals.tsv": chemical("iron", mesh="mesh:D007501"),
        "_data/PMC2__b-chemicals.tsv": chemical("Fe2+", chebi="chebi:29033"),
    }
    two, without = tables_of(tmp_path / "without", files)
    assert set(two) == {"chebi:29033", "mesh:D007501"}
    found, recorded = tables_of(tmp_path / "with", files, mappings=(str(mapping),))
    assert {id_: (row["figures"], row["xrefs"]) for id_, row in found.items()} == {"chebi:29033": (2, ["mesh:D007501"])}
    assert without.manifest["mappings"] == []
    assert recorded.manifest["mappings"] == [{"sha256": hashlib.sha256(text.encode()).hexdigest(), "pairs": 1}]
    assert str(tmp_path) not in json.dumps(recorded.manifest)


def test_an_outdated_symbol_without_an_identifier_is_the_gene_it_was_renamed_to(tmp_path: Path) -> None:
    inline = "genes: [{word: parkin, symbol: PARK2, source: hgnc_prev_symbol}]"
    found = built(tmp_path, {"_figures/PMC1__a.md": record("PMC1__a", inline)})
    assert list(found) == ["ncbigene:5071"]
    (entity,) = found.values()
    assert (entity["name"], entity["synonyms"], entity["xrefs"]) == ("PRKN", ["PARK2"], ["hgnc.symbol:PRKN"])
    assert (entity["id_status"], entity["taxon"]) == ("lexicon", "ncbitaxon:9606")


def test_an_outdated_symbol_with_an_identifier_has_the_name_of_today(tmp_path: Path) -> None:
    row = ("parkin", "PARKIN", "PARK2", "5071", "ncbigene_symbol")
    found = built(tmp_path, {"_data/PMC1__a-genes.tsv": genes(row)})
    (entity,) = found.values()
    assert (entity["name"], entity["synonyms"], entity["id_status"]) == ("PRKN", ["PARK2"], "given")


def test_a_gene_of_the_mouse_keeps_organism_and_case_beside_its_human_namesake(tmp_path: Path) -> None:
    human = "9606\tHomo sapiens\tPrimates\tPTEN\tPTEN\tPTEN\t5728\tncbigene_symbol\t1\t1\t1\n"
    mouse = "10090\tMus musculus\tRodents\tPten\tPTEN\tPten\t19211\tncbigene_symbol\t1\t1\t1\n"
    found = built(tmp_path, {"_data/PMC1__a-genes.tsv": GENE_HEADER + human + mouse})
    assert {id_: (row["name"], row["taxon"], row["synonyms"], row["xrefs"]) for id_, row in found.items()} == {
        "ncbigene:5728": ("PTEN", "ncbitaxon:9606", [], ["hgnc.symbol:PTEN"]),
        "ncbigene:19211": ("Pten", "ncbitaxon:10090", [], []),
    }


def test_every_spelling_of_a_gene_is_a_synonym_once(tmp_path: Path) -> None:
    rows = [("Hdm2", "HDM2", "HDM2", "4193", "hgnc_prev_symbol"), MDM2]
    found = built(tmp_path, {f"_data/PMC{n}__a-genes.tsv": genes(*rows) for n in (1, 2)})
    assert [(row["name"], row["synonyms"]) for row in found.values()] == [("MDM2", ["HDM2"])]


# -- mapping files


def mapped(folder: Path, rows: str, **files: str) -> tuple[dict[str, dict[str, Any]], str]:
    """Build a record with the keywords XYZZY and AKT1, and one mapping file; give the entities and the report."""
    folder.mkdir(exist_ok=True)
    path = folder / "my.sssom.tsv"
    path.write_text("subject_id\tpredicate_id\tobject_id\n" + rows)
    figure = {"_figures/PMC1__a.md": record("PMC1__a", keywords=("XYZZY", "AKT1"))}
    entities, result = tables_of(folder, figure | files, mappings=(str(path),))
    return entities, "\n".join(f"{line.severity}\t{line.code}\t{line.file}\t\t{line.message}" for line in result.report)


def test_a_keyword_that_nothing_grounds_is_what_a_mapping_says(tmp_path: Path) -> None:
    entities, _ = mapped(tmp_path, "keyword:XYZZY\tskos:exactMatch\tNCBIGene:2475\n")
    assert set(entities) == {"ncbigene:2475", "ncbigene:207"}
    mtor = entities["ncbigene:2475"]
    assert (mtor["name"], mtor["category"], mtor["id_status"]) == ("MTOR", "gene", "lexicon")
    assert (mtor["taxon"], mtor["synonyms"]) == ("ncbitaxon:9606", ["XYZZY"])


def test_a_mapping_to_an_identifier_that_nobody_knows_keeps_the_name(tmp_path: Path) -> None:
    entities, _ = mapped(tmp_path, "keyword:XYZZY\tskos:exactMatch\tCHEBI:99999999\n")
    found = entities["chebi:99999999"]
    assert (found["name"], found["category"], found["xrefs"]) == ("XYZZY", "chemical", ["keyword:XYZZY"])


@pytest.mark.parametrize(
    "row", ["NCBIGene:207\tskos:exactMatch\tCHEBI:17234\n", "fplx:FOX\tskos:exactMatch\tNCBIGene:207\n"]
)
def test_two_kinds_are_not_made_one_thing(tmp_path: Path, row: str) -> None:
    entities, report = mapped(tmp_path, row)
    assert entities["ncbigene:207"]["category"] == "gene"
    assert "warning\tmappings-refused\t\t\t1 mappings would join entities of two categories" in report


def test_genes_of_two_organisms_are_not_made_one_thing() -> None:
    taxa = {"ncbigene:207": "ncbitaxon:9606", "ncbigene:11651": "ncbitaxon:10090"}
    assert compatible([("ncbigene:207", "ncbigene:11651"), ("ncbigene:1", "ncbigene:207")], taxa) == (
        [("ncbigene:1", "ncbigene:207")],
        1,
    )


def test_a_chain_does_not_join_two_kinds_either() -> None:
    pairs = [("chebi:1", "mesh:D1"), ("mesh:D1", "keyword:a"), ("keyword:a", "doid:1")]
    assert compatible(pairs, {}) == (pairs[:2], 1)


def test_an_identifier_with_a_name_goes_before_a_shorter_one(tmp_path: Path) -> None:
    table = {"_data/PMC1__a-chemicals.tsv": "word\tmesh\tmatch\tname\tchebi\nGlucose\tNA\tNA\tNA\tchebi:17234\n"}
    entities, _ = mapped(tmp_path, "CHEBI:17234\tskos:exactMatch\tCHEBI:9\n", **table)
    assert entities["chebi:17234"]["name"] == "glucose"


def test_rows_that_give_no_pair_are_reported(tmp_path: Path) -> None:
    rows = "MONDO:1\tskos:exactMatch\tDOID:1\nCHEBI:1\tskos:broadMatch\tCHEBI:2\n"
    _, report = mapped(tmp_path, rows)
    assert "mappings-skipped\tmy.sssom.tsv\t\trows that give no pair were skipped: 1 for their predicate" in report


# -- organisms


def test_a_bare_symbol_of_a_mouse_figure_is_no_human_gene(tmp_path: Path) -> None:
    mouse = ("organisms_ner:", "- Mus musculus")
    files = {
        "_figures/PMC1__m.md": record("PMC1__m", *mouse, keywords=("TNFRSF11A", "HLA-DRB1", "ATP")),
        "_figures/PMC2__h.md": record(
            "PMC2__h", "organisms_ner:", "- Homo sapiens", "- Mus musculus", keywords=("PTEN",)
        ),
        "_figures/PMC3__n.md": record("PMC3__n", keywords=("AKT1",)),
    }
    assert set(built(tmp_path, files)) == {
        "ncbigene:21934",
        "keyword:HLA-DRB1",
        "chebi:15422",
        "ncbigene:5728",
        "ncbigene:207",
    }


def test_what_two_entities_refer_to_is_exactly_neither(tmp_path: Path) -> None:
    rows = "Fe2+\tmesh:D007501\tNA\tNA\tchebi:29033\nFe3+\tmesh:D007501\tNA\tNA\tchebi:29034\n"
    files = {
        "_figures/PMC1__a.md": record("PMC1__a"),
        "_data/PMC1__a-chemicals.tsv": "word\tmesh\tmatch\tname\tchebi\n" + rows,
    }
    release([str(write_toy(tmp_path / "corpus", files))], tmp_path / "exports", with_store=False)
    turtle = (tmp_path / "exports" / "pfocr.ttl").read_text()
    assert turtle.count("skos:closeMatch mesh:D007501") == 2
    assert "skos:exactMatch mesh:D007501" not in turtle
