"""Other forms of the names of chemicals and diseases: each rule with its result, and where it must not apply."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.lexicon.lexicon import Lexicon
from kg.lexicon.matching import Table, bare
from kg.lexicon.term_names import MOST_EXPENSIVE, OtherForms, forms, squashed
from kg.model.records import Category
from kg.model.text import plain


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.bundled()


@pytest.mark.parametrize(
    ("word", "category", "form", "cost"),
    [
        ("pyruvate", "chemical", "pyruvic acid", 2),
        ("Pyruvic acid", "chemical", "pyruvate", 2),
        ("nitrous acid", "chemical", "nitrite", 2),
        ("Glycerols", "chemical", "glycerol", 1),
        ("fatty acid", "chemical", "fatty acids", 1),
        ("L-lactate", "chemical", "lactate", 3),
        ("(R)-mevalonate", "chemical", "mevalonate", 3),
        ("(+)-catechin", "chemical", "catechin", 3),
        ("DL-homocysteine", "chemical", "homocysteine", 3),
        ("\u03b1-ketoglutarate", "chemical", "2-oxoglutarate", 2),
        ("2-oxoglutarate", "chemical", "alpha-ketoglutarate", 2),
        ("\u03b2-hydroxybutyrate", "chemical", "3-hydroxybutyrate", 1),
        ("farnesyl diphosphate", "chemical", "farnesyl pyrophosphate", 1),
        ("fructose-1,6-diphosphate", "chemical", "fructose-1,6-bisphosphate", 1),
        ("inositol 1,4,5-triphosphate", "chemical", "inositol 1,4,5-trisphosphate", 1),
        ("Glucose-6-P", "chemical", "glucose-6-phosphate", 1),
        ("acetyl coenzyme A", "chemical", "acetyl coa", 1),
        ("sodium butyrate", "chemical", "butyrate", 3),
        ("sulphite", "chemical", "sulfite", 1),
        ("melanomas", "disease", "melanoma", 1),
        ("ischaemia", "disease", "ischemia", 1),
        ("type II diabetes", "disease", "type 2 diabetes", 1),
        ("Alzheimer\u2019s disease", "disease", "alzheimer's disease", 1),
        ("Parkinson's", "disease", "parkinson's disease", 2),
        ("hypertensives", "disease", "hypertension", 2),
        ("ischaemic", "disease", "ischemia", 3),
        ("fibrotic", "disease", "fibrosis", 2),
    ],
)
def test_a_rule_gives_the_form(word: str, category: Category, form: str, cost: int) -> None:
    assert forms(word, category)[form] == cost


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("irons", "iron"),
        ("leads", "lead"),
        ("glucose", "glucoses acid"),
        ("nitrate", "nitrite"),
        ("malate", "malonate"),
        ("sodium phosphate", "phosphate"),
        ("sodium chloride", "chloride"),
        ("adenosine diphosphate", "adenosine bisphosphate"),
        ("fructose-1,6-diphosphate", "fructose-1,6-pyrophosphate"),
        ("phosphate", "phosphic acid"),
        ("cis-aconitate", "aconitate"),
        ("analysis", "analysi"),
        ("virus", "viru"),
        ("liver", "liver's disease"),
    ],
)
def test_a_rule_does_not_give_the_form(word: str, form: str) -> None:
    assert form not in forms(word, "chemical")
    assert form not in forms(word, "disease")


@pytest.mark.parametrize(
    ("word", "entity_id"),
    [
        # Acid, anion and MeSH's class of a metabolite are one thing.
        *((word, "chebi:32816") for word in ("pyruvate", "Pyruvic acid", "Pyruvates", "PYRUVATE")),
        *((word, "chebi:30769") for word in ("citrate", "citric acid", "Citrates")),
        *((word, "chebi:15366") for word in ("acetate", "acetic acid")),
        *((word, "mesh:D019344") for word in ("lactate", "lactic acid", "L-Lactate", "Lactates")),
        *((word, "mesh:D007656") for word in ("\u03b1-ketoglutarate", "2-oxoglutarate", "alpha-ketoglutaric acid")),
        ("succinate", "chebi:15741"),
        ("malate", "chebi:6650"),
        ("malonate", "chebi:30794"),
        ("aspartate", "chebi:22660"),
        ("glutamate", "chebi:18237"),
        ("oxaloacetate", "chebi:30744"),
        ("fumarate", "chebi:18012"),
        ("urate", "chebi:27226"),
        ("farnesyl diphosphate", "chebi:17407"),
        ("fructose 1,6-bisphosphate", "mesh:C029063"),
        ("HMG-CoA", "chebi:15467"),
        # Classes of drugs are not their acid, and inorganic acids are not their anions.
        ("barbiturate", "chebi:22693"),
        ("barbituric acid", "chebi:16294"),
        ("nitrate", "chebi:51081"),
        ("nitric acid", "chebi:48107"),
        ("nitrite", "chebi:25549"),
        ("phosphate", "mesh:D010710"),
        ("phosphoric acid", "chebi:26078"),
        # Supplementary records of MeSH.
        ("fostamatinib", "mesh:C523665"),
        ("LY294002", "chebi:65329"),
        # Inverted headings join with the term of that name.
        ("non-Hodgkin lymphoma", "doid:0060060"),
        ("Lymphoma, Non-Hodgkin", "doid:0060060"),
        ("mRNA", "chebi:33699"),
        # What is one thing in a figure although the records are many.
        ("NaCl", "chebi:26710"),
        ("Ca", "chebi:29108"),
        ("TXA2", "chebi:15627"),
        ("bradykinin", "chebi:3165"),
        ("caproate", "chebi:30776"),
        ("Caffeic acid", "chebi:36281"),
        ("Parkinson", "doid:14330"),
        ("Crohn's", "doid:8778"),
        ("COVID", "doid:0080600"),
    ],
)
def test_words_of_figures_are_grounded(lexicon: Lexicon, word: str, entity_id: str) -> None:
    assert lexicon.ground([word])[word].entity_id == entity_id
    assert lexicon.identity.primary(entity_id) == entity_id


@pytest.mark.parametrize("word", ["irons", "leads", "Activin-A", "C", "S"])
def test_words_that_mean_nothing_sure(lexicon: Lexicon, word: str) -> None:
    assert lexicon.ground([word]) == {}


def test_genes_go_before_other_forms(lexicon: Lexicon) -> None:
    # Kainate is a family of receptors, so the form Kainates (kainic acid) does not count.
    assert {reading.category for reading in lexicon.readings(["Kainate"])["Kainate"]} == {"family"}
    assert lexicon.ground(["CS", "LEAD", "ACO2"])["CS"].name == "CS"


def test_gaps_between_digits_stay() -> None:
    words = OtherForms(["glucose 6 phosphate", "factor 1-2"], "chemical")
    assert dict(words.matching("Glucose-6-Phosphate")) == {"glucose 6 phosphate": 0}
    assert dict(words.matching("factor 12")) == {}
    assert dict(words.matching("Factor1-2")) == {"factor 1-2": 0}
    assert [row[0] for row in Table("a\t\tGlucose-6-Phosphate\t\nb\t\tglucose\t").rows_with_bare(words.bare)] == ["a"]


@given(st.text())
def test_hostile_text_has_forms(text: str) -> None:
    for category in ("chemical", "disease"):
        costs = forms(text, category)
        assert min(costs.values()) == 0
        assert max(costs.values()) <= MOST_EXPENSIVE
    assert bare(squashed(text)) == bare(plain(text).casefold())
    assert (
        list(Table(f"a\t\t{text.split()[:1]}\t".replace("\n", " ")).rows_with_bare(OtherForms([text], "chemical").bare))
        is not None
    )
