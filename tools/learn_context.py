"""Make the bundled context.tsv.gz from public records, and describe it in CONTEXT.toml.

    python tools/learn_context.py pfocr-adrd.tar.gz pfocr-2018.tar.gz [-o kg/lexicon/data]

It does what `kg lexicon learn` does, with the bundled lexicon. The same records and the same version of SciPy give the
same bytes. The file has numbers only: how often words and genes are drawn, and the directions of their company.
"""

import argparse
import hashlib
from pathlib import Path

from kg.building.learn_lexicon import learn
from kg.lexicon import files
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.update.compile import toml_table


def main() -> None:
    """Read the command line and write both files."""
    parser = argparse.ArgumentParser(description="Learn the bundled contexts from public records.")
    parser.add_argument("sources", type=Path, nargs="+", metavar="SOURCE", help="records of the figure database")
    parser.add_argument("-o", "--output", type=Path, default=Path("kg/lexicon/data"), help="folder to write to")
    options = parser.parse_args()
    learned = learn(map(str, options.sources), Lexicon.bundled())
    content = learned.context or b""
    (options.output / files.CONTEXT.file).write_bytes(content)
    text = "# What the bundled context.tsv.gz was learned from; written by tools/learn_context.py.\n"
    rows = sum(1 for _ in files.rows({files.CONTEXT.file: content}, files.CONTEXT))
    text += toml_table(
        f'files."{files.CONTEXT.file}"',
        {"figures": learned.figures, "rows": rows, "sha256": hashlib.sha256(content).hexdigest()},
    )
    for source in options.sources:
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        fields = {"source": "records of Pathway Figure OCR, with inline genes", "licence": "CC0-1.0", "sha256": digest}
        text += toml_table(f'sources."{source.name}"', fields)
    (options.output / "CONTEXT.toml").write_text(text, encoding="utf-8", newline="\n")
    print(f"{files.CONTEXT.file}\t{rows} rows\t{len(content)} bytes")


if __name__ == "__main__":
    main()
