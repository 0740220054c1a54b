"""The whole pages: of a thing of the store, of a document such as the vocabulary, and of an unknown name."""

from asyncio import gather
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from urllib.parse import quote

from pyoxigraph import Triple
from starlette.requests import Request
from starlette.types import ASGIApp

from kg.errors import UnknownPrefix
from kg.model.build import Build
from kg.model.identifiers import NAMESPACES, compress, decode, short_iri
from kg.web.linked_data import association, word
from kg.web.linked_data.addresses import local_address
from kg.web.linked_data.html import Texts, head, inverse, link, properties, section, shown_iris, whole
from kg.web.linked_data.reader import Described, Reader, value

_ENDS = [f"{NAMESPACES['biolink']}{name}" for name in ("subject", "object")]


def root_of(request: Request) -> str:
    """Return the path of the server behind a proxy, which addresses of pages begin with."""
    return str(request.scope.get("app_root_path", request.scope.get("root_path", "")))


@dataclass(frozen=True, slots=True)
class Shown:
    """The sources of a page: the reader of the store, the explorer, the request and the build."""

    reader: Reader
    api: ASGIApp
    request: Request
    build: Build
    client: str

    async def texts(self, iris: Iterable[str]) -> Texts:
        """Return the names of things in the build."""
        return Texts(self.build.base, root_of(self.request), *await self.reader.texts(iris, self.client))


async def of_thing(shown: Shown, described: Described) -> str:
    """Return the page of a thing; that of a pair has its publication, numbers and figures, too."""
    base, root, page = shown.build.base, root_of(shown.request), int(shown.request.query_params.get("page", "1")) - 1
    ends = _ends(described.triples, base)
    iris = shown_iris(described.triples) | {described.iri}
    iris |= {value(node) for triple in described.links for node in (triple.subject, triple.predicate)}
    local = local_address(described.iri, base, root) or f"{root}/describe?iri={quote(described.iri, safe='')}"
    address = f"{local}{'&' if '?' in local else '?'}"
    texts = await shown.texts(iris)
    title = texts.name(described.iri)
    if ends and described.iri not in texts.labels:
        title = " with ".join(texts.name(value(end.object)) for end in ends)
    parts = await (_pair(shown, described, texts, address) if ends else _word(shown, described.iri, texts))
    further = _explorer(described, base, root)
    of_it = properties(described.triples, texts, "Properties", described.counts)
    body = section("All that is said of it", of_it)
    parts = [head(title, described.iri, address, further), *parts, body, inverse(described, texts, page, address)]
    return whole(title, "".join(parts), root, address)


async def _pair(shown: Shown, described: Described, texts: Texts, address: str) -> list[str]:
    """Return the sections of a pair; the figures are left out while the explorer cannot tell them, and of words."""
    subject, object_ = (value(end.object) for end in _ends(described.triples, texts.base))
    numbers = association.numbers(described.triples, texts)
    if compress(subject, texts.base).startswith("word:"):
        return [association.of_words(texts), numbers]
    text = shown.request.query_params.get("figures", "1")
    page = int(text) - 1 if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) else 0
    evidence = association.ask_explorer(
        shown.api, shown.request, "evidence",
        subject=compress(subject, texts.base), object=compress(object_, texts.base),
        limit=association.FIGURE_ROWS, offset=page * association.FIGURE_ROWS,
    )  # fmt: skip
    joining, (status, answer) = await gather(shown.reader.joining(subject, object_, shown.client), evidence)
    published = association.publication(described.triples, shown.build, joining, texts)
    figures = [association.figures(answer, texts, page, address)] if status == HTTPStatus.OK else []
    return [published, numbers, *figures]


async def _word(shown: Shown, iri: str, texts: Texts) -> list[str]:
    """Return the section with the meanings of a drawn word; none for another thing, or where the explorer has none."""
    prefix, _, name = _curie(iri, texts.base).partition(":")
    if prefix != "word" or "#" in name:
        return []
    status, answer = await association.ask_explorer(shown.api, shown.request, "word", q=decode(name))
    return [word.meanings(answer, texts)] if status == HTTPStatus.OK else []


def _ends(triples: list[Triple], base: str) -> list[Triple]:
    """Return the triples that name subject and object of a pair; empty for any other thing."""
    matching = [triple for iri in _ENDS for triple in triples if value(triple.predicate) == iri]
    return matching if len(matching) == len(_ENDS) and all(_curie(value(end.object), base) for end in matching) else []


def _curie(iri: str, base: str) -> str:
    try:
        return compress(iri, base)
    except UnknownPrefix:
        return ""


def _explorer(described: Described, base: str, root: str) -> str:
    """Return the link to a thing in the explorer; empty where that has no page of it."""
    if ends := _ends(described.triples, base):
        subject, object_ = (_curie(value(end.object), base) for end in ends)
        return "" if subject.startswith("word:") else association.explorer_link(subject, object_, root)
    curie = _curie(described.iri, base)
    prefix, _, identifier = curie.partition(":")
    if not curie or "#" in curie or prefix in ("pmc", "pubmed", "doi", "word", "wikipathways", "ndex", "ncbitaxon"):
        return ""
    address = f"{root}/?figure={identifier}" if prefix == "pfocr" else f"{root}/?of={quote(curie, safe=':')}"
    return f'<a class="button primary" href="{escape(address)}">Open in the explorer</a>'


async def of_document(shown: Shown, iri: str, triples: Sequence[Triple]) -> str:
    """Return the page of a document that describes several things, a section for each; `iri` is its subject, if any."""
    request, root = shown.request, root_of(shown.request)
    by_subject: dict[str, list[Triple]] = {}
    for triple in triples:
        by_subject.setdefault(value(triple.subject), []).append(triple)
    texts = await shown.texts(shown_iris(triples) | set(by_subject))
    title = texts.name(iri) if iri else request.url.path.rpartition("/")[2]
    sections = [
        section(texts.name(subject), properties(rows, texts, texts.name(subject)), subject.partition("#")[2])
        for subject, rows in sorted(by_subject.items(), key=lambda item: (item[0] != iri, item[0]))
    ]
    address = f"{root}{request.scope['path'].removeprefix(root)}?"
    return whole(title, head(title, iri or "", quote(address, safe="/?:%=&")) + "".join(sections), root, address)


def _short(iri: str, texts: Texts) -> str:
    """Return the short IRI of a thing beside its label, because a gene and a word can have one name."""
    short = short_iri(iri, texts.base)
    return "" if short == texts.name(iri) else f" <small>{escape(short)}</small>"


def missing(detail: str, near: list[str], texts: Texts) -> str:
    """Return the page of an unknown name, with links to the nearest ones."""
    links = "".join(f"<li>{link(iri, texts)}{_short(iri, texts)}</li>" for iri in near)
    hint = section("Did you mean", f"<ul>{links}</ul>") if links else ""
    search = f'<a class="button primary" href="{escape(texts.root)}/">Search for a gene, chemical or disease</a>'
    further = f'<p class="formats">{search}</p>'
    body = f"<h1>There is no such page</h1><p>{escape(detail)}</p>{hint}{further}"
    return whole("There is no such page", body, texts.root)
