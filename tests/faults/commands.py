"""The commands that write files, and two states of small input, so that each command turns one output into another."""

from dataclasses import dataclass
from pathlib import Path

from helpers.corpus import TOY, genes, record, write_toy

from kg.building.options import BuildParameters
from kg.building.release import release
from kg.runtime import plugins

OTHER = {"a": "b", "b": "a"}
"""The two states; a trial turns the output of one into the output of the other."""

FOLDERS = ("gmt", "kgx", "kgx-jsonl", "neo4j")
"""Formats of a folder."""


@dataclass(frozen=True)
class Command:
    name: str
    arguments: tuple[str, ...]
    """{place} is the folder to write into, {before} the build of the other state; the others are of the state."""
    first: bool = False
    """Nothing is there before each trial; otherwise the output of the other state is."""
    pieces: bool = False
    """Each file is exchanged by itself, because the folder is the user's; otherwise the output is exchanged at once."""
    locks: bool = False
    """A second process at once is refused; otherwise the last one wins."""


def _export(name: str, **options: bool) -> Command:
    suffix = "" if name in FOLDERS else ".gz" if name == "ntriples" else ".out"
    return Command(
        f"export {name}", ("export", "--build", "{build}", "-f", name, "-o", "{place}/out" + suffix), **options
    )


def _build(source: str) -> tuple[str, ...]:
    return ("build", source, "-o", "{place}/out", "-q", "-j", "1", "--min-figures", "1")


COMMANDS = (
    Command("build", _build("{source}"), first=True, locks=True),
    Command("rebuild", _build("{source}"), locks=True),
    Command("rebuild patched", _build("{patch}"), locks=True),
    *map(_export, plugins.names("exporter")),
    Command("first neo4j", ("export", "--build", "{build}", "-f", "neo4j", "-o", "{place}/out"), first=True),
    Command("first turtle", ("export", "--build", "{build}", "-o", "{place}/out.ttl"), first=True),
    Command("query", ("query", "--build", "{build}", "{query}", "-o", "{place}/out.tsv")),
    Command("diff", ("diff", "{before}", "{build}", "-o", "{place}/out")),
    Command("release", ("release", "{place}/out", "--build", "{build}", "-j", "1")),
    Command("first release", ("release", "{place}/out", "--build", "{build}", "-j", "1"), first=True),
    Command("compare", ("compare", "{sets}", "--build", "{build}", "-o", "{place}/out")),
    Command("compare to a page", ("compare", "{sets}", "--build", "{build}", "-o", "{place}/out.html")),
    Command("diff --rdf", ("diff", "{before}", "{build}", "--rdf", "{place}/out.ru")),
    Command("plot", ("plot", "network", "--build", "{build}", "-o", "{place}/out.svg"), pieces=True),
    Command("plot all", ("plot", "all", "--build", "{build}", "-f", "svg", "-o", "{place}/out"), pieces=True),
    Command("learn", ("lexicon", "learn", "{source}", "-j", "1", "--folder", "{place}/out")),
    Command(
        "update",
        (
            *("lexicon", "update", "--folder", "{place}/out"),
            *("--from", "{downloads}/hgnc.txt", "--from", "{downloads}/gene_info"),
            *("--from", "{downloads}/relations.csv", "--from", "{downloads}/grounding_map.csv"),
        ),
    ),
)


# -- the input of both states

_WORDS = ("TP53", "MDM2", "CDKN1A", "ATM", "CHEK2", "AKT1", "PTEN", "ATP")


def _records(state: str, *, titles: bool) -> dict[str, str]:
    """Return records of a state. If only titles differ, a build updates the store of the build before it."""
    files = dict(TOY)
    for number in range(10, 20):
        figid = f"PMC{number}__x"
        files[f"_figures/{figid}.md"] = record(figid, keywords=tuple(_WORDS[number % 5 : number % 5 + 3]))
    if state == "b" and titles:
        files["_figures/PMC10__x.md"] = files["_figures/PMC10__x.md"].replace("Title of", "Another title of")
    elif state == "b":
        files["_figures/PMC10__x.md"] = record("PMC10__x", keywords=("TP53", "MDM2", "glucose"), year="2021")
        files["_data/PMC10__x-genes.tsv"] = genes(("hdm2", "HDM2", "MDM2", "4193", "ncbigene_synonym"))
    return files


HGNC = (
    "hgnc_id\tsymbol\tname\tlocus_group\tlocus_type\tstatus\talias_symbol\tprev_symbol\tdate_modified\tentrez_id"
    "\tensembl_gene_id\tuniprot_ids\n"
    "HGNC:11998\tTP53\ttumor protein p53\tp\tg\tApproved\tp53|{alias}\t\t2024-05-01\t7157\tENSG00000141510\tP04637\n"
    "HGNC:6973\tMDM2\tMDM2 proto-oncogene\tp\tg\tApproved\thdm2\t\t2024-05-01\t4193\tENSG00000135679\tQ00987\n"
)
NCBI = (
    "#tax_id\tGeneID\tSymbol\tLocusTag\tSynonyms\tdbXrefs\ttype_of_gene\tModification_date\tFeature_type\n"
    "9606\t7157\tTP53\t-\tBCC7|P53\tHGNC:HGNC:11998\tprotein-coding\t20250607\t-\n"
)
RELATIONS = "HGNC,TP53,isa,FPLX,p53_family\nHGNC,MDM2,isa,FPLX,{family}\n"
GROUNDINGS = "{family},FPLX,p53_family,,,,\n"
SETS = "P53 signalling\tthree\t7157\t4193\t1026\nDamage\tfour\t472\t11200\t7157\t1026\nGrowth\ttwo\t207\t5728\n"
QUERY = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o\n"


def write_input(folder: Path) -> Path:
    """Write sources, downloads and builds of both states below a folder."""
    for state, words in {"a": {"alias": "LFS1", "family": "p53_family"}, "b": {"alias": "TRP", "family": "M2"}}.items():
        write_toy(folder / "source" / state, _records(state, titles=False))
        write_toy(folder / "patch" / state, _records(state, titles=True))
        texts = {"hgnc.txt": HGNC, "gene_info": NCBI, "relations.csv": RELATIONS, "grounding_map.csv": GROUNDINGS}
        write_toy(folder / "downloads" / state, {name: text.format(**words) for name, text in texts.items()})
        release([str(folder / "source" / state)], folder / "build" / state, BuildParameters(min_figures=1))
    (folder / "all.rq").write_text(QUERY)
    (folder / "sets.gmt").write_text(SETS)
    return folder


def arguments(command: Command, folder: Path, place: Path, state: str) -> list[str]:
    """Return the arguments of a command that makes the output of a state."""
    values = {
        "state": state,
        "place": place,
        "source": folder / "source" / state,
        "patch": folder / "patch" / state,
        "build": folder / "build" / state,
        "before": folder / "build" / OTHER[state],
        "downloads": folder / "downloads" / state,
        "query": folder / "all.rq",
        "sets": folder / "sets.gmt",
    }
    return [argument.format(**values) for argument in command.arguments]
