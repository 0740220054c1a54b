"""Measure how long a citation table of the size of the published ones takes, and how much memory.

    python benchmarks/citations.py [--rows 50000000] [--papers 20000] [--form nih|index] [--work FOLDER]

Makes records of `--papers` papers, a map of their identifiers and of as many others, and a citation table of `--rows`
made-up rows, in one of two published forms: PMIDs as in the NIH Open Citation Collection, or several identifiers a cell
as in the OpenCitations Index. One row of a thousand names a paper of the build. Prints the time of the build with the
table and without it, and the peak memory of both.
"""

import argparse
import sys
from pathlib import Path
from tempfile import gettempdir

import duckdb
from measure import measured

RECORD = "---\nfigid: PMC{0}__f1\npmcid: PMC{0}\nfigtitle: Made up\ndoi: 10.1000/made.{0}\nyear: '2020'\n---\n"

FORMS = {
    "nih": ("citing,referenced", "{0} || ',' || {1}"),
    "index": (
        "oci,citing,cited,creation",
        (
            "'1-2,omid:br/' || {0} || ' doi:10.1000/other.' || {0} || ' pmid:' || {0} || ',omid:br/' || {1}"
            " || ' doi:10.1000/Other.' || {1} || ' openalex:W' || {1} || ',2020-01-01'"
        ),
    ),
}
"""Header of a published form, and the SQL of a line whose ends have two numbers."""

OTHERS = 30_000_000
"""Least number of a paper outside the build; papers of the build have PMIDs from 1."""


def make(folder: Path, rows: int, papers: int, form: str) -> None:
    """Write the records and the map into `folder`/records, the table into `folder`/citations-FORM-ROWS.csv."""
    records = folder / "records"
    (records / "_figures").mkdir(parents=True, exist_ok=True)
    for number in range(1, papers + 1):
        (records / "_figures" / f"PMC{number}__f1.md").write_text(RECORD.format(number), encoding="utf-8")
    with (records / "PMC-ids.csv").open("w", encoding="utf-8") as file:
        file.write("Journal Title,ISSN,DOI,PMCID,PMID\n")
        for number in range(1, papers + 1):
            file.write(f'"Made, up",1,10.1000/made.{number},PMC{number},{number}\n')
            file.write(f"Other,1,10.1000/other.{OTHERS + number},PMC{OTHERS + number},{OTHERS + number}\n")
    header, line = FORMS[form]
    other = f"({OTHERS} + hash({{}}) % 9000000)"
    ends = f"CASE WHEN i % 1000 = 0 THEN 1 + hash(i) % {papers} ELSE {other.format('i')} END", other.format("-i - 1")
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT '{header}' UNION ALL SELECT {line.format(*ends)} FROM range({rows}) AS r(i)) "
            f"TO '{folder / f'citations-{form}-{rows}.csv'}' (HEADER false, QUOTE '', DELIMITER '\t')"
        )


def main() -> None:
    """Make the files, build twice and print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=50_000_000)
    options.add_argument("--papers", type=int, default=20_000)
    options.add_argument("--form", choices=FORMS, default="nih")
    options.add_argument("--work", type=Path, default=Path(gettempdir()) / "kg-citations")
    given = options.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    table = given.work / f"citations-{given.form}-{given.rows}.csv"
    if not table.exists():
        make(given.work, given.rows, given.papers, given.form)
    command = [sys.executable, "-m", "kg", "build", str(given.work / "records"), "-q", "--no-cache", "--no-store"]
    for name, inputs in (("without the table", []), ("with the table", [str(table)])):
        run = measured([*command, *inputs, "-o", str(given.work / "out")])
        size = f", {table.stat().st_size / 1e6:,.0f} MB, {given.rows:,} rows" if inputs else ""
        print(
            f"{name}{size}: {run.wall:.1f} s, {run.cpu:.1f} CPU s, peak {run.peak() / 1e6:,.0f} MB {run.failed or ''}"
        )


if __name__ == "__main__":
    main()
