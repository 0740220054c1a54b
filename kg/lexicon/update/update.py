"""A newer lexicon from newer sources: downloads, or files that the user downloaded.

Tables for which a source is missing stay as they are. DOID says which MeSH record is which of its terms. ChEBI does
not, so these joins come from the bundled lexicon. Without a file of MeSH's supplementary records the bundled ones
are used. The same files give the same bytes.
"""

import gzip
import hashlib
import json
import tomllib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from kg.errors import LexiconError, OutputError, SourceError
from kg.lexicon import files
from kg.lexicon.update import downloads, organisms
from kg.lexicon.update.chemicals import chemical_rows, split_rare
from kg.lexicon.update.compile import (
    CHEBI_NOTICE,
    Descriptor,
    Ontology,
    Row,
    disease_rows,
    family_rows,
    gene_id_rows,
    gene_rows,
    gene_texts,
    split_list,
    toml_table,
)
from kg.lexicon.update.downloads import KINDS, Downloads, Origin
from kg.runtime.download import addresses, copies
from kg.runtime.download.answers import Client
from kg.runtime.folders import change_folder
from kg.runtime.progress import Progress, no_progress
from kg.runtime.temporary import temporary_folder

SOURCES = "SOURCES.toml"

URLS: dict[str, str] = {
    "hgnc_complete_set.txt": "https://storage.googleapis.com/public-download-files/hgnc/tsv/tsv/hgnc_complete_set.txt",
    "Homo_sapiens.gene_info.gz": "https://ftp.ncbi.nlm.nih.gov/gene/DATA/GENE_INFO/Mammalia/Homo_sapiens.gene_info.gz",
    "desc2026.gz": "https://nlmpubs.nlm.nih.gov/projects/mesh/MESH_FILES/xmlmesh/desc2026.gz",
    "supp2026.gz": "https://nlmpubs.nlm.nih.gov/projects/mesh/MESH_FILES/xmlmesh/supp2026.gz",
    "doid.obo": "https://purl.obolibrary.org/obo/doid.obo",
    "chebi_lite.obo.gz": "https://ftp.ebi.ac.uk/pub/databases/chebi/ontology/chebi_lite.obo.gz",
    "relations.csv": "https://raw.githubusercontent.com/sorgerlab/famplex/master/relations.csv",
    "grounding_map.csv": "https://raw.githubusercontent.com/sorgerlab/famplex/master/grounding_map.csv",
}
"""Public address of each source by file name. The names of MeSH's files have the year."""


class Update(NamedTuple):
    """The result of an update."""

    folder: Path
    written: dict[str, int]  # rows by file
    unchanged: dict[str, str]  # reason by file
    notes: tuple[str, ...]  # about the written files


class _Recipe(NamedTuple):
    """A table with its sources and the function that makes it."""

    shape: files.Shape
    needs: tuple[str, ...]  # kinds of sources
    optional: tuple[str, ...]  # kinds of sources that may be missing, and bundled tables
    make: Callable[[Downloads], list[Row]]


def update(paths: Sequence[Path], folder: Path) -> Update:
    """Write into `folder` each table whose sources are among the files; nothing is written if a file is bad.

    Raises LexiconError if a file is not recognised or damaged, if the files make no table, and if the folder cannot
    be written.
    """
    sources = downloads.read(paths)
    contents, entries, rows, unchanged = {}, {}, {}, {}
    for shape, needs, optional, make in _RECIPES:
        missing = [kind for kind in needs if kind not in sources.origins]
        if missing:
            if shape.required:
                unchanged[shape.file] = "".join(f", no {KINDS[kind][0]}" for kind in missing)[2:]
            continue
        table = make(sources)
        for row in table:
            if not shape.row.fullmatch("\t".join(row)):
                raise LexiconError(f"{shape.file}: {row!r} cannot be a row; leave its source out and report this")
        contents[shape.file], rows[shape.file] = files.packed(shape, table), len(table)
        origins = [sources.origins[kind] for kind in (*needs, *optional) if kind in sources.origins]
        entries[shape.file] = origins + [_bundled_origin(file) for file in optional if file.endswith(".gz")]
    if not contents:
        lacking = "; ".join(f"{file}: {reason}" for file, reason in unchanged.items())
        raise LexiconError(f"no table can be made of these files alone; give the others with --from, too; {lacking}")

    def all_contents(copy: Path) -> dict[str, bytes]:
        earlier = _earlier(copy / SOURCES, folder / SOURCES)
        return contents | {SOURCES: _source_list(earlier, contents, entries, rows).encode()}

    write(folder, all_contents)
    notes = []
    if files.CHEMICALS.file in rows and "supplement" not in sources.origins:
        notes.append(f"{files.CHEMICALS.file}: supplementary records of MeSH are those of the bundled lexicon")
    return Update(folder, rows, unchanged, tuple(notes))


def fetch(
    folder: Path, urls: Mapping[str, str] = URLS, client: Client = Client(), progress: Progress = no_progress
) -> list[Path]:
    """Download the sources into `folder`, in place of earlier downloads, and return their paths.

    Raises LexiconError where an address does not answer, or where `folder` cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with temporary_folder(folder) as aside:
            for name, url in urls.items():
                addressed = addresses.read(url)
                copies.fetch(addressed, aside, client, progress).path.replace(folder / name)
    except SourceError as error:
        raise LexiconError(f"{error}; or download it yourself, then: kg lexicon update --from FILE") from None
    except OSError as error:
        raise LexiconError(f"{folder}: cannot be written ({error.strerror or error})") from None
    return [folder / name for name in urls]


# -- tables


def _genes(sources: Downloads) -> list[Row]:
    return gene_rows(sources.hgnc, sources.ncbi)


def _gene_ids(sources: Downloads) -> list[Row]:
    return gene_id_rows(sources.hgnc)


def _organism_genes(kind: str, sources: Downloads) -> list[Row]:
    return gene_rows((), sources.organisms[kind])


def _families(sources: Downloads) -> list[Row]:
    return family_rows(sources.relations, sources.groundings, sources.hgnc)


def _common_chemicals(sources: Downloads) -> list[Row]:
    return split_rare(_chemicals(sources))[0]


def _rare_chemicals(sources: Downloads) -> list[Row]:
    return split_rare(_chemicals(sources))[1]


@lru_cache(1)  # for two tables
def _chemicals(sources: Downloads) -> list[Row]:
    bundled = _bundled_rows(files.CHEMICALS)
    supplement = sources.supplement if "supplement" in sources.origins else _supplement(bundled)
    hand_kept = _bundled_rows(files.SMALL_MOLECULES)
    known = {mesh for curie, xrefs, *_ in bundled for mesh in _mesh_ids(curie, xrefs)}
    known |= {curie.removeprefix("mesh:") for _, curie, _ in _bundled_rows(files.RARE_CHEMICALS)}
    taken = gene_texts(_bundled_rows(files.GENES), _bundled_rows(files.FAMILIES))
    return chemical_rows(sources.mesh, supplement, _with_joins(sources.chebi, bundled), hand_kept, known, taken)


def _diseases(sources: Downloads) -> list[Row]:
    return disease_rows(sources.mesh, _with_joins(sources.doid, _bundled_rows(files.DISEASES)))


def _with_joins(ontology: Ontology, bundled: list[list[str]]) -> Ontology:
    """Add the bundled joins of MeSH records that the ontology does not mention."""
    joins: dict[str, set[str]] = defaultdict(set)
    for curie, xrefs, *_ in bundled:
        for mesh in _mesh_ids("", xrefs):
            joins[mesh].add(curie)
    if ontology.acids:
        return ontology._replace(of_mesh=dict(joins) | ontology.of_mesh)
    # Without relations in the file, the bundled table says which charge states an acid has.
    states = {
        other: [curie] for curie, xrefs, *_ in bundled for other in split_list(xrefs) if other.startswith("chebi:")
    }
    metabolites = {curie for curies in states.values() for curie in curies}
    return ontology._replace(of_mesh=dict(joins) | ontology.of_mesh, acids=states, metabolites=metabolites)


def _supplement(bundled: list[list[str]]) -> list[Descriptor]:
    """Return the supplementary records among the bundled chemicals; their trees are those of any compound."""
    return [
        Descriptor(mesh, name, split_list(synonyms), trees=("D",))
        for curie, xrefs, name, synonyms in bundled
        for mesh in _mesh_ids(curie, xrefs)
        if mesh.startswith("C")
    ]


def _mesh_ids(curie: str, xrefs: str) -> list[str]:
    """Return the MeSH ids of a row."""
    return [other.removeprefix("mesh:") for other in (curie, *split_list(xrefs)) if other.startswith("mesh:")]


def _bundled_rows(shape: files.Shape) -> list[list[str]]:
    return list(files.rows(files.bundled(), shape))


_RECIPES = (
    _Recipe(files.GENES, ("hgnc", "ncbi"), (), _genes),
    _Recipe(files.GENE_IDS, ("hgnc",), (), _gene_ids),
    _Recipe(files.FAMILIES, ("relations", "groundings", "hgnc"), (), _families),
    _Recipe(files.CHEMICALS, ("mesh", "chebi"), ("supplement", files.CHEMICALS.file), _common_chemicals),
    _Recipe(files.RARE_CHEMICALS, ("mesh", "chebi", "supplement"), (files.CHEMICALS.file,), _rare_chemicals),
    _Recipe(files.DISEASES, ("mesh", "doid"), (files.DISEASES.file,), _diseases),
    *(_Recipe(shape, (kind,), (), partial(_organism_genes, kind)) for kind, shape in organisms.SHAPES.items()),
)


# -- written files


def _bundled_origin(file: str) -> Origin:
    """Describe a bundled table as a source."""
    content = files.bundled()[file]
    rows = gzip.decompress(content).count(b"\n") - 1
    digest = hashlib.sha256(content).hexdigest()
    return Origin("joins of the bundled lexicon", "as kg's SOURCES.toml says", file, digest, rows, None)


def _source_list(
    earlier: dict[str, Any], contents: Mapping[str, bytes], origins: Mapping[str, list[Origin]], rows: Mapping[str, int]
) -> str:
    """Return the text of SOURCES.toml: the new tables, and those that an earlier update wrote."""
    tables = {name: table for name, table in earlier.get("files", {}).items() if name not in origins}
    in_use = {name for table in tables.values() for name in table.get("made_from", ())}
    sources = {name: fields for name, fields in earlier.get("sources", {}).items() if name in in_use}
    for file, file_origins in origins.items():
        names = []
        for origin in file_origins:
            fields: dict[str, Any] = {"source": origin.title, "file": origin.file, "licence": origin.licence}
            fields |= {"rows": origin.rows, "sha256": origin.sha256}
            fields |= {"version": origin.version} if origin.version else {}
            # A table that stays may come from another version of the same file.
            clash = sources.get(origin.file, fields) != fields
            names.append(f"{origin.file} {origin.sha256[:8]}" if clash else origin.file)
            sources[names[-1]] = fields
        tables[file] = {
            "made_from": names,
            "licences": sorted({origin.licence for origin in file_origins}),
            "rows": rows[file],
            "sha256": hashlib.sha256(contents[file]).hexdigest(),
        }
    text = "# Where this lexicon comes from; written by kg lexicon update.\n\n"
    text += f"notice = {json.dumps(CHEBI_NOTICE)}\n" if files.CHEMICALS.file in tables else ""
    text += "".join(toml_table(f'files."{name}"', table) for name, table in sorted(tables.items()))
    return text + "".join(toml_table(f"sources.{json.dumps(name)}", fields) for name, fields in sorted(sources.items()))


def _earlier(path: Path, shown: Path) -> dict[str, Any]:
    """Read the SOURCES.toml of an earlier update, which messages name as `shown`."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise LexiconError(f"{shown}: cannot be read ({error}); delete it and update again") from None


def write(folder: Path, contents: Callable[[Path], Mapping[str, bytes]]) -> None:
    """Write files into a lexicon's folder, all in one step; `contents` gets a copy of the folder and returns them.

    Raises LexiconError where `folder` cannot be written.
    """
    try:
        change_folder(folder, contents)
    except OutputError as error:
        raise LexiconError(str(error)) from None
