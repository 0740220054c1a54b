"""Other forms of the names of chemicals and diseases, by rules of chemical and English spelling.

A figure has `pyruvate`, MeSH has Pyruvic Acid; a figure has `2-oxoglutarate`, MeSH has Ketoglutaric Acids. A rule
rewrites a text into another that means the same thing in a pathway figure. A form counts only if the lexicon has it.

The rules serve words that the lexicon does not have as they are written. Words of fewer than five characters have no
other forms, because most of them are abbreviations. Singular and plural need six letters: `irons` is not iron.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from kg.lexicon.matching import bare
from kg.model.records import Category
from kg.model.text import collapse, plain

SHORTEST = 5
"""Length of a word without hyphens and spaces below which it has no other forms."""

MOST_EXPENSIVE = 6
"""Cost of the rules that may be applied to one text in turn."""

_SALT = "(?:mono|di|tri)?(?:sodium|potassium|lithium|calcium|magnesium|ammonium)"
_INORGANIC = "(?:phosph|sulf|nitr|carbon|chlor|brom|iod|bor|silic|chrom|arsen|selen|mangan|cyan)ate"
_STEREO = r"(?:(?:dl|d,l|d|l|rac|r|s)-|\((?:[+-]|\+/-|\d*[rsez](?:,\d*[rsez])*|[dl])\)-)"
_GREEK_LOCANTS = (("alpha", "2"), ("beta", "3"), ("gamma", "4"), ("delta", "5"))

_COMMON: tuple[tuple[int, str, str], ...] = (
    (1, r"(?<=[a-z]{5}[a-hj-rtv-z])s$", ""),
    (1, r"(?<=[a-z]{5})ies$", "y"),
    (1, r"(?<=[a-z]{5}[a-rt-xz])$", "s"),
    (1, r"(?<=[a-z]{5})y$", "ies"),
    (1, r"(?<=[a-z]{4})sis$", "ses"),
    (1, r"acid$", "acids"),
    (1, r"acids$", "acid"),
    (1, r"sulph", "sulf"),
    (1, r"oestr", "estr"),
    (1, r"haem", "hem"),
    (1, r"aemia", "emia"),
    (1, r"oedema", "edema"),
    (1, r"tumour", "tumor"),
)

_CHEMICAL: tuple[tuple[int, str, str], ...] = (
    (1, r"coa$", "coenzyme a"),
    (1, r"coenzyme a$", "coa"),
    (1, r"pyrophosphate", "diphosphate"),
    (1, r"(?<!\d[- ])diphosphate", "pyrophosphate"),
    (1, r"biphosphate", "bisphosphate"),
    (1, r"(?<=\d,\d)([- ]?)diphosphate", r"\1bisphosphate"),
    (1, r"(?<=\d,\d)([- ]?)bisphosphate", r"\1diphosphate"),
    (1, r"(?<=\d,\d,\d)([- ]?)triphosphate", r"\1trisphosphate"),
    (1, r"(?<=\d,\d,\d)([- ]?)trisphosphate", r"\1triphosphate"),
    (1, r"(?<=[a-z]{4}[- ]\d)[- ]?p$", "-phosphate"),
    (1, r"(?<=[a-z]{4})[- ]pp$", " diphosphate"),
    (1, r"\bdihydrogen(?=phosphate)", ""),
    (2, r"(?<!phosph)(?<!sulf)ate$", "ic acid"),
    (2, r"ic acid$", "ate"),
    (2, r"ite$", "ous acid"),
    (2, r"ous acid$", "ite"),
    (1, r"keto", "oxo"),
    (1, r"oxo", "keto"),
    *((1, rf"\b{greek}(?=-)", number) for greek, number in _GREEK_LOCANTS),
    *((1, rf"^{number}(?=-[a-z])", greek) for greek, number in _GREEK_LOCANTS),
    (1, r"^a(?=-(?:keto|oxo))", "alpha"),
    (2, r"^(?:alpha|2)-(?=keto|oxo)", ""),
    (3, rf"^{_STEREO}(?=[a-z\d])", ""),
    (3, rf"^{_SALT} (?!{_INORGANIC}$)(?=[a-z]+ate$)", ""),
)

_DISEASE: tuple[tuple[int, str, str], ...] = (
    (1, r"\btype i\b", "type 1"),
    (1, r"\btype ii\b", "type 2"),
    (1, r"\btype 1\b", "type i"),
    (1, r"\btype 2\b", "type ii"),
    (1, r"[\u2019`]s\b", "'s"),
    (1, r"(?<=[a-z]{4})'s\b", ""),
    (2, r"(?<=[a-z]{4})'s$", "'s disease"),
    (2, r"^(alzheimer|parkinson|huntington|crohn)$", r"\1's disease"),
    (2, r"tensives?$", "tension"),
    (2, r"(?<=[a-z]{3})emic$", "emia"),
    (2, r"(?<=[a-z]{3})otic$", "osis"),
    (2, r"^obese$", "obesity"),
    (2, r"^covid$", "covid-19"),
)

_BY_CATEGORY: tuple[tuple[Category, tuple[tuple[int, str, str], ...]], ...] = (
    ("chemical", _COMMON + _CHEMICAL),
    ("disease", _COMMON + _DISEASE),
)
_NO_LITERAL = re.compile(r"\((?:[^()]|\([^()]*\))*\)|\[[^]]*\]|\\.|.\?")  # groups, classes, escapes, optional letters


def literal(pattern: str) -> str:
    """Return the longest text that every match of a rule's pattern has; it is empty where there is none.

    >>> literal(r"(?<=[a-z]{4})sis$"), literal("tensives?$"), literal(r"^(?:alpha|2)-(?=keto|oxo)")
    ('sis', 'tensive', '')
    """
    return max(re.findall("[a-z' ]{2,}", _NO_LITERAL.sub("\n", pattern)), key=len, default="")


RULES: dict[Category, list[tuple[int, str, re.Pattern[str], str]]] = {
    category: [(cost, literal(pattern), re.compile(pattern), text) for cost, pattern, text in rules]
    for category, rules in _BY_CATEGORY
}
"""Cost, literal, pattern and replacement of each rule, by category. A rule is tried on texts that have its literal,
because a search for it takes a tenth of the time of the pattern."""

_WORD = re.compile("[a-z]{4}")  # no rule applies to a symbol, such as MAP2K1
_GAP = re.compile(r"(?<!\d)[- ]|[- ](?!\d)")


def squashed(text: str) -> str:
    """Return a text without case, hyphens and spaces; those between two digits stay.

    >>> squashed("Glucose 6-Phosphate"), squashed("miR-1-2")
    ('glucose6phosphate', 'mir1-2')
    """
    return _GAP.sub("", plain(text).casefold())


def forms(word: str, category: Category) -> dict[str, int]:
    """Return the forms of a word with their costs; the word itself has cost 0.

    >>> sorted(forms("pyruvate", "chemical"))
    ['pyruvate', 'pyruvates', 'pyruvic acid', 'pyruvic acids']
    """
    first = collapse(plain(word)).casefold()
    costs = {first: 0}
    queue = [first] if _WORD.search(first) else []
    for text in queue:
        for cost, part, pattern, replacement in RULES[category]:
            total = costs[text] + cost
            form = pattern.sub(replacement, text) if part in text and total <= MOST_EXPENSIVE else text
            if total < costs.get(form, MOST_EXPENSIVE + 1):
                costs[form] = total
                queue.append(form)
    return costs


class OtherForms:
    """The forms of words, to be found among the texts of a table."""

    def __init__(self, words: Iterable[str], category: Category) -> None:
        """Take the words; those without a letter or below SHORTEST have no forms."""
        self.by_key: dict[str, dict[str, int]] = defaultdict(dict)
        """Words and costs of their forms, by squashed form."""
        for word in words:
            if len(squashed(word)) >= SHORTEST and any(character.isalpha() for character in word):
                for form, cost in forms(word, category).items():
                    key = squashed(form)
                    self.by_key[key][word] = min(cost, self.by_key[key].get(word, cost))
        self.bare = frozenset(map(bare, self.by_key))
        """The forms without hyphens and spaces, by which rows that may have one are found."""

    def matching(self, text: str) -> Iterable[tuple[str, int]]:
        """Return the words that have a text of the lexicon among their forms, with the cost of the form."""
        return self.by_key.get(squashed(text), {}).items()
