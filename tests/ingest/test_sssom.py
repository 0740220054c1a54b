"""SSSOM: every way an identifier is written comes out as ours, what we write reads back, nothing crashes it.

The rules are those of the standard's TSV format, https://mapping-commons.github.io/sssom/spec-formats-tsv.
"""

import csv
import gzip
import hashlib
import re
from io import BytesIO, StringIO
from pathlib import Path

import pytest
import yaml
from helpers.builds import build_graph
from helpers.corpus import record, write_toy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import __version__
from kg.building.options import BuildParameters
from kg.errors import SourceError, UnknownPrefix
from kg.exporters.sssom import COLUMNS, Sssom, _namespace
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.ingest.sssom import Mappings, read
from kg.model.identifiers import expand

HEADER = "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
END = "semapv:ManualMappingCuration"
OBO = "http://purl.obolibrary.org/obo/"


def table(*rows: str, predicate: str = "skos:exactMatch") -> str:
    """Return a table from `subject object` rows."""
    return HEADER + "".join(f"{row.split(' ')[0]}\t{predicate}\t{row.split(' ')[1]}\t{END}\n" for row in rows)


def given_text(tmp_path: Path, text: str) -> Mappings:
    path = tmp_path / "some.sssom.tsv"
    path.write_text(text, encoding="utf-8", newline="")
    return read(path)


def reading(tmp_path: Path, written: str, *curie_map: str) -> str | None:
    """Return our CURIE of one identifier under a `curie_map`, or None."""
    head = "#curie_map:\n" + "".join(f"#  {line}\n" for line in curie_map) if curie_map else ""
    found = given_text(tmp_path, head + table(f"{written} hgnc.symbol:X"))
    return found.pairs[0][0] if found.pairs else None


# -- pairs


def test_a_file_in_the_form_of_the_standard(tmp_path: Path) -> None:
    text = (
        "#curie_map:\n#  CHEBI: http://purl.obolibrary.org/obo/CHEBI_\n#  MESH: http://id.nlm.nih.gov/mesh/\n"
        "#mapping_set_id: https://example.org/set\n#license: https://creativecommons.org/publicdomain/zero/1.0/\n"
        "#creator_id:\n#  - orcid:0000-0000-0000-0000\n#mapping_date: 2022-05-02\n"
        "subject_id\tsubject_label\tpredicate_id\tobject_id\tmapping_justification\tcomment\n"
        f'CHEBI:15422\tATP\tskos:exactMatch\tMESH:D000255\t{END}\t"a ""note""\n\tof two lines"\n'
        f"MESH:D000255\tATP\tskos:exactMatch\tCHEBI:15422\t{END}\t\n"
        f'CHEBI:15422\tthe 5" ATP\tskos:exactMatch\tMESH:D000255\t{END}\t\n'
        f"CHEBI:2981\tbaicalin\tskos:exactMatch\tMESH:C038044\t{END}\n"
    )
    found = given_text(tmp_path, text)
    assert found.pairs == (
        ("chebi:15422", "mesh:D000255"),
        ("mesh:D000255", "chebi:15422"),
        ("chebi:2981", "mesh:C038044"),
    )
    assert found.skipped == {"duplicate": 1}
    assert found.digest == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "predicate",
    [
        *("skos:exactMatch", "owl:sameAs", "owl:equivalentClass", "http://www.w3.org/2004/02/skos/core#exactMatch"),
        *("<http://www.w3.org/2002/07/owl#sameAs>", "http://www.w3.org/2002/07/owl#equivalentClass", "s:exactMatch"),
    ],
)
def test_predicates_of_the_same_thing(tmp_path: Path, predicate: str) -> None:
    head = "#curie_map:\n#  s: http://www.w3.org/2004/02/skos/core#\n#  skos: https://example.org/not-skos/\n"
    found = given_text(tmp_path, head + table("chebi:1 mesh:D2", predicate=predicate))
    assert found.pairs == (("chebi:1", "mesh:D2"),)


def test_what_gives_no_pair_is_counted_by_reason(tmp_path: Path) -> None:
    rows = (
        *("chebi:1\tskos:closeMatch\tmesh:D1\t", "chebi:1\toboInOwl:hasDbXref\tmesh:D1\t", "chebi:1\t\tmesh:D1\t"),
        *("chebi:1\tskos:exactMatch\tmesh:D1\tNot", "UMLS:C1\tskos:exactMatch\tmesh:D1\t"),
        *("chebi:1\tskos:exactMatch\tsssom:NoTermFound\t", "chebi:one\tskos:exactMatch\tmesh:D1\t"),
        *("\tskos:exactMatch\tmesh:D1\t", "chebi:1\tskos:exactMatch", "chebi:1\tskos:exactMatch\tCHEBI:1\t", "", "\t"),
    )
    header = "subject_id\tpredicate_id\tobject_id\tpredicate_modifier\n"
    found = given_text(tmp_path, header + "\n".join(rows) + "\n")
    assert found.pairs == ()
    assert found.skipped == {"predicate": 3, "negated": 1, "prefix": 2, "identifier": 3, "itself": 1}


# -- identifiers


@pytest.mark.parametrize(
    ("written", "curie"),
    [
        *((text, "chebi:15422") for text in ("chebi:15422", "CHEBI:15422", "ChEBI:CHEBI:15422", f"{OBO}CHEBI_15422")),
        *((text, "mesh:D000255") for text in ("mesh:D000255", "MESH:D000255", "MeSH:D000255", "MSH:D000255")),
        *((text, "doid:0050686") for text in ("DOID:0050686", "doid:0050686", f"<{OBO}DOID_0050686>")),
        *((f"{prefix}:8600", "ncbigene:8600") for prefix in ("NCBIGene", "ncbigene", "NCBI_Gene", "entrez", "GeneID")),
        *((f"{prefix}:TNFSF11", "hgnc.symbol:TNFSF11") for prefix in ("hgnc.symbol", "HGNC.SYMBOL", "hgnc_symbol")),
        ("http://id.nlm.nih.gov/mesh/D000255", "mesh:D000255"),
        ("https://id.nlm.nih.gov/mesh/D000255", "mesh:D000255"),
        ("http://identifiers.org/mesh/D000255", "mesh:D000255"),
        ("https://identifiers.org/mesh:D000255", "mesh:D000255"),
        ("https://identifiers.org/chebi/CHEBI:15422", "chebi:15422"),
        ("https://bioregistry.io/ncbigene:8600", "ncbigene:8600"),
        ("HGNC:11926", None),
        ("mesh:T000255", None),
        ("ncbigene:8600x", None),
        (f"{OBO}MONDO_0000001", None),
        ("https://example.org/15422", None),
        ("15422", None),
        (":15422", None),
        ("chebi:", None),
    ],
)
def test_identifiers_in_usual_spellings(tmp_path: Path, written: str, curie: str | None) -> None:
    assert reading(tmp_path, written) == curie


@pytest.mark.parametrize(
    ("written", "curie_map", "curie"),
    [
        ("C:15422", f"C: {OBO}CHEBI_", "chebi:15422"),
        ("obo:CHEBI_15422", f"obo: {OBO}", "chebi:15422"),
        # The prefix says what is meant where its IRI is none of ours.
        ("MESH:D000255", "MESH: https://meshb.nlm.nih.gov/record/ui?ui=", "mesh:D000255"),
        (
            "https://meshb.nlm.nih.gov/record/ui?ui=D000255",
            "MESH: https://meshb.nlm.nih.gov/record/ui?ui=",
            "mesh:D000255",
        ),
        # And its IRI says it where both do.
        ("mesh:15422", f"mesh: {OBO}CHEBI_", "chebi:15422"),
        ("keyword:Ca2%2B", "keyword: https://example.org/kg/keyword/", "keyword:Ca2%2B"),
        ("https://example.org/kg/keyword/Ca2%2B", "keyword: https://example.org/kg/keyword/", "keyword:Ca2%2B"),
        ("other:1", "other: https://example.org/", None),
    ],
)
def test_identifiers_under_the_prefixes_of_the_file(
    tmp_path: Path, written: str, curie_map: str, curie: str | None
) -> None:
    assert reading(tmp_path, written, curie_map) == curie


def test_the_longest_prefix_of_an_iri_is_meant(tmp_path: Path) -> None:
    prefixes = ("hgnc.symbol: https://example.org/", "other: https://example.org/other/")
    assert reading(tmp_path, "https://example.org/TP53", *prefixes) == "hgnc.symbol:TP53"
    assert reading(tmp_path, "https://example.org/other/TP53", *prefixes) is None


# -- where it lies


def test_metadata_beside_the_table(tmp_path: Path) -> None:
    rows = table("C:15422 mesh:D000255")
    metadata = f"---\ncurie_map:\n  C: {OBO}CHEBI_\nmapping_set_id: https://example.org/set\n"
    (tmp_path / "some.sssom.yml").write_text(metadata, encoding="utf-8")
    found = given_text(tmp_path, rows)
    assert found.pairs == (("chebi:15422", "mesh:D000255"),)
    assert found.digest == hashlib.sha256((rows + metadata).encode()).hexdigest()
    (tmp_path / "some.tsv").write_text(rows, encoding="utf-8")
    assert read(tmp_path / "some.tsv") == found


def test_gzip_by_suffix(tmp_path: Path) -> None:
    packed = gzip.compress(table("chebi:15422 mesh:D000255").encode(), mtime=0)
    path = tmp_path / "some.sssom.tsv.gz"
    path.write_bytes(packed)
    assert read(path) == Mappings((("chebi:15422", "mesh:D000255"),), hashlib.sha256(packed).hexdigest(), {})
    path.write_bytes(packed[:-9])
    with pytest.raises(SourceError, match=r"some\.sssom\.tsv\.gz: damaged gzip .*; fetch it again"):
        read(path)


def test_a_gzip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.ingest.sssom.MAX_FILE_BYTES", 1024**2)
    path = tmp_path / "some.tsv.gz"
    path.write_bytes(gzip.compress(bytes(2 * 1024**2)))
    with pytest.raises(SourceError, match="larger than 1 MiB when unpacked"):
        read(path)


@pytest.mark.parametrize(
    "head", ["", "\ufeff", "# curie_map:\n#   C: http://purl.obolibrary.org/obo/CHEBI_\t\t\n", "#\n"]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_heads_and_line_ends_of_other_writers(tmp_path: Path, head: str, line_end: str) -> None:
    found = given_text(tmp_path, (head + table("CHEBI:1 mesh:D2")).replace("\n", line_end))
    assert found.pairs == (("chebi:1", "mesh:D2"),)


# -- refusals


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ":1: not SSSOM: the header lacks the columns subject_id, predicate_id, object_id; it must be tab-"),
        ("subject_id\tobject_id\nchebi:1\tmesh:D1\n", ":1: not SSSOM: the header lacks the columns predicate_id;"),
        (table("a:1 b:2").replace("\t", ","), ":1: not SSSOM: the header lacks"),
        ("#license: x\n\n" + table("a:1 b:2"), ":2: not SSSOM: the header lacks .* right after any # lines"),
        ("#license: x\n" + HEADER, ":2: not SSSOM: a header and no rows"),
        (f"subject_id\t{HEADER}a:1\n", ":1: not SSSOM: the header has the column subject_id twice"),
        ("#license: x\n#  y: [\n" + table("a:1 b:2"), ":2: not SSSOM: bad YAML"),
        ("#a: &x 1\n#b: *x\n" + table("a:1 b:2"), ":1: not SSSOM: anchor &x"),
        ("#license: x\n#curie_map: chebi\n" + table("a:1 b:2"), ":2: not SSSOM: curie_map is not a mapping"),
        ("#curie_map:\n#  a: b\n#  c:\n" + table("a:1 b:2"), ":3: not SSSOM: prefix 'c' in curie_map has no IRI"),
        ("#license: x\n" + table("a:1 b:2") + '"a\n', ":4: not SSSOM: unexpected end of data; put a value with a tab"),
        (table("a:1 b:2") + '"a" b\tc\n', ":3: not SSSOM: .* in quotes, and double its own"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=r"some\.sssom\.tsv" + message):
        given_text(tmp_path, text)


def test_bad_external_metadata_is_refused_under_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "some.sssom.yml").write_text("license: x\ncurie_map: y\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"some\.sssom\.yml:2: not SSSOM: curie_map is not"):
        given_text(tmp_path, table("a:1 b:2"))


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    for name in ("absent.sssom.tsv", "a\0b"):
        with pytest.raises(SourceError, match="give an SSSOM file"):
            read(tmp_path / name)
    with pytest.raises(SourceError, match="give an SSSOM file"):
        read(tmp_path)
    (tmp_path / "latin.tsv").write_bytes(b"#a: b\n\xe9\n")
    with pytest.raises(SourceError, match=r"latin\.tsv:2: not SSSOM: not UTF-8 at byte 6"):
        read(tmp_path / "latin.tsv")


PIECES = (
    *(
        "#",
        "#curie_map:",
        "\n",
        "\n#  C: http://purl.obolibrary.org/obo/CHEBI_",
        "\t",
        '"',
        '""',
        ":",
        "%",
        "%2",
        "<",
        ">",
    ),
    *(HEADER, "chebi:1", "skos:exactMatch", "mesh:D1", "keyword:", "http://", "https://identifiers.org/", "\r", "\0"),
    *(
        "\ufeff",
        "\x85",
        "\u2028",
        "[",
        "{",
        "&a",
        "*a",
        "?",
        "\U0001f9ec",
        "doi:10.1/a/b",
        "Not",
        "C:1",
        "-",
        "|",
        "\\",
    ),
)
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=4)).map("".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | texts.map(lambda text: text.encode("utf-8", "replace")), st.booleans())
def test_any_bytes_are_read_or_refused(tmp_path: Path, body: bytes, with_header: bool) -> None:
    path = tmp_path / "some.sssom.tsv"
    path.write_bytes(HEADER.encode() * with_header + body)
    try:
        found = read(path)
    except SourceError as error:
        assert str(path) in str(error)  # noqa: PT017
    else:
        assert all(expand(end) and one != other for one, other in found.pairs for end in (one, other))


# -- what we write


def written(build: Path) -> bytes:
    file = BytesIO()
    with KnowledgeGraph(build) as graph:
        count = Sssom().write(graph, None, file)
        rows = graph.engine.fetch("SELECT sum(len(xrefs)) AS n FROM entities")["n"][0].as_py()
    assert count == rows
    return file.getvalue()


def pairs_of(build: Path) -> list[tuple[str, str]]:
    with KnowledgeGraph(build) as graph:
        rows = graph.engine.fetch("SELECT entity_id, xrefs FROM entities ORDER BY entity_id").to_pylist()
    return [(row["entity_id"], xref) for row in rows for xref in row["xrefs"]]


def test_the_toy_by_hand(toy_build: Path) -> None:
    assert written(toy_build).decode() == (
        "#curie_map:\n"
        "#  chebi: http://purl.obolibrary.org/obo/CHEBI_\n"
        "#  doid: http://purl.obolibrary.org/obo/DOID_\n"
        "#  hgnc.symbol: https://identifiers.org/hgnc.symbol/\n"
        "#  mesh: http://id.nlm.nih.gov/mesh/\n"
        "#  ncbigene: https://identifiers.org/ncbigene/\n"
        "#mapping_set_id: https://w3id.org/pfocr-kg/mappings\n"
        "#license: https://creativecommons.org/publicdomain/zero/1.0/\n"
        "#mapping_tool: kg\n"
        f"#mapping_tool_version: {__version__}\n"
        "subject_id\tsubject_label\tpredicate_id\tobject_id\tmapping_justification\n"
        "chebi:15422\tATP\tskos:exactMatch\tchebi:30616\tsemapv:UnspecifiedMatching\n"
        "chebi:15422\tATP\tskos:exactMatch\tchebi:57299\tsemapv:UnspecifiedMatching\n"
        "chebi:15422\tATP\tskos:exactMatch\tmesh:D000255\tsemapv:UnspecifiedMatching\n"
        "doid:11476\tosteoporosis\tskos:exactMatch\tmesh:D010024\tsemapv:UnspecifiedMatching\n"
        "ncbigene:207\tAKT1\tskos:exactMatch\thgnc.symbol:AKT1\tsemapv:UnspecifiedMatching\n"
        "ncbigene:208\tAKT2\tskos:exactMatch\thgnc.symbol:AKT2\tsemapv:UnspecifiedMatching\n"
        "ncbigene:4193\tMDM2\tskos:exactMatch\thgnc.symbol:MDM2\tsemapv:UnspecifiedMatching\n"
        "ncbigene:7157\tTP53\tskos:exactMatch\thgnc.symbol:TP53\tsemapv:UnspecifiedMatching\n"
    )


@pytest.mark.parametrize("name", ["seeds_build", "toy_build"])
def test_what_we_write_reads_back_as_the_same_pairs(request: pytest.FixtureRequest, tmp_path: Path, name: str) -> None:
    build = request.getfixturevalue(name)
    path = tmp_path / "some.sssom.tsv"
    path.write_bytes(written(build))
    found = read(path)
    assert found.pairs
    assert list(found.pairs) == pairs_of(build)
    assert found.skipped == {}
    assert path.read_bytes() == written(build)


def test_every_row_has_what_the_standard_requires(seeds_build: Path) -> None:
    text = written(seeds_build).decode()
    head = [line for line in text.split("\n") if line.startswith("#")]
    metadata = yaml.safe_load("\n".join(line[1:] for line in head))
    assert list(metadata) == ["curie_map", "mapping_set_id", "license", "mapping_tool", "mapping_tool_version"]
    rows = list(csv.DictReader(StringIO(text.split("\n", len(head))[-1]), delimiter="\t"))
    assert list(rows[0]) == list(COLUMNS)
    assert all(all(row.values()) for row in rows)
    used = {row[end].partition(":")[0] for row in rows for end in ("subject_id", "object_id")}
    assert list(metadata["curie_map"]) == sorted(used)
    for row in rows:
        for end in ("subject_id", "object_id"):
            prefix, _, local = row[end].partition(":")
            assert re.fullmatch("[a-z][a-z.]*", prefix)
            assert metadata["curie_map"][prefix] + local == expand(row[end])
    assert {(row["predicate_id"], row["mapping_justification"]) for row in rows} == {
        ("skos:exactMatch", "semapv:UnspecifiedMatching")
    }


def test_names_with_quotes_and_a_base_of_ones_own(tmp_path: Path) -> None:
    chemicals = 'word\tmesh\tmatch\tname\tchebi\nATP\tmesh:C999999\tATP\t"A" #1\tchebi:9999999\n'
    files = {"_figures/PMC1__x.md": record("PMC1__x"), "_data/PMC1__x-chemicals.tsv": chemicals}
    build = tmp_path / "exports"
    build_graph([str(write_toy(tmp_path / "in", files))], build, BuildParameters(base="https://example.org/kg/"))
    text = written(build).decode()
    assert "#mapping_set_id: https://example.org/kg/mappings\n" in text
    assert '\nchebi:9999999\t"""A"" #1"\tskos:exactMatch\tmesh:C999999\tsemapv:UnspecifiedMatching\n' in text
    assert given_text(tmp_path, text).pairs == (("chebi:9999999", "mesh:C999999"),)


def test_a_build_without_xrefs_is_an_empty_set(tmp_path: Path) -> None:
    files = {"_figures/PMC1__x.md": record("PMC1__x", keywords=("no such thing",))}
    build = tmp_path / "exports"
    build_graph([str(write_toy(tmp_path / "in", files))], build)
    text = written(build).decode()
    assert text.startswith("#curie_map: {}\n#mapping_set_id: ")
    assert text.endswith("\n" + "\t".join(COLUMNS) + "\n")


def test_prefixes_of_what_has_other_names() -> None:
    assert _namespace("keyword", "https://example.org/") == "https://example.org/keyword/"
    for prefix in ("pfocr", "uniprot"):
        with pytest.raises(UnknownPrefix, match=f"no SSSOM prefix for '{prefix}'; .* have one of: pmc, pubmed"):
            _namespace(prefix, "https://example.org/")
