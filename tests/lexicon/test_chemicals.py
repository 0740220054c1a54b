"""The table of chemicals: charge states, classes of acids, and the supplementary records of MeSH that are of use."""

from io import BytesIO

import pytest

from kg.lexicon.update import source_formats
from kg.lexicon.update.chemicals import charge_states, chemical_rows, is_drawn, split_rare, stem
from kg.lexicon.update.compile import Descriptor, Ontology

NAMES = {
    "chebi:1": "citric acid",
    "chebi:2": "citrate(3-)",
    "chebi:3": "citrate(2-)",
    "chebi:4": "barbituric acid",
    "chebi:5": "barbiturate",
    "chebi:6": "malonic acid",
    "chebi:7": "malate",
    "chebi:8": "wonderone",
    "chebi:9": "TRAF6",
}
CHEBI = Ontology(
    NAMES,
    {},
    {"D1": {"chebi:1"}, "D3": {"chebi:4"}, "C9": {"chebi:9"}},
    {"chebi:2": ["chebi:3"], "chebi:3": ["chebi:1"], "chebi:5": ["chebi:4"], "chebi:7": ["chebi:6"]},
    {"chebi:1", "chebi:6", "chebi:8"},
)
DESCRIPTORS = [
    Descriptor("D1", "Citric Acid", (), ("D02.1.5",)),
    Descriptor("D2", "Citrates", (), ("D02.1",)),
    Descriptor("D3", "Barbituric Acid", (), ("D03.1.5",)),
    Descriptor("D4", "Barbiturates", ("Barbiturate",), ("D03.1",)),
    Descriptor("D5", "Kinases", (), ("D08.811",)),
]


def test_charge_states_of_a_metabolite_are_its_acid() -> None:
    # Barbituric acid is no metabolite, and malate is no form of malonic acid, whatever a relation says.
    assert charge_states(CHEBI) == {"chebi:2": "chebi:1", "chebi:3": "chebi:1"}


def test_a_circle_of_states_is_left_out() -> None:
    circle = Ontology({"chebi:1": "a ion", "chebi:2": "a"}, {}, {}, {"chebi:1": ["chebi:2"], "chebi:2": ["chebi:1"]})
    assert charge_states(circle) == {}


def test_rows() -> None:
    supplement = [
        Descriptor("C1", "fooabine", ("MK 801", "TRAF6", "QX7", "2,3-di-4,5-ol"), headings=("D2",)),
        Descriptor("C2", "BAR kinase", (), headings=("D5",)),  # a protein
        Descriptor("C3", "ZX-12345 powder", (), headings=("D2",)),  # two words, and nothing knows it
        Descriptor("C4", "ZX-54321 powder", (), headings=("D2",)),  # PubChem knows it
        Descriptor("C5", "Citrates", (), headings=("D2",)),  # an earlier row has the name
        Descriptor("C9", "other", (), headings=("D2",)),  # ChEBI's name is a gene's
    ]
    assert chemical_rows(DESCRIPTORS, supplement, CHEBI, [], known={"C4"}, taken={"TRAF6", "other"}) == [
        ("chebi:1", "chebi:2|chebi:3|mesh:D1|mesh:D2", "citric acid", "Citrates|citrate"),
        ("chebi:4", "mesh:D3", "barbituric acid", ""),
        ("chebi:6", "", "malonic acid", ""),
        ("chebi:8", "", "wonderone", ""),
        ("mesh:C1", "", "fooabine", "MK 801"),
        ("mesh:C4", "", "ZX-54321 powder", ""),
        ("mesh:D4", "", "Barbiturates", "Barbiturate"),
    ]


def test_supplementary_records_without_a_term_of_chebi_are_rare() -> None:
    common = [("chebi:1", "mesh:C7", "one", ""), ("mesh:D4", "", "two", "")]
    assert split_rare([*common, ("mesh:C4", "", "ZX-54 Powder", "54-ZX")]) == (
        common,
        [("54zx", "mesh:C4", "ZX-54 Powder"), ("zx54powder", "mesh:C4", "ZX-54 Powder")],
    )


@pytest.mark.parametrize(
    ("one", "other"), [("pyruvate", "pyruvic acid"), ("malate(2-)", "malic acids"), ("sulfate", "sulfuric acid")]
)
def test_acid_and_anion_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [("nitrate", "nitrite"), ("malate", "malonate"), ("acetate", "acetoacetic acid"), ("lead", "lead")],
)
def test_other_names_have_not(one: str, other: str) -> None:
    assert stem(one) is None or stem(one) != stem(other)


def test_abbreviations_and_systematic_names_are_not_drawn() -> None:
    assert [text for text in ("AB1", "TNP", "bosutinib", "a(b)cdef", "x" * 41, "LY 294002") if is_drawn(text)] == [
        "bosutinib",
        "LY 294002",
    ]


def test_relations_are_read_from_obo() -> None:
    text = b"""format-version: 1.2
ontology: chebi

[Term]
id: CHEBI:15361
name: pyruvate
relationship: is_conjugate_base_of CHEBI:32816 ! pyruvic acid

[Term]
id: CHEBI:32816
name: pyruvic acid
relationship: has_role CHEBI:78675 ! fundamental metabolite
relationship: is_tautomer_of CHEBI:1

[Term]
id: CHEBI:5
name: alanine zwitterion
relationship: is_tautomer_of CHEBI:6
relationship: RO:0000087 CHEBI:77746 ! human metabolite
"""
    records = source_formats.obo("CHEBI", "chebi.obo", BytesIO(text)).records
    assert isinstance(records, Ontology)
    assert records.acids == {"chebi:15361": ["chebi:32816"], "chebi:5": ["chebi:6"]}
    assert records.metabolites == {"chebi:32816", "chebi:5"}


def test_headings_are_read_from_supplementary_records() -> None:
    text = b"""<SupplementalRecordSet><SupplementalRecord><SupplementalRecordUI>C1</SupplementalRecordUI>
<SupplementalRecordName><String>malic acid</String></SupplementalRecordName><HeadingMappedToList><HeadingMappedTo>
<DescriptorReferredTo><DescriptorUI>*D008293</DescriptorUI></DescriptorReferredTo></HeadingMappedTo>
</HeadingMappedToList></SupplementalRecord></SupplementalRecordSet>"""
    records = source_formats.mesh("SupplementalRecord", "supp.xml", BytesIO(text)).records
    assert records == [Descriptor("C1", "malic acid", headings=("D008293",))]
