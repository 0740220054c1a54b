"""Figures in the API of the page: worked by hand on small corpora.

The toy corpus draws AKT (AKT1, AKT2), p53 and ATP in figure a; AKT, p53, MDM2 and osteoporosis in b; c has keywords
only; d draws TP53 and MDM2, and has no record, so that it has no title and no year.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.corpus import genes, record, write_toy
from helpers.doubts import build_doubts
from helpers.markup import MARKUP, build_markup

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

from starlette.applications import Starlette
from starlette.middleware import Middleware
from test_explorer_api import AKT1, AKT2, MDM2, OSTEOPOROSIS, TP53, Client, client

from kg.building.options import BuildParameters
from kg.building.release import release
from kg.errors import ParameterError
from kg.web.explorer.api import Api
from kg.web.explorer.captions import marked
from kg.web.images import EXAMPLE, ImageTemplate
from kg.web.security import SecurityMiddleware

CREBBP, OPN1LW = "ncbigene:1387", "ncbigene:5956"
MTOR, TSC1, TSC2, RHEB = "ncbigene:2475", "ncbigene:7248", "ncbigene:7249", "ncbigene:6009"


@pytest.fixture(scope="module")
def toy(record_build: Path) -> Iterator[Client]:
    with client(record_build) as made:
        yield made


@pytest.fixture(scope="module")
def doubts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with client(build_doubts(tmp_path_factory.mktemp("doubts"))) as made:
        yield made


def gene(symbol: str, number: str) -> tuple[str, str, str, str, str]:
    return (symbol, symbol, symbol, number, "ncbigene_symbol")


FOUR = [gene("MTOR", "2475"), gene("TSC1", "7248"), gene("TSC2", "7249"), gene("RHEB", "6009")]


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Four figures: b and d are nearly a, and c shares two words with it."""
    files = {
        "_figures/PMC11__a.md": record(
            "PMC11__a",
            "figid_alias: PMC11__F1",
            "caption: 'TSC1-TSC2 hold Rheb, and thus mTOR (mtor).'",
            "filename: a.png",
            "doi: 10.1234/x",
            "papertitle: The TOR paper.",
            "reftext: 'B. Author, et al. J Tor. 2011;1:2-3.'",
            year="2011",
        ),
        "_data/PMC11__a-genes.tsv": genes(*FOUR),
        "_figures/PMC11__b.md": record("PMC11__b", "filename: PMC11__b.jpg", year="2011"),
        "_data/PMC11__b-genes.tsv": genes(*FOUR, gene("AKT1", "207")),
        "_figures/PMC12__c.md": record("PMC12__c", year="2015"),
        "_data/PMC12__c-genes.tsv": genes(*FOUR[:2], gene("AKT1", "207")),
        "_figures/PMC13__d.md": record("PMC13__d", year="2016"),
        "_data/PMC13__d-genes.tsv": genes(*FOUR[:3]),
    }
    folder = write_toy(tmp_path_factory.mktemp("copies"), files)
    licences = folder / "licences.tsv"
    licences.write_text("pmcid\tlicence\nPMC11\tCC BY-NC\n", encoding="utf-8")
    parameters = BuildParameters(min_figures=1, readings="record", licences=str(licences))
    release([str(folder)], folder / "exports", parameters)
    with client(folder / "exports") as made:
        yield made


def figids(answer: dict[str, Any]) -> list[str]:
    return [row["figid"] for row in answer["rows"]]


def test_a_figure_has_the_licence_of_its_article_where_the_build_knows_it(copies: Client) -> None:
    known = {name: copies.get("figure", id=name)["license"] for name in ("PMC11__a", "PMC12__c")}
    assert known == {"PMC11__a": "CC BY-NC", "PMC12__c": None}


# -- the figures of an entity


def test_the_figures_of_a_gene_with_their_words(toy: Client) -> None:
    answer = toy.get("figures", id="p53")
    assert (answer["id"], answer["name"], answer["figures"], answer["doubtful_figures"]) == (TP53, "TP53", 3, 0)
    assert answer["rows"][1] == {
        "id": "pfocr:PMC1__b", "figid": "PMC1__b", "alias": None, "title": "Title of PMC1__b", "year": 2001,
        "page": "https://pfocr.wikipathways.org/figures/PMC1__b.html", "url": None, "image": None,
        "paper": {"id": "pmc:PMC1", "title": None, "url": "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1"},
        "words_drawn": 4, "doubtful": False, "words": ["p53"],
    }  # fmt: skip
    assert [(row["figid"], row["words_drawn"], row["words"]) for row in answer["rows"]] == [
        ("PMC1__a", 3, ["p53"]),
        ("PMC1__b", 4, ["p53"]),
        ("PMC3__d", 2, ["TP53"]),
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["PMC1__a", "PMC1__b", "PMC3__d"]),  # a missing year is last, whatever the order
        ({"order": "asc"}, ["PMC1__a", "PMC1__b", "PMC3__d"]),
        (
            {"sort": "title"},
            ["PMC3__d", "PMC1__a", "PMC1__b"],
        ),  # d has no title, but a figid with P
        ({"sort": "title", "order": "desc"}, ["PMC1__b", "PMC1__a", "PMC3__d"]),
        ({"sort": "words"}, ["PMC1__b", "PMC1__a", "PMC3__d"]),
        ({"sort": "words", "order": "asc"}, ["PMC3__d", "PMC1__a", "PMC1__b"]),
        ({"sort": "words", "limit": 1, "offset": 1}, ["PMC1__a"]),
        ({"offset": 3}, []),
    ],
)
def test_a_list_is_sorted_and_paged(toy: Client, given: dict[str, Any], expected: list[str]) -> None:
    assert figids(toy.get("figures", id=TP53, **given)) == expected


def test_pages_of_a_list_are_the_list(toy: Client) -> None:
    for sort in ("year", "title", "words"):
        pages = [figids(toy.get("figures", id=TP53, sort=sort, limit=1, offset=place)) for place in range(3)]
        assert [figid for page in pages for figid in page] == figids(toy.get("figures", id=TP53, sort=sort))


def test_a_word_that_the_record_does_not_say(toy: Client) -> None:
    rows = {row["figid"]: row for row in toy.get("figures", id=MDM2)["rows"]}
    assert rows["PMC2__c"]["words"] == []  # a bare keyword


def test_figures_by_doubtful_readings_come_on_request(doubts: Client) -> None:
    # a, b and c have the opsin by the word CBP, which means CREBBP; d by its own name.
    answer = doubts.get("figures", id=OPN1LW)
    assert (answer["figures"], answer["doubtful_figures"], figids(answer)) == (1, 3, ["PMC4__d"])
    more = doubts.get("figures", id=OPN1LW, doubtful=1)
    assert [(row["figid"], row["doubtful"]) for row in more["rows"]] == [
        ("PMC3__c", True),
        ("PMC4__d", False),
        ("PMC2__b", True),
        ("PMC1__a", True),
    ]


def test_parameters_of_a_list_that_are_none(toy: Client) -> None:
    assert "none of: year, title, words" in toy.refused("figures", 400, id=TP53, sort="q")
    assert "none of: asc, desc" in toy.refused("figures", 400, id=TP53, order="up")
    assert "whole number" in toy.refused("figures", 400, id=TP53, doubtful="yes")
    assert "id is missing" in toy.refused("figures", 400)
    assert "NOSUCH" in toy.refused("figures", 404, id="NOSUCH")


# -- one figure


def test_a_figure_with_all_that_is_known_of_it(copies: Client) -> None:
    answer = copies.get("figure", id="PMC11__a")
    names = ("figid", "alias", "title", "year", "number", "page", "url", "image", "counted", "links")
    assert {name: answer[name] for name in names} == {
        "figid": "PMC11__a", "alias": "PMC11__F1", "title": "Title of PMC11__a", "year": 2011, "number": None,
        "page": "https://pfocr.wikipathways.org/figures/PMC11__a.html", "url": None, "image": None, "counted": True,
        "links": [],
    }  # fmt: skip
    assert answer["caption_parts"] == [
        ["TSC1", "TSC1"], ["-", None], ["TSC2", "TSC2"], [" hold ", None], ["Rheb", "RHEB"], [", and thus ", None],
        ["mTOR", "MTOR"], [" (", None], ["mtor", "MTOR"], [").", None],
    ]  # fmt: skip
    assert "".join(text for text, _ in answer["caption_parts"]) == answer["caption"]
    assert answer["paper"] == {
        "id": "pmc:PMC11", "pmcid": "PMC11", "title": "The TOR paper.",
        "reference": "B. Author, et al. J Tor. 2011;1:2-3.", "journal": None, "doi": "10.1234/x",
        "url": "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC11", "figures": 2,
        "others": [
            {"id": "pfocr:PMC11__b", "figid": "PMC11__b", "alias": None, "title": "Title of PMC11__b", "year": 2011}
        ],
    }  # fmt: skip
    assert [(word["form"], word["entities"][0]["id"], word["candidates"]) for word in answer["words"]] == [
        ("MTOR", MTOR, []),
        ("RHEB", RHEB, []),
        ("TSC1", TSC1, []),
        ("TSC2", TSC2, []),
    ]


def test_a_family_is_one_word_with_its_genes(toy: Client) -> None:
    answer = toy.get("figure", id="pfocr:PMC1__b")
    words = {word["form"]: [meant["id"] for meant in word["entities"]] for word in answer["words"]}
    assert words == {"AKT": [AKT1, AKT2], "MDM2": [MDM2], "OSTEOPOROSIS": [OSTEOPOROSIS], "P53": [TP53]}
    assert [(each["category"], each["name"], each["words"]) for each in answer["entities"]] == [
        ("disease", "osteoporosis", ["osteoporosis"]),
        ("gene", "AKT1", ["AKT"]),
        ("gene", "AKT2", ["AKT"]),
        ("gene", "MDM2", ["MDM2"]),
        ("gene", "TP53", ["p53"]),
    ]


def test_a_word_in_doubt_has_its_candidates(doubts: Client) -> None:
    answer = doubts.get("figure", id="PMC1__a")
    (word,) = [each for each in answer["words"] if each["form"] == "CBP"]
    assert [(each["id"], each["probability"]) for each in word["entities"]] == [(CREBBP, 1.0), (OPN1LW, 0.0)]
    assert [(each["id"], each["source"]) for each in word["candidates"]] == [(CREBBP, "curated")]
    (opsin,) = [each for each in answer["entities"] if each["id"] == OPN1LW]
    assert (opsin["probability"], opsin["words"]) == (0.0, [])


@pytest.mark.parametrize("path", ["figure", "figure-network", "similar-figures"])
@pytest.mark.parametrize(
    "name",
    ["pfocr:PMC11__a", "PMC11__F1", "pmc11__f1", " PMC11__F1", "https://pfocr.wikipathways.org/figures/PMC11__a.html"],
)
def test_a_figure_by_any_of_its_names(copies: Client, path: str, name: str) -> None:
    assert copies.get(path, id=name) == copies.get(path, id="PMC11__a")


@pytest.mark.parametrize("path", ["figure", "figure-network", "similar-figures"])
@pytest.mark.parametrize("wrong", ["PMC9__none", "PMC1", "TP53", "pfocr:", "' OR 1=1 --", "\x00"])
def test_a_figure_that_is_none(toy: Client, path: str, wrong: str) -> None:
    assert "no figure is called" in toy.refused(path, 404, id=wrong)


# -- its network


def test_the_network_has_the_pairs_of_two_different_words(toy: Client) -> None:
    answer = toy.get("figure-network", id="PMC1__b")
    assert answer["left_out"] == 0
    assert {node["data"]["id"] for node in answer["elements"]["nodes"]} == {AKT1, AKT2, MDM2, OSTEOPOROSIS, TP53}
    edges = {(each["data"]["source"], each["data"]["target"]): each["data"] for each in answer["elements"]["edges"]}
    # Ten pairs but for AKT1 with AKT2, which are one word here. TP53 and MDM2 are together in b and d.
    assert len(edges) == 9
    assert (AKT1, AKT2) not in edges
    assert (edges[MDM2, TP53]["figures"], edges[MDM2, TP53]["doubt"]) == (2, 0)


def test_an_entity_by_a_doubtful_reading_is_not_in_the_network(doubts: Client) -> None:
    answer = doubts.get("figure-network", id="PMC1__a")
    assert {node["data"]["id"] for node in answer["elements"]["nodes"]} == {CREBBP, TP53}


# -- near-identical figures


def test_near_identical_figures_by_hand(copies: Client) -> None:
    answer = copies.get("similar-figures", id="PMC11__a")
    # b: 4 of 5 words; d: 3 of 4. c shares two words only.
    assert [(row["figid"], row["shared"], row["words"], row["jaccard"]) for row in answer["rows"]] == [
        ("PMC11__b", 4, 5, 0.8),
        ("PMC13__d", 3, 3, 0.75),
    ]
    assert (answer["words"], answer["found"]) == (4, 2)
    assert "0.5 or more, with 3 shared words or more" in answer["measure"]
    assert copies.get("similar-figures", id="PMC11__a", limit=1)["found"] == 2
    # c: 3 of 5 words with b.
    assert [(row["figid"], row["jaccard"]) for row in copies.get("similar-figures", id="PMC12__c")["rows"]] == [
        ("PMC11__b", 0.6)
    ]


# -- the search


def found(build: Client, text: str, **more: Any) -> list[str]:
    return [each["figid"] for each in build.get("search", q=text, **more)["figures"]["figures"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PMC11__a", ["PMC11__a"]),
        ("pmc11__A", ["PMC11__a"]),
        ("pfocr:PMC11__a", ["PMC11__a"]),
        ("https://pfocr.wikipathways.org/figures/PMC11__a.html", ["PMC11__a"]),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC12/", ["PMC12__c"]),
        ("PMC11__F1", ["PMC11__a"]),
        ("PMC11", ["PMC11__a", "PMC11__b"]),
        ("PMC1", ["PMC11__a", "PMC11__b", "PMC12__c", "PMC13__d"]),
        ("PMC99", []),
        ("title of pmc12", ["PMC12__c"]),
        ("pmc13 titl", ["PMC13__d"]),  # words in any order; the beginning of a word is enough
        ("itle", []),
        ("of", []),  # under three letters
        ("tïtle PMC11", ["PMC11__a", "PMC11__b"]),
    ],
)
def test_figures_are_found_by_id_pmcid_and_title(copies: Client, text: str, expected: list[str]) -> None:
    assert found(copies, text) == expected


def test_the_number_of_all_figures_is_said(copies: Client) -> None:
    answer = copies.get("search", q="title", limit=2)["figures"]
    assert (len(answer["figures"]), answer["found"]) == (2, 4)
    assert {each["how"] for each in answer["figures"]} == {"title"}


# -- pictures


def test_addresses_of_pictures_are_those_of_the_template(copies: Client) -> None:
    api = Api(copies.build, ImageTemplate("https://x.org/{pmcid}/{figid}/{filename}"))
    try:
        copies_with = Client.__new__(Client)
        copies_with.app = Starlette(routes=api.routes())
        assert copies_with.get("build")["images"] == "x.org"
        assert copies_with.get("figure", id="PMC11__a")["image"] == "https://x.org/PMC11/PMC11__a/a.png"
        rows = copies_with.get("figures", id=MTOR)["rows"]
        # The file name of b begins with its PMCID, as old records have it; c and d have none.
        assert {row["figid"]: row["image"] for row in rows} == {
            "PMC11__a": "https://x.org/PMC11/PMC11__a/a.png",
            "PMC11__b": "https://x.org/PMC11/PMC11__b/b.jpg",
            "PMC12__c": "https://x.org/PMC12/PMC12__c/c.jpg",
            "PMC13__d": "https://x.org/PMC13/PMC13__d/d.jpg",
        }
        enriched = copies_with.get("enrich", genes=f"{MTOR},{RHEB}", all="true")["rows"]
        named = {row["figure_id"]: row["image"] for row in enriched}
        assert named["pfocr:PMC11__a"] == "https://x.org/PMC11/PMC11__a/a.png"
        assert named["pfocr:PMC11__b"] == "https://x.org/PMC11/PMC11__b/b.jpg"
        evidence = copies_with.get("evidence", subject=MTOR, object=RHEB)["rows"]
        assert [row["image"] for row in evidence] == [
            "https://x.org/PMC11/PMC11__a/a.png",
            "https://x.org/PMC11/PMC11__b/b.jpg",
        ]
        answer = copies_with.http("/api/build")
        assert answer.headers["etag"] != copies.http("/api/build").headers["etag"]
    finally:
        api.close()


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("", "its host is no plain name"),
        ("europepmc.org/{filename}", "its host is no plain name"),
        ("ftp://x.org/{filename}", "its host is no plain name"),
        ("https://{filename}/", "its host is no plain name"),
        ("https://x.org;script-src/{filename}", "its host is no plain name"),
        ("https://a b/{filename}", "its host is no plain name"),
        ("https://user@x.org/{filename}", "its host is no plain name"),
        ("https://[::1/{filename}", "its host is no plain name"),
        ("https://[zz]/{filename}", "its host is no plain name"),
        ("https://x\u2100y/{filename}", "its host is no plain name"),
        ("https://x.org:65536/{filename}", "its host is no plain name"),
        ("https://x.org/{pmid}/{filename}", "{pmid} is no placeholder"),
        ("https://x.org/{pmcid}.jpg", "it has no {filename} or {figid}"),
        ("https://x.org/a b/{filename}", "it has a space"),
    ],
)
def test_templates_that_are_refused(template: str, fault: str) -> None:
    with pytest.raises(ParameterError) as error:
        ImageTemplate(template)
    assert fault in str(error.value)
    assert EXAMPLE in str(error.value)
    assert "\n" not in str(error.value)


def test_names_cannot_leave_their_place_in_an_address() -> None:
    template = ImageTemplate("https://x.org/{filename}?of={figid}")
    assert template.address("PMC1__f", "../a?b#c&d.jpg") == "https://x.org/..%2Fa%3Fb%23c%26d.jpg?of=PMC1__f"


@pytest.mark.parametrize(("images", "allowed"), [("", "'self' data:"), ("https://x.org", "'self' data: https://x.org")])
def test_the_policy_allows_pictures_of_that_host_only(toy: Client, images: str, allowed: str) -> None:
    wrapped = Client.__new__(Client)
    wrapped.app = Starlette(routes=toy.api.routes(), middleware=[Middleware(SecurityMiddleware, images=images)])
    policy = wrapped.http("/api/build").headers["content-security-policy"]
    assert f"img-src {allowed};" in policy
    assert policy.count("http") == (1 if images else 0)


# -- captions and hostile texts


@pytest.mark.parametrize(
    ("caption", "words", "expected"),
    [
        ("", [("A1", "A1")], []),
        ("TNF\u03b1, TNF-alpha, TNF alpha", [("TNFA", "TNFa")], ["TNF\u03b1"]),
        ("TNF\u03b1, TNF-alpha, TNF alpha", [("TNF-ALPHA", "TNF-\u03b1")], ["TNF\u03b1", "TNF-alpha", "TNF alpha"]),
        ("IL-6/IL6; il 6", [("IL6", "IL-6")], ["IL-6", "IL6", "il 6"]),
        ("RANKL, not RANK", [("RANK", "RANK")], ["RANK"]),
        ("TGF-beta-1 and TGF-beta", [("TGFBETA", "TGFb"), ("TGF-BETA-1", "TGFb1")], ["TGF-beta-1", "TGF-beta"]),
        ("and AND", [("AND", "AND")], ["AND"]),
        ("A b c", [("A", "A")], []),
        ("p53 p53", [("P53", "p53")], ["p53", "p53"]),
        ("AKT,\nMTOR", [("AKT-MTOR", "AKT-MTOR")], []),
    ],
)
def test_drawn_words_are_marked_in_a_caption(caption: str, words: list[tuple[str, str]], expected: list[str]) -> None:
    parts = marked(caption, words)
    assert [text for text, form in parts if form] == expected
    assert "".join(text for text, _ in parts) == caption


def test_hostile_records_stay_texts(tmp_path: Path) -> None:
    with client(build_markup(tmp_path)) as build:
        answer = build.get("figure", id="PMC1__a")
        assert answer["paper"]["title"] == MARKUP[0]
        assert answer["url"] == "https://www.ncbi.nlm.nih.gov/javascript:alert(1)/"  # a path of that host
        assert [part for part in answer["caption_parts"] if part[1]] == []
        assert build.get("figures", id=TP53)["rows"][0]["paper"]["title"] == MARKUP[0]
