"""Names as they are shown, and the forms in which words are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model.text import cached_normal_form, normal_form, plain, spellings, tidy

HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            [*"&#38;amplhx026 \u03b1\u03b2\u0391\u0301\u200b\u00ad\u2011\u212a\u037e\u0149\u0390\u0130\xdf\u02d8\n|"]
        ),
        st.sampled_from(["&amp;", "&alpha;", "&#38;", "&shy;", "&semi;", "&#x212A;", "&zwj;", "&NewLine;", "&#xd800;"]),
        st.characters(exclude_categories=[]),
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("word", "form"),
    [
        *(("c-Jun ", "C-JUN"), ("Me  Me ", "ME ME"), ("R&D", "R&D"), ("a;b & c", "A;B & C"), ("", "")),
        *(("IL\u20116", "IL-6"), ("IL\u22126", "IL-6"), ("p62\u2013ZIP", "P62-ZIP")),
        *(("TP53\u200b", "TP53"), ("IL\u00ad-6", "IL-6"), ("\ufeffTNF\u2060", "TNF")),
        *(
            ("TNF\u03b1", "TNFALPHA"),
            ("TNF-\u03b1", "TNF-ALPHA"),
            ("NF-\u03baB", "NF-KAPPAB"),
            ("\u0394F508", "DELTAF508"),
        ),
        *(("\xb5-opioid", "MU-OPIOID"), ("\u0391PE1", "APE1"), ("\u03c2", "SIGMA"), ("\u03d5", "PHI")),
        *(
            ("TNF&alpha;", "TNFALPHA"),
            ("TNF&#945;", "TNFALPHA"),
            ("TNF&#x3b1;", "TNFALPHA"),
            ("TNF&amp;alpha;", "TNFALPHA"),
        ),
        *(("A&amp;B", "A&B"), ("x&nbsp;y", "X Y"), ("&unknown;", "&UNKNOWN;"), ("&lt;b&gt;", "<B>")),
        *(("caffe\u0301ine", "CAFF\xc9INE"), ("caff\xe9ine", "CAFF\xc9INE"), ("Ca\xb2\u207a", "CA2+")),
    ],
)
def test_equal_words_have_one_form(word: str, form: str) -> None:
    assert normal_form(word) == cached_normal_form(word) == form


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *(
            (" Me  Me ", "Me Me"),
            ("TP53\u200b", "TP53"),
            ("caffe\u0301ine", "caff\xe9ine"),
            ("TNF&alpha;", "TNF\u03b1"),
        ),
        *(
            ("IL\u20116", "IL\u20116"),
            ("Ca\xb2\u207a", "Ca\xb2\u207a"),
            ("A&amp;B", "A&B"),
            ("&#0;", "\ufffd"),
            ("", ""),
        ),
    ],
)
def test_a_name_keeps_its_letters_and_dashes(text: str, name: str) -> None:
    assert tidy(text) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("TNF-alpha", ("TNF-alpha",)), ("IL\u20116", ("IL-6",)), ("\u03b1", ("alpha",)), ("\u03b11", ("alpha1",))),
        *(("TNF\u03b1", ("TNFalpha", "TNFA")), ("IKK\u03b1/\u03b2", ("IKKalpha/beta", "IKKA/B"))),
        *(("ab\u03c8", ("abpsi",)), ("PKC\u03b8", ("PKCtheta", "PKCQ"))),
        ("GSK-3\u00df", ("GSK-3beta", "GSK-3B")),
    ],
)
def test_a_greek_letter_has_a_name_and_a_latin_letter(text: str, expected: tuple[str, ...]) -> None:
    assert spellings(text) == expected


@given(HOSTILE)
def test_forms_are_their_own_forms(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)
    assert tidy(tidy(text)) == tidy(text)


@given(HOSTILE)
def test_a_name_and_its_text_are_one_word(text: str) -> None:
    assert normal_form(tidy(text)) == normal_form(text)


@given(HOSTILE)
def test_lines_stay(text: str) -> None:
    assert plain(text).count("\n") == text.count("\n")


@given(st.text(st.characters(max_codepoint=127, exclude_characters="&")))
def test_plain_text_stays(text: str) -> None:
    assert plain(text) == text
