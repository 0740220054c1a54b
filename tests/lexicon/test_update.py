"""A newer lexicon: each source in its publisher's own format, what is made of it, and what is refused."""

import gzip
import hashlib
import tomllib
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from kg.errors import LexiconError
from kg.lexicon import files
from kg.lexicon.update import compile as rules
from kg.lexicon.update import organisms, update
from kg.lexicon.update.compile import Gene, Relation
from kg.runtime.download.answers import Client

HGNC = (
    "hgnc_id\tsymbol\tname\tlocus_group\tlocus_type\tstatus\talias_symbol\tprev_symbol\tdate_modified\tentrez_id"
    "\tensembl_gene_id\tuniprot_ids\n"
    "HGNC:11998\tTP53\ttumor protein p53\tp\tg\tApproved\tp53|LFS1\t\t2024-05-01\t7157\tENSG00000141510\tP04637\n"
    'HGNC:11926\tTNFSF11\tTNF "x" member 11\tp\tg\tApproved\t"TRANCE|RANKL|OPGL"\t\t2025-01-31\t8600\t\t'
    '"O14788|O14788|A0A024R1Z8"\n'
    "HGNC:20\tAARS1\talanyl-tRNA synthetase 1\tp\tg\tApproved\t\tAARS\t2023-01-01\t16\tENSG00000090861\tLRG_359\n"
    "HGNC:9\tGONE\twithdrawn\tp\tg\tEntry Withdrawn\t\t\t2023-01-01\t99\tENSG00000000099\t\n"
    "HGNC:7\tNOID\twithout a gene id\tp\tg\tApproved\t\t\t2023-01-01\t\tENSG00000000007\t\n"
    "HGNC:30\tBARE\twithout other ids\tp\tg\tApproved\t\t\t2023-01-01\t30\tENSG1\t\n"
)
NCBI = (
    "#tax_id\tGeneID\tSymbol\tLocusTag\tSynonyms\tdbXrefs\ttype_of_gene\tModification_date\tFeature_type\n"
    "9606\t7157\tTP53\t-\tBCC7|P53|TRP53|trp53\tHGNC:HGNC:11998\tprotein-coding\t20250607\t-\n"
    "9606\t16\tAARS1\t-\t-\tHGNC:HGNC:20\tprotein-coding\t20250101\t-\n"
    "9606\t7523\tXS\t-\tLUXS|two words\t-\tunknown\t20240101\t-\n"
    "9606\t645949\tLOC645949\t-\t-\t-\tncRNA\t20240101\t-\n"
    "9606\t111\tHBB-LCR\t-\t-\t-\tbiological-region\t20240101\t-\n"
    "9606\t112\tNEWENTRY\t-\t-\t-\tother\t20240101\t-\n"
    "10090\t22059\tTrp53\t-\tbbl\t-\tprotein-coding\t20260101\t-\n"
)
GENE_ROWS = [
    "20\tAARS1\t16\t\tAARS\t",
    "30\tBARE\t30\t\t\t",
    "11926\tTNFSF11\t8600\tTRANCE|RANKL|OPGL\t\t",
    "11998\tTP53\t7157\tp53|LFS1\t\tBCC7|TRP53",
    "\tXS\t7523\t\t\tLUXS",
]
GENE_ID_ROWS = ["16\tENSG00000090861\t", "7157\tENSG00000141510\tP04637", "8600\t\tO14788|A0A024R1Z8"]
RELATIONS = (
    "HGNC,AARS,isa,FPLX,AB_family\nFPLX,Inner_complex,partof,FPLX,AB_family\nHGNC,TP53,isa,FPLX,AB_family\n"
    "UP,P12345,isa,FPLX,AB_family\nHGNC,TNFSF11,partof,FPLX,Inner_complex\nHGNC,TP53,partof,FPLX,Inner_complex\n"
    "FPLX,AB_family,isa,FPLX,Inner_complex\nHGNC,NOSUCH,isa,FPLX,Empty\n"
)
GROUNDINGS = (
    '"a, b",FPLX,AB_family,,,,\nABs,FPLX,AB_family,MESH,D1,,\np53,HGNC,TP53,,,,\nAB_family,FPLX,AB_family,,,,\n'
    "IC,MESH,D2,FPLX,Inner_complex,,\nx|y,FPLX,Inner_complex,,,,\n"
)
FAMILY_ROWS = ["AB_family\tAB|ABs|a, b\t16|7157|8600", "Inner_complex\tIC|Inner\t8600|7157|16"]


def mesh(tag: str, *records: tuple[str, str, str, str]) -> str:
    """Write records of (id, name, other terms, tree numbers), as MeSH does."""
    ui = "Descriptor" if tag == "Descriptor" else "SupplementalRecord"
    text = f'<?xml version="1.0"?>\n<!DOCTYPE {tag}RecordSet SYSTEM "https://www.nlm.nih.gov/none.dtd">\n'
    text += f'<{tag}RecordSet LanguageCode = "eng">\n'
    for identifier, name, terms, trees in records:
        strings = "".join(
            f'<Term IsPermutedTermYN="{"Y" if term.startswith("~") else "N"}"><TermUI>T1</TermUI>'
            f"<String>{term.removeprefix('~')}</String></Term>"
            for term in [name, *filter(None, terms.split("|"))]
        )
        numbers = "".join(f"<TreeNumber>{tree}</TreeNumber>" for tree in trees.split("|"))
        text += (
            f"<{tag}Record><{ui}UI>{identifier}</{ui}UI><{ui}Name><String>{name}</String></{ui}Name>"
            "<DateRevised><Year>2024</Year><Month>07</Month><Day>02</Day></DateRevised>"
            f"<TreeNumberList>{numbers}</TreeNumberList><ConceptList><Concept><TermList>{strings}</TermList></Concept>"
            f"</ConceptList></{tag}Record>\n"
        )
    return f"{text}</{tag}RecordSet>\n"


DESCRIPTORS = mesh(
    "Descriptor",
    ("D000255", "Adenosine Triphosphate", "ATP|~Triphosphate, Adenosine", "D03.633.100"),
    ("D009569", "Nitric Oxide", "Oxide, Nitric|Nitrogen Monoxide", "D01.625.550"),
    ("D008070", "Lipopolysaccharides", "LPS &amp; kin", "D09.400"),
    ("D051179", "TNF Receptor-Associated Factor 6", "TRAF6", "D08.811|D12.644.360"),
    ("D010024", "Osteoporosis", "Bone Loss, Age-Related", "C05.116.198"),
    ("D000784", "Aneurysm, Dissecting", "", "C14.907.055"),
    ("D003866", "Depressive Disorder", "Melancholia", "F03.600"),
)
SUPPLEMENT = mesh(
    "Supplemental",
    ("C038044", "baicalin", "7-D-glucuronic acid", ""),
    ("C000002", "bevonium", "Acabel", ""),
    ("C000003", "fooyl-CoA", "FooCoA", "D03.1"),
)
CHEBI = """format-version: 1.2
data-version: 245
ontology: chebi

[Term]
id: CHEBI:15422
name: ATP
synonym: "adenosine 5'-triphosphate" EXACT [ChEBI]

[Term]
id: CHEBI:2981
name: baicalin
is_a: CHEBI:24400

[Term]
id: CHEBI:16480
name: nitric oxide

[Term]
id: CHEBI:99
name: lipopolysaccharides
is_obsolete: true

[Typedef]
id: has_part
name: has part
"""
DOID = """format-version: 1.2
data-version: doid/releases/2025-09-30/doid.obo
subsetdef: DO_rare_slim "DO_rare_slim"
ontology: doid

[Term]
id: CHEBI:1
name: somebody else's

[Term]
id: DOID:11476
name: osteoporosis
synonym: "brittle \\"bone\\" disease" EXACT [UMLS_CUI:C0029456]
synonym: "bone loss" BROAD []
xref: ICD10CM:M81.0
xref: MESH:D010024

[Term]
id: DOID:3324
name: mood disorder
synonym: "depressive disorder" RELATED []
is_a: DOID:150 ! disease of mental health
"""
CHEMICAL_ROWS = [
    "chebi:15422\tmesh:D000255\tATP\tAdenosine Triphosphate",
    "chebi:16480\tmesh:D009569\tnitric oxide\tNitrogen Monoxide",
    "chebi:2981\tmesh:C038044\tbaicalin\t",
    "mesh:D008070\t\tLipopolysaccharides\tLPS & kin",
]
RARE_ROWS = ["foocoa\tmesh:C000003\tfooyl-CoA", "fooylcoa\tmesh:C000003\tfooyl-CoA"]
DISEASE_ROWS = [
    'doid:11476\tmesh:D010024\tosteoporosis\tBone Loss, Age-Related|brittle "bone" disease',
    "doid:3324\t\tmood disorder\tdepressive disorder",
    "mesh:D000784\t\tAneurysm, Dissecting\t",
    "mesh:D003866\t\tDepressive Disorder\tMelancholia",
]
ORIGINALS = {
    "hgnc_complete_set.txt": HGNC,
    "Homo_sapiens.gene_info": NCBI,
    "relations.csv": RELATIONS,
    "grounding_map.csv": GROUNDINGS,
    "desc2025.xml": DESCRIPTORS,
    "supp2025.xml": SUPPLEMENT,
    "chebi_lite.obo": CHEBI,
    "doid.obo": DOID,
}
TABLES = {
    "genes.tsv.gz": GENE_ROWS,
    "gene_ids.tsv.gz": GENE_ID_ROWS,
    "families.tsv.gz": FAMILY_ROWS,
    "chemicals.tsv.gz": CHEMICAL_ROWS,
    "rare_chemicals.tsv.gz": RARE_ROWS,
    "diseases.tsv.gz": DISEASE_ROWS,
}


@pytest.fixture
def originals(tmp_path: Path) -> Path:
    folder = tmp_path / "originals"
    folder.mkdir()
    for name, text in ORIGINALS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def rows(path: Path) -> list[str]:
    header, *found = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()
    shapes = {shape.file: shape for shape in files.SHAPES}
    assert header.split("\t") == list(shapes[path.name].columns)
    return found


def sources(folder: Path) -> dict[str, dict[str, dict[str, object]]]:
    loaded: dict[str, dict[str, dict[str, object]]] = tomllib.loads((folder / "SOURCES.toml").read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_made_from_the_original_formats(originals: Path, tmp_path: Path, table: str) -> None:
    made = update.update(sorted(originals.iterdir()), tmp_path / "new" / "lexicon")
    assert made.written == {name: len(expected) for name, expected in TABLES.items()}
    assert (made.unchanged, made.notes) == ({}, ())
    assert rows(made.folder / table) == TABLES[table]


def test_packed_files_under_other_names_are_recognised(originals: Path, tmp_path: Path) -> None:
    packed = []
    for number, name in enumerate(name for name in ORIGINALS if not name.endswith(".csv")):
        packed.append(tmp_path / f"source{number}")
        packed[-1].write_bytes(gzip.compress((originals / name).read_bytes()))
    packed.append(tmp_path / "famplex.bin")
    with zipfile.ZipFile(packed[-1], "w") as archive:
        archive.writestr("famplex-master/README.md", "Not a table.")
        for name in ("relations.csv", "grounding_map.csv"):
            archive.write(originals / name, f"famplex-master/{name}")
    made = update.update(packed, tmp_path / "new")
    assert {name: rows(made.folder / name) for name in TABLES} == TABLES
    described = sources(made.folder)
    assert described["files"]["families.tsv.gz"]["made_from"] == [
        "famplex.bin/famplex-master/relations.csv",
        "famplex.bin/famplex-master/grounding_map.csv",
        "source0",
    ]


def test_sources_describe_what_was_written(originals: Path, tmp_path: Path) -> None:
    made = update.update(sorted(originals.iterdir()), tmp_path / "new")
    described = sources(made.folder)
    assert "CC BY 4.0" in str(described["notice"])
    assert set(described["files"]) == set(TABLES)
    for name, table in described["files"].items():
        content = (made.folder / name).read_bytes()
        assert table["sha256"] == hashlib.sha256(content).hexdigest()
        assert table["rows"] == len(TABLES[name])
    assert described["sources"]["doid.obo"] == {
        "source": "Human Disease Ontology (OBO)",
        "file": "doid.obo",
        "licence": "CC0-1.0",
        "rows": 2,
        "sha256": hashlib.sha256(DOID.encode()).hexdigest(),
        "version": "doid/releases/2025-09-30/doid.obo",
    }
    versions = {name: source.get("version") for name, source in described["sources"].items()}
    assert versions == {
        "hgnc_complete_set.txt": "newest record 2025-01-31",
        "Homo_sapiens.gene_info": "newest record 2025-06-07",
        "relations.csv": None,
        "grounding_map.csv": None,
        "desc2025.xml": "newest record 2024-07-02",
        "supp2025.xml": "newest record 2024-07-02",
        "chebi_lite.obo": "245",
        "doid.obo": "doid/releases/2025-09-30/doid.obo",
        "chemicals.tsv.gz": None,
        "diseases.tsv.gz": None,
    }


def test_the_same_files_give_the_same_bytes(originals: Path, tmp_path: Path) -> None:
    paths = sorted(originals.iterdir())
    first = update.update(paths, tmp_path / "first").folder
    second = update.update([*reversed(paths), paths[0]], tmp_path / "second").folder
    written = {path.name: path.read_bytes() for path in first.iterdir()}
    assert set(written) == {*TABLES, "SOURCES.toml"}
    assert {path.name: path.read_bytes() for path in second.iterdir()} == written
    update.update(paths, first)
    assert {path.name: path.read_bytes() for path in first.iterdir()} == written


def test_tables_without_their_sources_stay_as_they_were(originals: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    made = update.update([originals / "hgnc_complete_set.txt", originals / "Homo_sapiens.gene_info"], folder)
    assert made.written == {"genes.tsv.gz": 5, "gene_ids.tsv.gz": 3}
    assert made.unchanged == {
        "families.tsv.gz": "no FamPlex relations.csv, no FamPlex grounding_map.csv",
        "chemicals.tsv.gz": "no MeSH descriptors (XML), no ChEBI (OBO)",
        "rare_chemicals.tsv.gz": "no MeSH descriptors (XML), no ChEBI (OBO), no MeSH supplementary records (XML)",
        "diseases.tsv.gz": "no MeSH descriptors (XML), no Human Disease Ontology (OBO)",
    }
    genes = (folder / "genes.tsv.gz").read_bytes()
    (originals / "hgnc_complete_set.txt").write_text(HGNC.replace("2025-01-31", "2025-02-01"), encoding="utf-8")
    names = ("hgnc_complete_set.txt", "relations.csv", "grounding_map.csv")
    made = update.update([originals / name for name in names], folder)
    assert made.written == {"families.tsv.gz": 2, "gene_ids.tsv.gz": 3}
    assert (folder / "genes.tsv.gz").read_bytes() == genes
    described = sources(folder)
    newer = hashlib.sha256((originals / names[0]).read_bytes()).hexdigest()
    assert described["files"]["genes.tsv.gz"]["made_from"] == [names[0], "Homo_sapiens.gene_info"]
    assert described["files"]["families.tsv.gz"]["made_from"] == [*names[1:], f"{names[0]} {newer[:8]}"]
    assert described["sources"][names[0]]["version"] == "newest record 2025-01-31"
    assert "notice" not in described


def test_without_a_use_nothing_is_written(originals: Path, tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"^no table can be made .*; chemicals\.tsv\.gz: no MeSH descriptors"):
        update.update([originals / "chebi_lite.obo"], tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_supplementary_records_of_the_bundled_lexicon_stand_in(originals: Path, tmp_path: Path) -> None:
    made = update.update([originals / "desc2025.xml", originals / "chebi_lite.obo"], tmp_path / "new")
    assert "chebi:2981\tmesh:C038044\tbaicalin\t7-D-glucuronic acid-5,6-dihydroxyflavone" in rows(
        made.folder / "chemicals.tsv.gz"
    )
    assert made.notes == ("chemicals.tsv.gz: supplementary records of MeSH are those of the bundled lexicon",)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("page.html", b"<!DOCTYPE html><html>Sign in</html>", r"page\.html: not recognised; .*HGNC complete set"),
        ("mondo.obo", b"format-version: 1.2\nontology: mondo\n\n[Term]\nid: DOID:1\n", "not recognised"),
        ("hgnc.txt", b"hgnc_id\tsymbol\tstatus\nHGNC:5\tA1BG\tApproved\n", r"hgnc\.txt:1: no column entrez_id, "),
        ("hgnc.txt", HGNC.replace("HGNC:20\t", "HGNC:x\t").encode(), r"hgnc\.txt:4: 'HGNC:x', 'AARS1', '16' is not"),
        ("hgnc.txt", (HGNC + "HGNC:5\tA1BG\n").encode(), r"hgnc\.txt:8: 2 cells under 12 columns"),
        ("hgnc.txt", HGNC.splitlines()[0].encode(), "recognised as HGNC complete set, but there is nothing of use"),
        ("hgnc.txt", HGNC.encode() + b"\xff", r"hgnc\.txt: damaged \('utf-8' codec"),
        ("gene_info", NCBI.replace("\t16\t", "\t\t").encode(), r"gene_info:3: '', 'AARS1' is not a gene's id"),
        ("gene_info.gz", gzip.compress(NCBI.encode())[:-20], r"gene_info\.gz: damaged \(.*download it again"),
        ("relations.csv", RELATIONS.encode() + b"HGNC,TP53\n", r"relations\.csv:9: 'HGNC,TP53' is not namespace"),
        ("map.csv", GROUNDINGS.encode() + b"q,FPLX,A,b\n", r"map\.csv:7: 'q' is not followed by pairs"),
        ("desc.xml", DESCRIPTORS[:-30].encode(), r"desc\.xml:\d+: not XML \("),
        ("desc.xml", DESCRIPTORS.replace("D009569", "").encode(), "lacks DescriptorUI .*Nitric Oxide"),
        ("chebi.obo", CHEBI.replace("name: baicalin", "baicalin").encode(), r"chebi\.obo: not OBO \(.*baicalin"),
        ("old.zip", b"PK\x05\x06" + bytes(18), r"old\.zip: neither relations\.csv nor grounding_map\.csv"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_and_nothing_written(
    originals: Path, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    others = [path for path in originals.iterdir() if path.name in {"desc2025.xml", "doid.obo"}]
    with pytest.raises(LexiconError, match=message):
        update.update([tmp_path / name] if name == "desc.xml" else [*others, tmp_path / name], tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_two_of_a_kind_a_missing_file_and_a_folder_are_refused(originals: Path, tmp_path: Path) -> None:
    (tmp_path / "older.obo").write_text(DOID.replace("2025", "2024"), encoding="utf-8")
    with pytest.raises(LexiconError, match=r"older\.obo: Human Disease Ontology \(OBO\) again, after doid\.obo"):
        update.update([originals / "doid.obo", tmp_path / "older.obo"], tmp_path / "new")
    with pytest.raises(LexiconError, match=r"nowhere: cannot be read \(No such file"):
        update.update([tmp_path / "nowhere"], tmp_path / "new")
    with pytest.raises(LexiconError, match=r"originals: cannot be read \("):
        update.update([originals], tmp_path / "new")


def test_a_folder_that_cannot_be_written(originals: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(LexiconError, match=r"file: is a file; give a folder"):
        update.update(sorted(originals.iterdir()), tmp_path / "file")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "SOURCES.toml").write_text("[files", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"SOURCES\.toml: cannot be read \(.*delete it"):
        update.update(sorted(originals.iterdir()), tmp_path / "new")


def test_a_failed_write_leaves_nothing_aside(tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()  # a file cannot take its place
    with pytest.raises(LexiconError, match="cannot be written"):
        update.write(tmp_path, lambda _: {"first": b"1", "second": b"2", "third": b"3"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["second"]


def test_a_symbol_that_two_genes_had_is_in_no_family() -> None:
    approved = [Gene("1", "NEW1", "10", (), ("OLD",)), Gene("2", "NEW2", "20", (), ("OLD", "ONE"))]
    relations = [Relation("HGNC", name, "F") for name in ("OLD", "ONE")]
    assert rules.family_rows(relations, [], approved) == [("F", "", "20")]


# -- downloads


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"half")
            return
        super().do_GET()


@pytest.fixture
def server(originals: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(originals))) as running:
        thread = Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_fetched_files_make_a_lexicon(server: str, tmp_path: Path) -> None:
    folder = tmp_path / "fetched"
    paths = update.fetch(folder, {name: f"{server}/{name}" for name in ORIGINALS})
    assert paths == [folder / name for name in ORIGINALS]
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == ORIGINALS
    assert update.update(paths, tmp_path / "new").written == {name: len(table) for name, table in TABLES.items()}


def test_the_genes_of_an_organism_are_fetched_alone(server: str, originals: Path, tmp_path: Path) -> None:
    header, *_, mouse = NCBI.splitlines()
    (originals / "Mus_musculus.gene_info.gz").write_bytes(gzip.compress(f"{header}\n{mouse}\n".encode()))
    addresses = organisms.urls(["mouse"], {10090: f"{server}/Mus_musculus.gene_info.gz"})
    made = update.update(update.fetch(tmp_path / "fetched", addresses), tmp_path / "new")
    assert rows(tmp_path / "new" / "genes.10090.tsv.gz") == ["\tTrp53\t22059\t\t\tbbl"]
    assert made.written == {"genes.10090.tsv.gz": 1}
    source = sources(tmp_path / "new")["sources"]["Mus_musculus.gene_info.gz"]
    assert source["source"] == "NCBI Gene (gene_info) of mouse"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("{}/nowhere", r"/nowhere: cannot be downloaded \(404 Not Found\); .*kg lexicon update --from FILE"),
        ("{}/cut", r"/cut: cannot be downloaded \(4 of 100 bytes came\); .*--from FILE"),
        ("http://127.0.0.1:1/x", r"^http://127\.0\.0\.1:1/x: cannot be downloaded \("),
        ("file:///etc/hostname", "^file:///etc/hostname: only http, https and s3 are read; .*--from FILE"),
    ],
)
def test_a_failed_download_leaves_nothing(server: str, tmp_path: Path, address: str, message: str) -> None:
    (tmp_path / "got").mkdir()
    with pytest.raises(LexiconError, match=message):
        update.fetch(tmp_path / "got", {"source": address.format(server)}, Client(wait=lambda _: None))
    assert list((tmp_path / "got").iterdir()) == []


def test_addresses_are_public_and_secure() -> None:
    assert len(update.URLS) == len(ORIGINALS)
    assert all(address.startswith("https://") for address in update.URLS.values())


def test_the_user_folder_follows_the_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = files.user_folder()
    assert folder.parts[-2:] == ("kg", "lexicon")
    assert not folder.exists()
