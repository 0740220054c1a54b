"""Records and sidecar tables to elements: small examples with the exact values they give."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import pyarrow.parquet as pq
import pytest
from helpers.corpus import GENE_HEADER, MDM2, genes, record, write_toy

from kg.building.pipeline import build_tables
from kg.errors import NotARecord, RecordError
from kg.model.identifiers import FIGID
from kg.model.records import Element, Figure, Link, Mention, Problem, Table
from kg.model.text import collapse
from kg.parsers import parser_for

T = TypeVar("T")

FIGURE = "_figures/PMC1__a.md"


def read(name: str, text: str | bytes) -> list[Element]:
    """Parse one file by the parser that its name chooses."""
    parser = parser_for(name)
    assert parser is not None
    return list(parser.parse(name, text if isinstance(text, bytes) else text.encode()))


def only(kind: type[T], elements: Iterable[Element]) -> list[T]:
    return [element for element in elements if isinstance(element, kind)]


def figure(*lines: str) -> Figure:
    """Return the figure of a record with further front matter."""
    (found,) = only(Figure, read(FIGURE, record("PMC1__a", *lines)))
    return found


def problems(*lines: str) -> list[tuple[str, str, int | None, str]]:
    found = only(Problem, read(FIGURE, record("PMC1__a", *lines)))
    return [(each.severity, each.code, each.line, each.message) for each in found]


def keywords(*lines: str) -> list[str]:
    found = only(Mention, read(FIGURE, record("PMC1__a", *lines)))
    return [each.keyword for each in found if each.origin == "keyword"]


def built(folder: Path, files: dict[str, str], table: str) -> list[dict[str, Any]]:
    """Build a corpus and give the rows of one published table."""
    write_toy(folder / "in", files)
    out = folder / "out"
    out.mkdir()
    build_tables([str(folder / "in")], out)
    rows: list[dict[str, Any]] = pq.read_table(out / f"{table}.parquet").to_pylist()
    return rows


def names_of(folder: Path, mentions: list[dict[str, Any]]) -> list[str]:
    entities = pq.read_table(folder / "out" / "entities.parquet").to_pylist()
    by_id = {entity["entity_id"]: entity["name"] for entity in entities}
    return sorted(by_id[mention["entity_id"]] for mention in mentions)


# -- a whole record of each kind

NEW = """\
---
figid: PMC100005__mb2410575011
figtitle: Pathway of things
organisms:
- Homo sapiens
- NA
organisms_ner:
- Rattus norvegicus
pmcid: PMC100005
filename: mb2410575011.jpg
figlink: /pmc/articles/PMC100005/figure/F11/
number: F11
figtype: Figure
caption: 'A caption: with colon'
papertitle: Paper title.
reftext: Ann Author, et al. J Cell. 2004 Jan;2(3):10-12.
year: '2004'
doi: 10.1128/MCB.24.1.575
journal_title: Molecular Biology
journal_nlm_ta: Mol Biol
publisher_name: A Press
keywords: one | two  words | three
automl_pathway: 0.9527
figid_alias: PMC100005__F11
figtype: Figure
redirect_from: /figures/PMC100005__F11
ndex: 1f4a3c7e-ddc2-11ec-ac45-0ac135e8bacf
seo: CreativeWork
schema-jsonld:
  '@context': https://schema.org/
  '@id': https://pfocr.wikipathways.org/figures/PMC100005__mb2410575011.html
  '@type': CreativeWork
  description: 'A caption: with colon'
  license: CC0
  name: CreativeWork
  creator:
    '@type': Organization
    name: WikiPathways
  keywords:
  - Traf6
  - 'NO'
  - .na.character
wpid: WP5283
---
"""


def test_every_field_of_a_new_record() -> None:
    name = "_figures/PMC100005__mb2410575011.md"
    elements = read(name, NEW.replace("figtype: Figure\nredirect", "redirect"))
    assert elements == [
        Figure(
            figure_id="pfocr:PMC100005__mb2410575011",
            paper_id="pmc:PMC100005",
            alias="PMC100005__F11",
            title="Pathway of things",
            caption="A caption: with colon",
            number="F11",
            figure_type="Figure",
            year=2004,
            filename="mb2410575011.jpg",
            url="https://www.ncbi.nlm.nih.gov/pmc/articles/PMC100005/figure/F11/",
            pathway_score=0.9527,
            search_rank=None,
            organisms=("Homo sapiens",),
            organisms_ner=("Rattus norvegicus",),
            annotations=(),
            ndex="1f4a3c7e-ddc2-11ec-ac45-0ac135e8bacf",
            wikipathways_id="WP5283",
            paper_title="Paper title.",
            reference="Ann Author, et al. J Cell. 2004 Jan;2(3):10-12.",
            doi="10.1128/mcb.24.1.575",
            journal="Molecular Biology",
            journal_abbreviation="Mol Biol",
            publisher="A Press",
            paper_keywords=("one", "two words", "three"),
        ),
        Mention("pfocr:PMC100005__mb2410575011", "keyword", "unknown", 0, "Traf6", "Traf6"),
        Mention("pfocr:PMC100005__mb2410575011", "keyword", "unknown", 1, "NO", "NO"),
    ]


def test_a_field_that_a_record_holds_twice_refuses_it() -> None:
    with pytest.raises(RecordError, match="field 'figtype' twice, first in line 13"):
        read("_figures/PMC100005__mb2410575011.md", NEW)


OLD = """\
---
figid: PMC1__a
figtitle: Old
pmcid: PMC1
organisms: Homo sapiens
filename: a.jpg
figlink: pmc/articles/PMC1/figure/F1
number: Figure 1
caption: .na.character
year: ''
pathway_score: 0.146
pmc_ranked_result_index: '78'
ndex: ''
annotations:
- {type: Pathway Ontology, value: signaling pathway, parent: x}
- {value: alone}
- {type: NA, value: .na.character}
genes:
- word: c-Jun
  symbol: JUN
  source: hgnc_symbol
  hgnc_symbol: JUN
  entrez: '3725'
- word: 'AP-1 '
  symbol: AP1
  source: bioentities_symbol
  hgnc_symbol: FOS
  entrez: '2353'
- word: lone
chemicals:
- word: Nitric  oxide
  source: MESH
  identifier: D009569
diseases:
- word: Cancer
  source: ''
  identifier: ''
---
"""


def test_every_field_of_an_old_record() -> None:
    elements = read(FIGURE, OLD)
    jun = Mention(
        *("pfocr:PMC1__a", "inline", "gene", 0, "JUN", "JUN", "c-Jun", "JUN", "ncbigene:3725", None, "hgnc_symbol"),
        flavour="strict",
        taxon="ncbitaxon:9606",
    )
    assert elements == [
        Figure(
            figure_id="pfocr:PMC1__a",
            paper_id="pmc:PMC1",
            title="Old",
            number="Figure 1",
            filename="a.jpg",
            url="https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1/figure/F1/",
            pathway_score=0.146,
            search_rank=78,
            organisms=("Homo sapiens",),
            annotations=("Pathway Ontology: signaling pathway", "term: alone"),
        ),
        jun,
        jun._replace(
            position=1,
            keyword="FOS",
            name="FOS",
            word="AP-1 ",
            match="AP1",
            entity_id="ncbigene:2353",
            source="bioentities_symbol",
            flavour="all",
        ),
        jun._replace(
            position=2,
            keyword="lone",
            name="lone",
            word="lone",
            match="LONE",
            entity_id=None,
            source=None,
            flavour="synonyms",
        ),
        Mention(
            *("pfocr:PMC1__a", "inline", "chemical", 0, "Nitric oxide", "Nitric oxide", "Nitric  oxide"),
            *("NITRIC OXIDE", "mesh:D009569", None, "MESH", "strict"),
        ),
        Mention(
            *("pfocr:PMC1__a", "inline", "disease", 0, "Cancer", "Cancer", "Cancer", "CANCER"),
            flavour="strict",
        ),
    ]


GENE_LINES = ("genes:", "- {word: p53, symbol: TP53, source: hgnc_symbol, hgnc_symbol: TP53, entrez: '7157'}")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # generation, as the page on the format names it: organisms, organisms_ner, alias, origin of the mention
        pytest.param(("organisms: [Homo sapiens]", *GENE_LINES), (("Homo sapiens",), (), None, "inline"), id="A1"),
        pytest.param(
            (*GENE_LINES, "organisms: [Homo sapiens]", "figid_alias: PMC1__F1", "figtype: Figure"),
            (("Homo sapiens",), (), "PMC1__F1", "inline"),
            id="A2",
        ),
        pytest.param(("organisms: Homo sapiens", *GENE_LINES), (("Homo sapiens",), (), None, "inline"), id="A3"),
        pytest.param(
            ("organisms: [NA]", "figid_alias: PMC1__F1", "figtype: Figure", "organisms_ner: [Homo sapiens]"),
            ((), ("Homo sapiens",), "PMC1__F1", "keyword"),
            id="B1",
        ),
        pytest.param(
            ("organisms: [NA]", "organisms_ner: [NA]", "figid_alias: PMC1__F1"),
            ((), (), "PMC1__F1", "keyword"),
            id="B2",
        ),
        pytest.param(
            ("organisms: [a, b]", "organisms_ner: [a]", "figid_alias: PMC1__F1", "keywords: ''"),
            (("a", "b"), ("a",), "PMC1__F1", "keyword"),
            id="B3",
        ),
    ],
)
def test_every_generation_of_record(lines: tuple[str, ...], expected: tuple[object, ...]) -> None:
    elements = read(FIGURE, record("PMC1__a", *lines, keywords=("TP53",)))
    (found,) = only(Figure, elements)
    mention = only(Mention, elements)[0]
    assert (found.organisms, found.organisms_ner, found.alias, mention.origin) == expected
    assert [mention.keyword for mention in only(Mention, elements)] == ["TP53"] * (2 if "genes:" in lines else 1)
    assert only(Problem, elements) == []


# -- single fields


@pytest.mark.parametrize("missing", ["''", "NA", ".na.character", "'NA '", "", "~", "null"])
@pytest.mark.parametrize("field", ["figid_alias", "caption", "number", "doi", "ndex", "wpid", "papertitle", "figlink"])
def test_a_marker_is_a_missing_value(field: str, missing: str) -> None:
    assert figure(f"{field}: {missing}") == figure()
    assert problems(f"{field}: {missing}") == []


@pytest.mark.parametrize(
    ("text", "year"), [("2020", 2020), ("'2020 '", 2020), ("1500", 1500), ("2027", 2027), ("''", None), ("NA", None)]
)
def test_years(text: str, year: int | None) -> None:
    elements = read(FIGURE, record("PMC1__a").replace("'2020'", text))
    assert only(Figure, elements)[0].year == year
    assert only(Problem, elements) == []


@pytest.mark.parametrize("text", ["10000", "-1", "2020.0", "2e3", "202O", "1_000", "٢٠٢٠", "²", "9" * 5000])
def test_years_that_are_none(text: str) -> None:
    elements = read(FIGURE, record("PMC1__a").replace("'2020'", text))
    assert only(Figure, elements)[0].year is None
    message = f"year {text[:40]!r} is not a number up to 9999; field left out"
    assert only(Problem, elements) == [Problem("warning", "not-a-number", FIGURE, 5, message)]


@pytest.mark.parametrize("text", ["0", "0000", "1499", "2028", "9999"])
def test_years_in_which_no_paper_was_printed(text: str) -> None:
    elements = read(FIGURE, record("PMC1__a").replace("'2020'", text))
    assert only(Figure, elements)[0].year is None
    message = f"year {int(text)} is not between 1500 and 2027; field left out"
    assert only(Problem, elements) == [Problem("warning", "not-a-year", FIGURE, 5, message)]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "10.1186/S13059-020-02181-2",
            "https://doi.org/10.1186/s13059-020-02181-2",
            "'doi: 10.1186/s13059-020-02181-2 '",
        ),
        *("DOI:10.1186/S13059-020-02181-2", "http://dx.doi.org/10.1186/s13059-020-02181-2"),
    ],
)
def test_a_doi_has_one_form_in_lower_case(text: str) -> None:
    assert figure(f"doi: {text}").doi == "10.1186/s13059-020-02181-2"
    assert problems(f"doi: {text}") == []


@pytest.mark.parametrize("text", ["see text", "10.1186", "PMC123"])
def test_a_doi_that_is_none_is_named(text: str) -> None:
    message = f"doi {text!r} is no DOI (10.<number>/<name>); field left out"
    assert figure(f"doi: {text}").doi is None
    assert problems(f"doi: {text}") == [("warning", "bad-identifier", 6, message)]


@pytest.mark.parametrize(
    ("text", "score"), [("0.9527", 0.9527), ("0", 0.0), ("1", 1.0), ("'1e-3'", 0.001), ("' .5'", 0.5), ("NA", None)]
)
def test_scores(text: str, score: float | None) -> None:
    assert figure(f"pathway_score: {text}").pathway_score == score
    assert figure(f"automl_pathway: {text}").pathway_score == score
    assert problems(f"pathway_score: {text}") == []


@pytest.mark.parametrize("text", ["1.01", "-0.1", "nan", "inf", "high", "0,5"])
def test_scores_that_are_none(text: str) -> None:
    message = f"automl_pathway {text!r} is not a number from 0 to 1; field left out"
    assert figure(f"automl_pathway: {text}").pathway_score is None
    assert problems(f"automl_pathway: {text}") == [("warning", "not-a-number", 6, message)]


def test_the_older_score_field_goes_first() -> None:
    assert figure("automl_pathway: 0.1", "pathway_score: 0.2").pathway_score == 0.2


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [("caption", "[a]", "list"), ("doi", "{a: b}", "mapping"), ("pathway_score", "[]", "list")],
)
def test_a_container_where_text_is_expected(field: str, value: str, kind: str) -> None:
    message = f"{field} is a {kind}, expected text; field left out"
    assert figure(f"{field}: {value}") == figure()
    assert problems(f"{field}: {value}") == [("warning", "wrong-type", 6, message)]


_ONE_TEXT = "keywords is one text, expected a list; it was read as {}, split at | or ; or comma and space"


@pytest.mark.parametrize(
    ("lines", "expected", "message"),
    [
        (("  keywords:",), [], None),
        (("  keywords: []",), [], None),
        (("  keywords: ''",), [], None),
        (("  keywords: a | b",), ["a", "b"], _ONE_TEXT.format(2)),
        (("  keywords: TNF|IL6 |AKT1",), ["TNF", "IL6", "AKT1"], _ONE_TEXT.format(3)),
        (("  keywords: TNF; N,N-dimethyl",), ["TNF", "N,N-dimethyl"], _ONE_TEXT.format(2)),
        (("  keywords: TNF, IL6",), ["TNF", "IL6"], _ONE_TEXT.format(2)),
        (("  keywords: N,N-dimethyl",), ["N,N-dimethyl"], _ONE_TEXT.format(1)),
        (("  keywords: {a: b}",), [], "keywords is a mapping, expected a list of texts; field left out"),
        (("  keywords: [a, [b], {c: d}]",), ["a"], "keywords holds lists or mappings; only its texts were read"),
        (("  keywords: [1, 1e5, 0x1F, NO, ~, 'null', '']",), ["1", "1e5", "0x1F", "NO", "null"], None),
        (("  keywords: [b, a, b]",), ["b", "a", "b"], None),
        (('  keywords: ["a\\x01b"]',), ["a\ufffdb"], "keywords hold characters replaced by U+FFFD"),
    ],
)
def test_keywords_of_every_type(lines: tuple[str, ...], expected: list[str], message: str | None) -> None:
    lines = ("schema-jsonld:", *lines)
    assert keywords(*lines) == expected
    assert [found[3] for found in problems(*lines)] == ([message] if message else [])


@pytest.mark.parametrize(("schema", "kind"), [("text", "text"), ("[a]", "list")])
def test_a_schema_that_is_no_mapping(schema: str, kind: str) -> None:
    message = f"schema-jsonld is a {kind}, expected a mapping"
    assert problems(f"schema-jsonld: {schema}") == [("warning", "wrong-type", 6, message)]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("genes: x",), ("wrong-type", "genes is a text, expected a list of mappings")),
        (("genes: {a: b}",), ("wrong-type", "genes is a mapping, expected a list of mappings")),
        (("genes: [x]",), ("bad-row", "entry 1 of genes has neither word nor symbol; skipped")),
        (("genes: [{source: x}]",), ("bad-row", "entry 1 of genes has neither word nor symbol; skipped")),
        (("chemicals: [{identifier: D1}]",), ("bad-row", "entry 1 of chemicals has neither word nor symbol; skipped")),
        (("annotations: x",), ("wrong-type", "annotations is a text, expected a list; field left out")),
        (("organisms: {a: b}",), ("wrong-type", "organisms is a mapping, expected a list of texts; field left out")),
    ],
)
def test_lists_of_the_wrong_type(lines: tuple[str, ...], found: tuple[str, str]) -> None:
    assert [(code, message) for _, code, _, message in problems(*lines)] == [found]


@pytest.mark.parametrize(
    ("entrez", "fault"),
    [
        *(("''", None), ("NaN", None), ("x", "is no identifier known here"), ("\u0662", "is no identifier known here")),
        *(("1.0E+05", "is no identifier known here"), ("0", "is no identifier known here")),
        ("207; 208", "are several identifiers"),
    ],
)
def test_an_inline_gene_without_a_number_is_left_to_grounding(entrez: str, fault: str | None) -> None:
    lines = ("genes:", f"- {{word: Akt, symbol: AKT1, hgnc_symbol: AKT1, source: s, entrez: {entrez}}}")
    (mention,) = only(Mention, read(FIGURE, record("PMC1__a", *lines)))
    assert (mention.entity_id, mention.keyword, mention.match) == (None, "AKT1", "AKT1")
    message = f"entrez {entrez!r} {fault}; the name was looked up instead"
    assert problems(*lines) == ([("warning", "bad-identifier", 7, message)] if fault else [])


@pytest.mark.parametrize("entrez", ["207", "207.0", "'0207'", "' 207 '", "ncbigene:207", "GeneID:207"])
def test_a_number_as_any_program_saves_it(entrez: str) -> None:
    lines = ("genes:", f"- {{word: Akt, symbol: AKT1, entrez: {entrez}}}")
    (mention,) = only(Mention, read(FIGURE, record("PMC1__a", *lines)))
    assert mention.entity_id == "ncbigene:207"
    assert problems(*lines) == []


def test_a_concept_of_an_inline_list_has_any_of_its_identifiers() -> None:
    lines = (
        "chemicals:",
        "- {word: NO, identifier: CHEBI:16480}",
        "diseases:",
        "- {word: Flu, identifier: OMIM:614680}",
    )
    chemical, disease = only(Mention, read(FIGURE, record("PMC1__a", *lines)))
    assert (chemical.entity_id, disease.entity_id) == ("chebi:16480", None)
    message = "identifier 'OMIM:614680' is no identifier known here; the name was looked up instead"
    assert problems(*lines) == [("warning", "bad-identifier", 9, message)]


def test_a_symbol_that_a_spreadsheet_made_a_date_is_named_and_stays() -> None:
    lines = ("genes:", "- {word: SEPT2, hgnc_symbol: 2-Sep, entrez: '4735'}")
    mention, keyword = only(Mention, read(FIGURE, record("PMC1__a", *lines, keywords=("Mar-03",))))
    assert (mention.name, mention.entity_id, keyword.name) == ("2-Sep", "ncbigene:4735", "Mar-03")
    found = [each.message for each in only(Problem, read(FIGURE, record("PMC1__a", *lines, keywords=("Mar-03",))))]
    end = "a date, which a spreadsheet made of a gene symbol, likely of"
    assert found == [
        f"hgnc_symbol '2-Sep' is {end} SEPTIN2; kept as it is",
        f"keyword 'Mar-03' is {end} MARCHF3; kept as it is",
    ]


def test_names_are_tidy_and_words_stay_as_they_are() -> None:
    lines = ("chemicals:", '- {word: "caffe\\u0301ine\\u200b"}')
    mention, keyword = only(Mention, read(FIGURE, record("PMC1__a", *lines, keywords=("IL\u00ad6 &alpha;",))))
    assert (mention.name, mention.word) == ("caff\xe9ine", "caffe\u0301ine\u200b")
    assert (mention.match, keyword.name) == ("CAFF\xc9INE", "IL6 \u03b1")


# -- figids


@pytest.mark.parametrize(
    "figid", ["PMC1__a", "PMC12__a.b-c_d__e", "PMC3__10.1177_15353702211011052-fig1", "'PMC4__a '"]
)
def test_figids(figid: str) -> None:
    (found,) = only(Figure, read("x.md", f"---\nfigid: {figid}\n---\n"))
    bare = figid.strip("' ")
    assert (found.figure_id, found.paper_id) == (f"pfocr:{bare}", f"pmc:{bare.partition('__')[0]}")


@pytest.mark.parametrize(
    "figid",
    [
        *("PMC__a", "PMC1_a", "PMC1__", "1__a", "pmc1__a", "PMC1__a b", "PMC1__a<b>", "PMC1__../x", '"PMC1__a\\nb"'),
        *("PMC1__é", "PMC1__a%20", "PMC1__" + "a" * 100_000),
    ],
)
def test_figids_of_another_form_refuse_the_record(figid: str) -> None:
    with pytest.raises(RecordError, match="is not of the form PMC<digits>__<image file stem>") as caught:
        read("x.md", f"---\nfigtitle: x\nfigid: {figid}\n---\n")
    assert caught.value.line == 3
    assert len(caught.value.reason) < 200


def test_a_record_without_figid_says_what_to_add() -> None:
    with pytest.raises(RecordError, match="no figid; add the line `figid: PMC<digits>__<image file stem>`"):
        read(FIGURE, "---\npmcid: PMC1\n---\n")


def test_a_figid_with_the_old_image_ending() -> None:
    text = "---\nfigid: PMC1__a.jpg\npmcid: PMC1\n---\n"
    assert read("PMC1__a.jpg.md", text) == [Figure("pfocr:PMC1__a", "pmc:PMC1")]
    assert read("PMC1__a.md", text) == [Figure("pfocr:PMC1__a", "pmc:PMC1")]


def test_the_figid_counts_where_file_name_or_pmcid_differ() -> None:
    elements = read("PMC2__b.md", "---\nfigid: PMC1__a\npmcid: PMC3\n---\n")
    assert elements == [
        Figure("pfocr:PMC1__a", "pmc:PMC1"),
        Problem(
            "warning", "figid-mismatch", "PMC2__b.md", 2, "figid PMC1__a differs from the file name; the figid counts"
        ),
        Problem("warning", "pmcid-mismatch", "PMC2__b.md", 3, "pmcid 'PMC3' differs from the figid; PMC1 counts"),
    ]


def test_a_missing_pmcid_is_taken_from_the_figid() -> None:
    assert read("a.md", "---\nfigid: PMC1__a\n---\n") == [
        Figure("pfocr:PMC1__a", "pmc:PMC1"),
        Problem("warning", "no-pmcid", "a.md", 2, "no pmcid; PMC1 was taken from the figid"),
    ]


@pytest.mark.parametrize("text", ["# Title\n", "Some text\n---\nfigid: PMC1__a\n---\n", "---\nlayout: page\n---\n"])
def test_a_page_beside_the_records_is_none(text: str) -> None:
    with pytest.raises(NotARecord):
        read("README.md", text)


@pytest.mark.parametrize("text", ["", "# Title\n", "---\nlayout: page\n---\n"])
def test_a_file_named_like_a_record_must_be_one(text: str) -> None:
    with pytest.raises(RecordError) as caught:
        read(FIGURE, text)
    assert not isinstance(caught.value, NotARecord)


def test_names_choose_the_parser() -> None:
    chosen = {
        "_figures/PMC1__a.md": "FigureParser",
        "x.markdown": "FigureParser",
        "stdin-1.md": "FigureParser",
        "x.txt": "FigureParser",
        "_data/PMC1__a.b-genes-genes.tsv": "SidecarParser",
        "_data/PMC1__citation-id-map-genes.tsv": "SidecarParser",
        "PMC1__a-chemicals.tsv": "SidecarParser",
        "PMC1__a-diseases.tsv": "SidecarParser",
        "_data/ndex_map.tsv": "MapParser",
        "wpid_map.tsv": "MapParser",
    }
    assert {name: type(parser_for(name)).__name__ for name in chosen} == chosen
    assert [parser_for(name) for name in ("_data/a.tsv", "PMC-ids.csv", "a.json", "a.jpg", "", "md")] == [None] * 6


# -- gene tables


def test_a_gene_table_of_eleven_columns() -> None:
    table = GENE_HEADER + (
        "9606\tHomo sapiens\tPrimates\tp53\tP53\tTP53\t7157\tncbigene_synonym\tNA\t1\t1\n"
        "511145\tE. coli\tBacteria\tRecA \tRECA\trecA\t947170\tncbigene_symbol\t1\tNA\t1\n"
    )
    first = Mention(
        figure_id="pfocr:PMC1__a.b",
        origin="sidecar",
        category="gene",
        position=0,
        keyword="TP53",
        name="TP53",
        word="p53",
        match="P53",
        entity_id="ncbigene:7157",
        source="ncbigene_synonym",
        flavour="synonyms",
        taxon="ncbitaxon:9606",
    )
    assert read("_data/PMC1__a.b-genes.tsv", table) == [
        Table("pfocr:PMC1__a.b", "gene"),
        first,
        first._replace(
            position=1,
            keyword="recA",
            name="recA",
            word="RecA ",
            match="RECA",
            entity_id="ncbigene:947170",
            source="ncbigene_symbol",
            flavour="strict",
            taxon="ncbitaxon:511145",
        ),
    ]


@pytest.mark.parametrize(
    ("source", "flavour"),
    [
        *(("ncbigene_symbol", "strict"), ("hgnc_symbol", "strict")),
        *((name, "synonyms") for name in ("ncbigene_synonym", "hgnc_prev_symbol", "hgnc_alias_symbol", "new", "NA")),
        *(("famplex_relations", "all"), ("bioentities_symbol", "all")),
    ],
)
def test_the_lexicon_that_matched_says_the_flavour(source: str, flavour: str) -> None:
    row = ("p53", "P53", "TP53", "7157", source)
    (mention,) = only(Mention, read("PMC1__a-genes.tsv", genes(row)))
    assert mention.flavour == flavour
    inline = f"---\nfigid: PMC1__a\ngenes: [{{word: p53, symbol: TP53, entrez: '7157', source: {source}}}]\n---\n"
    (mention,) = only(Mention, read(FIGURE, inline))
    assert mention.flavour == flavour


@pytest.mark.parametrize(
    ("word", "matched", "expected"),
    [
        ("A\u00df", "ASS", "ABETA"),  # PFOCR compares in upper case, and that of the sharp s is SS
        ("aSyn,A\u00df,tau", "ASS", "ABETA"),
        ("A\u00df and ASS", "ASS", "ASS"),
        ("Wnt/\u00df-catenin", "CTNNB1", "CTNNB1"),
        ("asS", "ASS", "ASS"),
    ],
)
def test_a_beta_written_as_a_sharp_s_is_a_beta(word: str, matched: str, expected: str) -> None:
    (mention,) = only(Mention, read("PMC1__a-genes.tsv", genes((word, matched, "ASS1", "445", "hgnc_prev_symbol"))))
    assert (mention.word, mention.match, mention.entity_id) == (word, expected, "ncbigene:445")
    inline = f"---\nfigid: PMC1__a\ngenes: [{{word: '{word}', symbol: {matched}, entrez: '445'}}]\n---\n"
    (mention,) = only(Mention, read(FIGURE, inline))
    assert (mention.word, mention.match, mention.entity_id) == (word, expected, "ncbigene:445")


def test_columns_are_found_by_name_in_any_order() -> None:
    table = "ncbigene_id\tmore\tword\tncbigene_symbol\torganism_id\n7157\tx\tp53\tTP53\tNA\n"
    (mention,) = only(Mention, read("PMC1__a-genes.tsv", table))
    assert mention == Mention(
        *("pfocr:PMC1__a", "sidecar", "gene", 0, "TP53", "TP53", "p53", "P53", "ncbigene:7157"), flavour="synonyms"
    )


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("9606\tx\tx", ("error", "bad-row", 2, "3 cells where the header has 11; row skipped")),
        ("9606" + "\tx" * 11, ("error", "bad-row", 2, "12 cells where the header has 11; row skipped")),
        (
            "9606\tx\tx\tw\tm\tS\t1.5\ts\t1\t1\t1",
            ("error", "bad-row", 2, "ncbigene_id '1.5' is no NCBI Gene id; row skipped"),
        ),
        (
            "9606\tx\tx\tw\tm\tS\t²\ts\t1\t1\t1",
            ("error", "bad-row", 2, "ncbigene_id '²' is no NCBI Gene id; row skipped"),
        ),
        (
            "9606\tx\tx\tw\tm\tNA\tNaN\ts\t1\t1\t1",
            ("note", "no-gene-record", 2, "word 'w': no NCBI gene record; row skipped"),
        ),
    ],
)
def test_a_bad_row_costs_only_itself(row: str, problem: tuple[Any, ...]) -> None:
    severity, code, line, message = problem
    elements = read("PMC1__a-genes.tsv", GENE_HEADER + row + "\n" + genes(MDM2).partition("\n")[2])
    assert elements[:2] == [
        Table("pfocr:PMC1__a", "gene"),
        Problem(severity, code, "PMC1__a-genes.tsv", line, message),
    ]
    assert [(each.keyword, each.position) for each in only(Mention, elements)] == [("MDM2", 1)]


@pytest.mark.parametrize(
    ("name", "header", "reason"),
    [
        (
            "PMC1__a-genes.tsv",
            "word\tncbigene_id",
            "the header lacks the columns ncbigene_symbol, organism_id; the table was left out",
        ),
        (
            "PMC1__a-genes.tsv",
            "",
            "the header lacks the columns ncbigene_id, ncbigene_symbol, organism_id, word; the table was left out",
        ),
        ("PMC1__a-chemicals.tsv", "name,mesh", "the header lacks the columns word; the table was left out"),
        ("PMC1__a-diseases.tsv", "word\tmesh\tmesh", "the header has a column twice; the table was left out"),
        ("x-genes.tsv", GENE_HEADER.strip(), "the file name does not start with PMC<digits>__<image file stem>"),
    ],
)
def test_a_wrong_header_or_name_refuses_the_table(name: str, header: str, reason: str) -> None:
    with pytest.raises(RecordError) as caught:
        read(name, header + "\n")
    assert caught.value.reason == reason


def test_a_row_with_a_symbol_of_an_organism_without_number() -> None:
    (mention,) = only(Mention, read("PMC1__a-genes.tsv", genes(MDM2).replace("9606", "²")))
    assert mention.taxon is None


# -- chemical and disease tables


@pytest.mark.parametrize(
    ("kind", "table", "expected"),
    [
        # name, entity, cross-reference, source
        ("chemicals", "word\tsource\tidentifier\nNO\tMESH\tD009569\n", ("NO", "mesh:D009569", None, "MESH")),
        ("chemicals", "word\ttype\tidentifier\nNO\tChemical\tMESH:D009569\n", ("NO", "mesh:D009569", None, "Chemical")),
        (
            "chemicals",
            "word\tmesh\tmatch\tname\tchebi\nNO\tmesh:D009569\tnitric\tnitric oxide\tchebi:16480\n",
            ("nitric oxide", "chebi:16480", "mesh:D009569", None),
        ),
        (
            "chemicals",
            "word\tmesh\tmatch\tname\tchebi\nNO\tmesh:C009569\tNA\tNA\tNA\n",
            ("NO", "mesh:C009569", None, None),
        ),
        (
            "chemicals",
            "word\tmesh\tmatch\tname\tchebi\nNO\tNA\tno\tNA\tCHEBI:16480\n",
            ("NO", "chebi:16480", None, None),
        ),
        ("chemicals", "word\tmesh\tmatch\tname\tchebi\nNO\tNA\tNA\tNA\tNA\n", ("NO", None, None, None)),
        (
            "diseases",
            "word\tmesh\tmatch\tname\tdoid\nNO\tmesh:D1\tNA\tNA\tdoid:162\n",
            ("NO", "doid:162", "mesh:D1", None),
        ),
        ("diseases", "word\tsource\tidentifier\nNO\t\t\n", ("NO", None, None, None)),
    ],
    ids=["C1", "C2", "C3 both", "C3 mesh", "C3 chebi", "C3 none", "disease", "disease C1"],
)
def test_every_layout_of_a_concept_table(kind: str, table: str, expected: tuple[str | None, ...]) -> None:
    name, entity_id, xref, source = expected
    category, mention = read(f"PMC1__a-{kind}.tsv", table)
    assert category == Table("pfocr:PMC1__a", "chemical" if kind == "chemicals" else "disease")
    assert mention == Mention(
        *("pfocr:PMC1__a", "sidecar", category.category, 0, "NO", str(name), "NO", "NO", entity_id, xref, source),
        flavour="strict",
    )


def test_a_concept_without_word_is_a_bad_row() -> None:
    elements = read("PMC1__a-chemicals.tsv", "word\tmesh\n \tmesh:D1\nNA\tmesh:D1\n\nATP\tNA\n")
    assert [(each.line, each.message) for each in only(Problem, elements)] == [
        (2, "no word; row skipped"),
        (3, "no word; row skipped"),
    ]
    assert [(each.keyword, each.position) for each in only(Mention, elements)] == [("ATP", 3)]


def test_mapping_tables() -> None:
    name = "_data/wpid_map.tsv"
    assert read(name, "PMC1__a\tWP1\nPMC1__b.jpg\tWP2 \r\n\nfigid\twpid\nPMC1__c\tNA\nPMC1__d\n") == [
        Link("pfocr:PMC1__a", "wikipathways", "WP1"),
        Link("pfocr:PMC1__b", "wikipathways", "WP2"),
        *(Problem("error", "bad-row", name, line, "expected a figid and a value; row skipped") for line in (4, 5, 6)),
    ]
    assert read("ndex_map.tsv", "PMC1__a\tu-u\n") == [Link("pfocr:PMC1__a", "ndex", "u-u")]


# -- tables as programs save them

PLAIN = "word\tmesh\tmatch\tname\tchebi\n"


@pytest.mark.parametrize("name", ["quoted", "bom", "crlf", "index", "sep", "spaces"])
def test_a_table_in_every_way_of_saving_it(name: str) -> None:
    rows = [
        ("organism_id", "word", "match", "ncbigene_symbol", "ncbigene_id", "source"),
        ("9606", "IL-6", "IL6", "IL6", "3569", "ncbigene_symbol"),
    ]
    text = "".join("\t".join(row) + "\n" for row in rows)
    quoted = "".join("\t".join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    saved = {
        "quoted": quoted,
        "bom": "\ufeff" + quoted,
        "crlf": text.replace("\n", "\r\n"),
        "index": "".join(f"{'' if row is rows[0] else 0}\t" + "\t".join(row) + "\n" for row in rows),  # pandas
        "sep": "sep=\t\n" + text,
        "spaces": text.replace("3569", "3569 ").replace("9606", "9606.0"),
    }
    (mention,) = only(Mention, read("PMC1__a-genes.tsv", saved[name]))
    assert mention._replace(position=0) == Mention(
        *("pfocr:PMC1__a", "sidecar", "gene", 0, "IL6", "IL6", "IL-6", "IL6", "ncbigene:3569", None),
        *("ncbigene_symbol", "strict", "ncbitaxon:9606"),
    )


@pytest.mark.parametrize(
    ("line", "word", "name"),
    [
        ('"a ""b"" c"\tNA\tNA\tx\tNA', 'a "b" c', "x"),
        ('"a\tb"\tNA\tNA\tx\tNA', "a\tb", "x"),
        ('"a\nb"\tNA\tNA\tx\tNA', "a\nb", "x"),
        ('5" end\tNA\tNA\t5" end\tNA', '5" end', '5" end'),
        ('"5 end\tNA\tNA\tend"\tNA', '"5 end', 'end"'),
        ('"5 end\tNA\tNA\tx\tNA', '"5 end', "x"),
        ('"a"b\tNA\tNA\tx\tNA', '"a"b', "x"),
        ('""\t""\t""\tx\t""', None, None),
    ],
)
def test_only_a_cell_that_begins_and_ends_with_a_quote_is_in_quotes(
    line: str, word: str | None, name: str | None
) -> None:
    table = PLAIN + f"{line}\nlast\tNA\tNA\tNA\tNA\n"
    *found, last = only(Mention, read("PMC1__a-chemicals.tsv", table))
    assert [(each.word, each.name) for each in found] == ([(word, name)] if word else [])
    assert last.word == "last"


def test_a_quote_that_never_ends_costs_one_row() -> None:
    table = PLAIN + '"a\tNA\tx\n' + "b\tNA\tNA\tNA\tNA\n" * 60
    elements = read("PMC1__a-chemicals.tsv", table)
    assert [(each.line, each.message) for each in only(Problem, elements)] == [
        (2, "3 cells where the header has 5; row skipped")
    ]
    assert len(only(Mention, elements)) == 60


@pytest.mark.parametrize(
    ("cell", "genes", "unread"),
    [
        ("3569.0", ["3569"], []),
        ("0003569", ["3569"], []),
        ("NCBIGene:3569", ["3569"], []),
        ("3569|7124", ["3569", "7124"], []),
        ("3569;7124", ["3569", "7124"], []),
        ("[3569, 7124]", ["3569", "7124"], []),
        ("3569|x", ["3569"], ["x"]),
    ],
)
def test_a_gene_cell_as_programs_save_it(cell: str, genes: list[str], unread: list[str]) -> None:
    table = f"organism_id\tword\tncbigene_symbol\tncbigene_id\n9606\tw\tIL6|TNF\t{cell}\n"
    elements = read("PMC1__a-genes.tsv", table)
    assert [each.entity_id for each in only(Mention, elements)] == [f"ncbigene:{gene}" for gene in genes]
    names = {1: ["IL6|TNF"], 2: ["IL6", "TNF"]}
    assert [each.name for each in only(Mention, elements)] == names[len(genes)]
    message = "ncbigene_id 'x' is no identifier known here; the row's other genes were read"
    assert [(each.line, each.message) for each in only(Problem, elements)] == ([(2, message)] if unread else [])


@pytest.mark.parametrize("cell", ["0", "1.0E+05", "3,569", "1.5", "TNF", "-1"])
def test_a_gene_cell_without_any_number_is_named(cell: str) -> None:
    table = f"organism_id\tword\tncbigene_symbol\tncbigene_id\n9606\tw\tIL6\t{cell}\n"
    elements = read("PMC1__a-genes.tsv", table)
    message = f"ncbigene_id {cell!r} is no NCBI Gene id; row skipped"
    assert elements[1:] == [Problem("error", "bad-row", "PMC1__a-genes.tsv", 2, message)]


@pytest.mark.parametrize(
    ("mesh", "chebi", "expected", "problem"),
    [
        ("NA", "chebi:16412|chebi:15422", [("chebi:16412", None), ("chebi:15422", None)], "several-identifiers"),
        ("mesh:D1;mesh:D2", "chebi:5", [("chebi:5", None)], "several-identifiers"),
        ("mesh:D1, mesh:D2", "NA", [("mesh:D1", None), ("mesh:D2", None)], "several-identifiers"),
        ("mesh:D1", "MONDO:0011122", [("mesh:D1", None)], "bad-identifier"),
        ("NA", "doid:162", [(None, None)], "bad-identifier"),
        ("D000255 ", "15422.0", [("chebi:15422", "mesh:D000255")], None),
        ("NA", "http://purl.obolibrary.org/obo/CHEBI_15422", [("chebi:15422", None)], None),
    ],
)
def test_identifiers_of_a_concept(
    mesh: str, chebi: str, expected: list[tuple[str | None, str | None]], problem: str | None
) -> None:
    elements = read("PMC1__a-chemicals.tsv", PLAIN + f"w\t{mesh}\tNA\tx\t{chebi}\n")
    assert [(each.entity_id, each.xref) for each in only(Mention, elements)] == expected
    assert [(each.code, each.line) for each in only(Problem, elements)] == ([(problem, 2)] if problem else [])


def test_zeros_of_a_disease_are_part_of_its_identifier() -> None:
    (mention,) = only(Mention, read("PMC1__a-diseases.tsv", "word\tdoid\nw\tDOID:0050156\n"))
    assert mention.entity_id == "doid:0050156"


# -- the fifteen traps of the format


def test_trap_01_organisms_as_text_or_list_with_na_as_a_member() -> None:
    assert figure("organisms: Homo sapiens").organisms == ("Homo sapiens",)
    assert figure("organisms: Homo sapiens | Mus musculus").organisms == ("Homo sapiens", "Mus musculus")
    assert figure("organisms:", "- NA", "- Mus  musculus ").organisms == ("Mus musculus",)
    assert figure("organisms: [NA]").organisms == ()
    assert figure("organisms: NA").organisms == ()


def test_trap_02_na_character_anywhere_is_missing() -> None:
    assert figure("doi: .na.character", "journal_title: .na.character", "keywords: .na.character") == figure()
    assert keywords("schema-jsonld:", "  keywords:", "  - .na.character", "  - AKT1") == ["AKT1"]
    (mention,) = only(
        Mention, read(FIGURE, record("PMC1__a", "chemicals: [{word: ATP, source: .na.character, identifier: NA}]"))
    )
    assert (mention.source, mention.entity_id) == (None, None)


def test_trap_03_quoted_numbers_are_read_as_what_they_are() -> None:
    found = figure("pmc_ranked_result_index: '78'")
    assert (found.year, found.search_rank) == (2020, 78)
    (mention,) = only(Mention, read(FIGURE, record("PMC1__a", "genes: [{word: Akt, symbol: AKT1, entrez: '0207'}]")))
    assert mention.entity_id == "ncbigene:207"


@pytest.mark.parametrize("link", ["/pmc/a/F1/", "pmc/a/F1", "/pmc/a/F1", "'pmc/a/F1/ '"])
def test_trap_04_slashes_around_the_link(link: str) -> None:
    assert figure(f"figlink: {link}").url == "https://www.ncbi.nlm.nih.gov/pmc/a/F1/"
    assert figure("figlink: https://example.org/x").url == "https://example.org/x"


def test_trap_05_dots_in_a_figid() -> None:
    figid = "PMC12005559__pcbi.1012840.g001"
    elements = read(f"_figures/{figid}.md", record(figid))
    assert only(Figure, elements)[0].figure_id == f"pfocr:{figid}"
    assert only(Problem, elements) == []
    assert read(f"_data/{figid}-genes.tsv", genes(MDM2))[0] == Table(f"pfocr:{figid}", "gene")


def test_trap_06_trailing_spaces(tmp_path: Path) -> None:
    found = figure("doi: '10.1234/x '", "wpid: 'WP1 '", "ndex: ' u '")
    assert (found.doi, found.wikipathways_id, found.ndex) == ("10.1234/x", "WP1", "u")
    assert keywords("schema-jsonld:", "  keywords: ['Me  Me  Me ']") == ["Me Me Me"]
    files = {
        FIGURE: record("PMC1__a", keywords=("Me  Me  Me ",)),
        "_data/PMC1__a-chemicals.tsv": "word\tmesh\nMe  Me  Me \tNA\n",
    }
    mentions = built(tmp_path, files, "mentions")
    assert [(each["origin"], each["word"]) for each in mentions] == [("sidecar", "Me  Me  Me ")]
    assert names_of(tmp_path, mentions) == ["Me Me Me"]


def test_trap_07_a_gene_row_without_a_gene_record_is_none() -> None:
    table = genes(("Histone", "HISTONE", "NA", "NaN", "famplex_relations"), MDM2)
    elements = read("PMC1__a-genes.tsv", table)
    assert [mention.name for mention in only(Mention, elements)] == ["MDM2"]
    assert [problem.code for problem in only(Problem, elements)] == ["no-gene-record"]


def test_trap_08_duplicate_rows_and_a_duplicated_block_count_once(tmp_path: Path) -> None:
    block = genes(MDM2, ("p53", "P53", "TP53", "7157", "ncbigene_synonym")).partition("\n")[2]
    files = {
        FIGURE: record("PMC1__a"),
        "_data/PMC1__a-genes.tsv": GENE_HEADER + block + block.replace("\t1\t1\t1\n", "\tNA\t1\t1\n"),
        "_data/PMC1__a-chemicals.tsv": "word\tmesh\nATP\tmesh:D000255\nATP\tmesh:D000255\n",
    }
    mentions = built(tmp_path, files, "mentions")
    assert sorted(each["word"] for each in mentions) == ["ATP", "MDM2", "p53"]
    pairs = pq.read_table(tmp_path / "out" / "cooccurrences.parquet").to_pylist()
    assert [pair["figures"] for pair in pairs] == [1, 1, 1]


def test_trap_09_ten_or_eleven_columns_give_the_same() -> None:
    eleven = genes(MDM2)
    ten = eleven.replace("\tcount_synonym", "").replace("\t1\t1\t1\n", "\t1\t1\n")
    assert read("PMC1__a-genes.tsv", ten) == read("PMC1__a-genes.tsv", eleven)


def test_trap_10_nothing_is_quoted_and_na_is_missing_only_as_a_whole_cell() -> None:
    table = (
        "word\tmesh\tmatch\tname\tchebi\n"
        "PAPS\tNA\tpaps\t3'-phospho-5'-adenylyl \"sulfate\tchebi:17980\n"
        '"NAD\tNA\tnan\tNaN\tNA\n'
    )
    first, second = only(Mention, read("PMC1__a-chemicals.tsv", table))
    assert (first.name, first.entity_id) == ("3'-phospho-5'-adenylyl \"sulfate", "chebi:17980")
    assert (second.name, second.word) == ("NaN", '"NAD')


def test_trap_11_a_table_without_final_newline() -> None:
    assert len(only(Mention, read("PMC1__a-chemicals.tsv", "word\tmesh\nATP\tNA\nADP\tNA"))) == 2


def test_trap_12_a_table_without_figure_and_a_figure_without_table(tmp_path: Path) -> None:
    files = {FIGURE: record("PMC1__a", keywords=("AKT1",)), "_data/PMC2__b-genes.tsv": genes(MDM2)}
    figures = built(tmp_path, files, "figures")
    assert [(each["figure_id"], each["paper_id"], each["title"]) for each in figures] == [
        ("pfocr:PMC1__a", "pmc:PMC1", "Title of PMC1__a"),
        ("pfocr:PMC2__b", "pmc:PMC2", None),
    ]
    mentions = pq.read_table(tmp_path / "out" / "mentions.parquet").to_pylist()
    assert [(each["figure_id"], each["entity_id"], each["origin"]) for each in mentions] == [
        ("pfocr:PMC1__a", "ncbigene:207", "keyword"),
        ("pfocr:PMC2__b", "ncbigene:4193", "sidecar"),
    ]


def test_trap_13_other_files_among_the_tables() -> None:
    assert parser_for("_data/organisms.tsv") is None
    assert only(Link, read("_data/ndex_map.tsv", "PMC1__a\tu\n")) == [Link("pfocr:PMC1__a", "ndex", "u")]


def test_trap_14_wrongly_decoded_text_stays_as_it_is() -> None:
    broken = "Ca\u00e2\u20ac\u201cMg"
    assert figure(f"caption: {broken}").caption == broken
    message = "caption holds wrongly decoded text, kept as it is"
    assert problems(f"caption: {broken}") == [("note", "mojibake", 6, message)]


def test_trap_15_one_text_for_a_gene_and_a_chemical_or_two_organisms(tmp_path: Path) -> None:
    rat = "10116\tRattus norvegicus\tRodents\tTraf6\tTRAF6\tTraf6\t311245\tncbigene_symbol\t1\tNA\t1\n"
    fly = "7227\tDrosophila\tInvertebrates\tTraf6\tTRAF6\tTraf6\t31746\tncbigene_symbol\t1\tNA\t1\n"
    human = genes(("NMU", "NMU", "NMU", "10874", "ncbigene_symbol")).partition("\n")[2]
    files = {
        FIGURE: record("PMC1__a", keywords=("NMU", "Traf6", "NMU")),
        "_data/PMC1__a-genes.tsv": GENE_HEADER + human + rat + fly,
        "_data/PMC1__a-chemicals.tsv": "word\tmesh\nNMU\tmesh:D008770\n",
    }
    mentions = built(tmp_path, files, "mentions")
    assert sorted(each["entity_id"] for each in mentions) == [
        "mesh:D008770",
        "ncbigene:10874",
        "ncbigene:311245",
        "ncbigene:31746",
    ]


# -- real records


def sample(shared: Path) -> dict[str, list[Element]]:
    root = shared / "pfocr-sample"
    paths = sorted(path for path in root.rglob("*") if path.suffix in {".md", ".tsv"} and path.name[:3] == "PMC")
    return {path.name: read(path.relative_to(root).as_posix(), path.read_bytes()) for path in paths}


def test_the_real_sample_is_read_without_errors(shared: Path) -> None:
    found = sample(shared)
    elements = [element for each in found.values() for element in each]
    assert len(only(Figure, elements)) == 24
    assert len(only(Table, elements)) == 34
    assert {problem.severity for problem in only(Problem, elements)} <= {"note"}
    for each in only(Figure, elements):
        assert FIGID.fullmatch(each.figure_id.removeprefix("pfocr:"))
        assert each.year is not None
        assert each.url is not None
        assert "//" not in each.url.removeprefix("https://")


def test_real_gene_tables_hold_the_counts_of_their_blocks(shared: Path) -> None:
    checked = 0
    for path in sorted((shared / "pfocr-sample" / "_data").glob("*-genes.tsv")):
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        if "count_synonym" not in header or path.name.startswith("PMC2936028"):  # that one holds its block twice
            continue
        rows = [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines]
        mentions = only(Mention, read(path.name, path.read_bytes()))
        for taxon in {row["organism_id"] for row in rows}:
            block = [each for each in mentions if each.taxon == f"ncbitaxon:{taxon}"]
            (counts,) = {(row["count_direct"], row["count_synonym"]) for row in rows if row["organism_id"] == taxon}
            sources = [each.source for each in block]
            direct, synonym = sources.count("ncbigene_symbol"), sources.count("ncbigene_synonym")
            assert (str(direct or "NA"), str(synonym or "NA")) == counts
            assert len({each.entity_id for each in block}) == len(block)
            checked += 1
    assert checked > 10


def test_real_keywords_are_the_words_of_the_tables_where_both_agree(shared: Path) -> None:
    found = sample(shared)
    agree = 0
    for name, elements in found.items():
        if not name.endswith(".md"):
            continue
        carried = [each.keyword for each in only(Mention, elements) if each.origin == "keyword"]
        stem = name.removesuffix(".md")
        listed: list[str] = []
        for kind in ("genes", "chemicals", "diseases"):
            words = [collapse(each.keyword) for each in only(Mention, found.get(f"{stem}-{kind}.tsv", []))]
            listed += dict.fromkeys(words)
        agree += bool(listed) and carried == listed
    assert agree >= 10
