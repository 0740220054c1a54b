"""Identifiers to IRIs and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import UnknownPrefix
from kg.model.identifiers import FIGID, association_iri, compress, curie, decode, expand, mesh_id, page


@pytest.mark.parametrize(
    ("short", "iri"),
    [
        ("ncbigene:8600", "https://identifiers.org/ncbigene/8600"),
        ("chebi:15422", "http://purl.obolibrary.org/obo/CHEBI_15422"),
        ("doid:11476", "http://purl.obolibrary.org/obo/DOID_11476"),
        ("mesh:D000255", "http://id.nlm.nih.gov/mesh/D000255"),
        ("ncbitaxon:9606", "http://purl.obolibrary.org/obo/NCBITaxon_9606"),
        ("pmc:PMC1", "https://identifiers.org/pmc/PMC1"),
        ("pfocr:PMC1__a.b-1", "https://pfocr.wikipathways.org/figures/PMC1__a.b-1.html"),
        ("keyword:Ca2%2B", "https://w3id.org/pfocr-kg/keyword/Ca2%2B"),
        ("doi:10.1177/15353702211011052", "https://doi.org/10.1177/15353702211011052"),
    ],
)
def test_a_curie_and_its_iri(short: str, iri: str) -> None:
    assert expand(short) == iri
    assert compress(iri) == short


@pytest.mark.parametrize("wrong", ["", "TNFSF11", "nosuch:1", "ncbigene:", "pfocr"])
def test_what_is_no_curie_is_refused_with_the_prefixes_that_are(wrong: str) -> None:
    with pytest.raises(UnknownPrefix, match="prefixes: pfocr, pmc"):
        expand(wrong)


def test_an_iri_of_nobody_is_refused() -> None:
    with pytest.raises(UnknownPrefix, match=r"http://example\.org/1"):
        compress("http://example.org/1")


def test_own_things_follow_the_base() -> None:
    assert expand("keyword:X", "http://me/") == "http://me/keyword/X"
    assert compress("http://me/keyword/X", "http://me/") == "keyword:X"
    assert association_iri("ncbigene:1", "ncbigene:2", "http://me/") == "http://me/co/ncbigene:1_ncbigene:2"


@given(st.text(min_size=1).filter(lambda text: text.encode("utf-8", "replace").decode() == text))
def test_any_text_becomes_an_iri_and_comes_back(text: str) -> None:
    short = curie("keyword", text)
    assert decode(short.removeprefix("keyword:")) == text
    assert compress(expand(short)) == short
    assert set(expand(short)).isdisjoint('<>"{}|\\^` \n\t')


def test_pages_for_people() -> None:
    assert page("ncbigene:8600") == "https://www.ncbi.nlm.nih.gov/gene/8600"
    assert page("pfocr:PMC1__a") == "https://pfocr.wikipathways.org/figures/PMC1__a.html"
    assert page("keyword:X") is None


@pytest.mark.parametrize("figid", ["PMC1__a", "PMC8719043__10.1177_15353702211011052-fig1", "PMC10036296__gr1_lrg"])
def test_figids(figid: str) -> None:
    assert FIGID.fullmatch(figid)


@pytest.mark.parametrize("wrong", ["PMC1_a", "1__a", "PMC__a", "PMC1__", "PMC1__a b", "PMC1__../a", "PMC1__a\n"])
def test_what_is_no_figid(wrong: str) -> None:
    assert not FIGID.fullmatch(wrong)


def test_mesh_spellings() -> None:
    assert mesh_id("mesh:C038044") == mesh_id("MESH:C038044") == mesh_id("C038044") == "mesh:C038044"
    assert mesh_id("NA") is mesh_id(None) is mesh_id("D1 ") is None
