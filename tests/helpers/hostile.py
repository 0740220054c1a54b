"""Figures whose every text is one that some format stumbles over."""

import json
from pathlib import Path
from random import Random

import pytest

from helpers.corpus import genes, record, write_toy

FRAGMENTS = (
    'a "quoted" word', "it's", "back\\slash", "a|b|c", "tab\there", "line\nend", "carriage\rreturn", "]]>",
    "<b>&amp;</b>", "</script><script>", "{{braces}}", "${dollar}", "`tick`", "=1+1", "-- ; DROP TABLE", "%20 %zz",
    "^^<x>", "@en", "# no comment", "key: value", "- dash", "null", "NaN", "1e999", "\x07bell", "\x1b[31mred",
    "\u202eright to left", "no\u00a0break", "line\u2028separator", "next\u0085line", "a\u200bb",
    "e\u0301 combined", "\ufb01gure", "\u03b2-catenin", "\u6838\u56e0\u5b50", "\U0001f600 face", "\ufeffmark", "",
)  # fmt: skip
"""Quotes, escapes, separators, markup, what looks like code, no numbers, control characters, all of Unicode."""


def thorough(config: pytest.Config) -> bool:
    """Return whether the run asks for more examples: `--hypothesis-profile thorough`."""
    return bool(config.getoption("--hypothesis-profile") == "thorough")


def write_hostile(folder: Path, figures: int, seed: int = 7) -> Path:
    """Write records and tables below `folder`; the same for the same arguments."""
    random = Random(seed)
    files: dict[str, str] = {}

    def text() -> str:
        return " ".join(random.choices(FRAGMENTS, k=random.randint(1, 4)))

    def cell() -> str:
        return text().translate({ord(each): " " for each in '\t\n\r"'})

    for number in range(figures):
        figid = f"PMC{number // 2 + 1}__f.{number}_-x"
        fields = ("caption", "papertitle", "reftext", "journal_title", "publisher_name", "number")
        lines = [f"{field}: {json.dumps(text(), ensure_ascii=False)}" for field in fields]
        lines += [f"{field}: {json.dumps([text(), text()], ensure_ascii=False)}" for field in ("organisms", "keywords")]
        keywords = tuple(cell().replace("'", "''") for _ in range(2))
        files[f"_figures/{figid}.md"] = record(figid, *lines, keywords=keywords, year=str(1990 + number % 30))
        drawn = random.sample(range(1, 200), 6)
        rows = [(word := cell() or "x", word.upper(), f"G{each}", str(each), "ncbigene_symbol") for each in drawn]
        files[f"_data/{figid}-genes.tsv"] = genes(*rows)
        named = "".join(f"{cell() or 'x'}\tNA\t{cell() or 'X'}\t{cell() or 'x'}\tNA\n" for _ in range(2))
        files[f"_data/{figid}-chemicals.tsv"] = "word\tmesh\tmatch\tname\tchebi\n" + named
        files[f"_data/{figid}-diseases.tsv"] = "word\tmesh\tmatch\tname\tdoid\n" + named
    return write_toy(folder, files)
