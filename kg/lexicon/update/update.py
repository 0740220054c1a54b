"""A newer lexicon from newer sources: downloaded, or files that somebody downloaded.

Tables for which a source is missing stay as they are. Which MeSH record is which ChEBI or DOID term is taken from the
files where they say so (DOID does), else from the bundled lexicon (ChEBI does not); MeSH's supplementary records,
too, are the bundled ones unless a file has them. The same files give the same bytes.
"""

import gzip
import hashlib
import http.client
import json
import shutil
import tomllib
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.resources import files as resources
from pathlib import Path
from typing import Any, NamedTuple

from kg.errors import LexiconError
from kg.lexicon import files
from kg.lexicon.update import downloads
from kg.lexicon.update.compile import (
    CHEBI_NOTICE,
    Descriptor,
    Ontology,
    Row,
    chemical_rows,
    disease_rows,
    family_rows,
    gene_rows,
    listed,
    packed,
    toml,
)
from kg.lexicon.update.downloads import KINDS, Downloads, Origin

SOURCES = "SOURCES.toml"
TIMEOUT = 60.0
"""Seconds without an answer after which a download is given up."""

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
"""File name to public address; MeSH's have the year in them."""


class Update(NamedTuple):
    """What came of an update."""

    folder: Path
    written: dict[str, int]  # file to rows
    left: dict[str, str]  # file to why it is as it was
    notes: tuple[str, ...]  # what a person may want to know of those written


class _Recipe(NamedTuple):
    """How one table is made."""

    shape: files.Shape
    needs: tuple[str, ...]  # kinds of sources
    also: tuple[str, ...]  # kinds taken if there, and bundled tables
    make: Callable[[Downloads], list[Row]]


def user_folder() -> Path:
    """Give the folder of the user's own lexicon, which need not exist."""
    import platformdirs

    return platformdirs.user_data_path("kg", appauthor=False) / "lexicon"


def update(paths: Sequence[Path], folder: Path) -> Update:
    """Make what tables the files allow into `folder`; nothing is written if a file is bad.

    Raises LexiconError for a file that is not recognised or damaged, files that make no table, or a folder that cannot
    be written.
    """
    found = downloads.read(paths)
    contents, entries, rows, left = {}, {}, {}, {}
    for shape, needs, also, make in _RECIPES:
        missing = [KINDS[kind][0] for kind in needs if kind not in found.origins]
        if missing:
            left[shape.file] = f"no {', no '.join(missing)}"
            continue
        table = make(found)
        for row in table:
            if not shape.row.fullmatch("\t".join(row)):
                raise LexiconError(f"{shape.file}: {row!r} cannot be a row; leave its source out and report this")
        contents[shape.file], rows[shape.file] = packed(shape, table), len(table)
        origins = [found.origins[kind] for kind in (*needs, *also) if kind in found.origins]
        entries[shape.file] = origins + [_bundled_origin(file) for file in also if file.endswith(".gz")]
    if not contents:
        lacking = "; ".join(f"{file}: {reason}" for file, reason in left.items())
        raise LexiconError(f"no table can be made of these files alone; give the others with --from, too; {lacking}")
    contents[SOURCES] = _described(folder / SOURCES, contents, entries, rows).encode("utf-8")
    write(folder, contents)
    notes = []
    if files.CHEMICALS.file in rows and "supplement" not in found.origins:
        notes.append(f"{files.CHEMICALS.file}: supplementary records of MeSH are those of the bundled lexicon")
    return Update(folder, rows, left, tuple(notes))


def fetch(folder: Path, urls: Mapping[str, str] = URLS) -> list[Path]:
    """Download the sources into `folder` and give their paths; what is there already is replaced."""
    fetched = []
    for name, url in urls.items():
        path, aside = folder / name, folder / f".{name}.part"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _download(url, aside)
            aside.replace(path)
        except (OSError, ValueError, http.client.HTTPException) as error:
            aside.unlink(missing_ok=True)
            raise LexiconError(
                f"{url}: cannot be downloaded ({error}); download it yourself, then: kg lexicon update --from FILE"
            ) from None
        fetched.append(path)
    return fetched


def _download(url: str, path: Path) -> None:
    """Copy what an address answers to a file."""
    if not url.startswith(("https://", "http://")):
        raise ValueError("not an address of the web")
    request = urllib.request.Request(url, headers={"User-Agent": "kg lexicon update"})  # noqa: S310 checked above
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer, path.open("wb") as file:  # noqa: S310
        shutil.copyfileobj(answer, file)
        expected = answer.headers["Content-Length"]
        if expected and int(expected) != file.tell():
            raise ValueError(f"{file.tell()} of {expected} bytes came")


# -- tables


def _chemicals(found: Downloads) -> list[Row]:
    """Make the chemicals with the hand-kept rows."""
    bundled = list(_bundled_rows(files.CHEMICALS))
    supplement = found.supplement if "supplement" in found.origins else _supplement(bundled)
    hand_kept = list(_bundled_rows(files.SMALL_MOLECULES))
    return chemical_rows(found.mesh, supplement, _with_joins(found.chebi, bundled), hand_kept)


def _diseases(found: Downloads) -> list[Row]:
    """Make the diseases."""
    return disease_rows(found.mesh, _with_joins(found.doid, _bundled_rows(files.DISEASES)))


def _with_joins(ontology: Ontology, bundled: Iterator[list[str]] | list[list[str]]) -> Ontology:
    """Add what the bundled lexicon knows of MeSH records of which the ontology says nothing."""
    joins: dict[str, set[str]] = defaultdict(set)
    for curie, xrefs, *_ in bundled:
        for xref in listed(xrefs):
            joins[xref.removeprefix("mesh:")].add(curie)
    return ontology._replace(of_mesh=dict(joins) | ontology.of_mesh)


def _supplement(bundled: list[list[str]]) -> list[Descriptor]:
    """Give the supplementary records among the bundled chemicals."""
    found = []
    for curie, xrefs, name, _ in bundled:
        found += [Descriptor(mesh[5:], name) for mesh in (curie, *listed(xrefs)) if mesh.startswith("mesh:C")]
    return found


def _bundled_rows(shape: files.Shape) -> Iterator[list[str]]:
    """Read a bundled table."""
    return files.rows({shape.file: resources("kg.lexicon").joinpath("data", shape.file).read_bytes()}, shape)


_RECIPES = (
    _Recipe(files.GENES, ("hgnc", "ncbi"), (), lambda found: gene_rows(found.hgnc, found.ncbi)),
    _Recipe(
        files.FAMILIES,
        ("relations", "groundings", "hgnc"),
        (),
        lambda found: family_rows(found.relations, found.groundings, found.hgnc),
    ),
    _Recipe(files.CHEMICALS, ("mesh", "chebi"), ("supplement", files.CHEMICALS.file), _chemicals),
    _Recipe(files.DISEASES, ("mesh", "doid"), (files.DISEASES.file,), _diseases),
)


# -- what is written


def _bundled_origin(file: str) -> Origin:
    """Describe a bundled table as a source."""
    content = resources("kg.lexicon").joinpath("data", file).read_bytes()
    rows = gzip.decompress(content).count(b"\n") - 1
    digest = hashlib.sha256(content).hexdigest()
    return Origin("joins of the bundled lexicon", "as kg's SOURCES.toml says", file, digest, rows, None)


def _described(
    path: Path, contents: Mapping[str, bytes], origins: Mapping[str, list[Origin]], rows: Mapping[str, int]
) -> str:
    """Write SOURCES.toml: the tables that are new, and those of earlier updates that are still there."""
    earlier = _earlier(path)
    tables = {name: table for name, table in earlier.get("files", {}).items() if name not in origins}
    kept = {name for table in tables.values() for name in table.get("made_from", ())}
    sources = {name: fields for name, fields in earlier.get("sources", {}).items() if name in kept}
    for file, found in origins.items():
        names = []
        for origin in found:
            fields: dict[str, Any] = {"source": origin.title, "file": origin.file, "licence": origin.licence}
            fields |= {"rows": origin.rows, "sha256": origin.sha256}
            fields |= {"version": origin.version} if origin.version else {}
            # Another version of the same file may have made a table that stays.
            clash = sources.get(origin.file, fields) != fields
            names.append(f"{origin.file} {origin.sha256[:8]}" if clash else origin.file)
            sources[names[-1]] = fields
        tables[file] = {
            "made_from": names,
            "licences": sorted({origin.licence for origin in found}),
            "rows": rows[file],
            "sha256": hashlib.sha256(contents[file]).hexdigest(),
        }
    text = "# Where this lexicon comes from; written by kg lexicon update.\n\n"
    text += f"notice = {json.dumps(CHEBI_NOTICE)}\n" if files.CHEMICALS.file in tables else ""
    text += "".join(toml(f'files."{name}"', table) for name, table in sorted(tables.items()))
    return text + "".join(toml(f"sources.{json.dumps(name)}", fields) for name, fields in sorted(sources.items()))


def _earlier(path: Path) -> dict[str, Any]:
    """Read the SOURCES.toml of an earlier update."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise LexiconError(f"{path}: cannot be read ({error}); delete it and update again") from None


def write(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write every file aside, then put them in their places; nothing stays aside."""
    aside = {name: folder / f".{name}.part" for name in contents}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            aside[name].write_bytes(content)
        for name, path in aside.items():
            path.replace(folder / name)
    except OSError as error:
        raise LexiconError(f"{folder}: cannot be written ({error.strerror or error})") from None
    finally:
        for path in aside.values():
            with suppress(OSError):  # those in their places are gone, and the folder may be none
                path.unlink()
