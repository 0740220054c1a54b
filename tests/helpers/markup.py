"""Records whose texts would run in a page that does not escape them."""

import json
from pathlib import Path

from helpers.corpus import TP53, genes, record, write_toy
from kg.building.options import BuildParameters
from kg.building.release import release

MARKUP = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "a\u2028b\u2029c",
    "&lt;b&gt; \"quoted\" 'too' <!-- <script>",
)


def build_markup(folder: Path) -> Path:
    """Build two records whose texts are markup and scripts; return the build."""
    lines = [f"papertitle: {json.dumps(MARKUP[0])}", "figlink: javascript:alert(1)"]
    write_toy(
        folder,
        {
            "_figures/PMC1__a.md": record(
                "PMC1__a", *lines, keywords=tuple(each.replace("'", "''") for each in MARKUP)
            ),
            "_figures/PMC2__b.md": record(
                "PMC2__b", *lines, keywords=tuple(each.replace("'", "''") for each in MARKUP)
            ),
            "_data/PMC1__a-genes.tsv": genes(TP53),
        },
    )
    release([str(folder)], folder / "exports", BuildParameters(min_figures=1))
    return folder / "exports"
