"""The whole pages: of a thing of the store, of a document such as the vocabulary, and of an unknown name."""

from html import escape
from urllib.parse import quote

from pyoxigraph import Triple
from starlette.requests import Request
from starlette.types import ASGIApp

from kg.errors import UnknownPrefix
from kg.model.identifiers import NAMESPACES, compress
from kg.web.linked_data import association
from kg.web.linked_data.addresses import local_address
from kg.web.linked_data.html import Texts, head, inverse, link, properties, section, shown_iris, whole
from kg.web.linked_data.reader import Described, Reader, value

_ENDS = [f"{NAMESPACES['biolink']}{name}" for name in ("subject", "object")]


def root_of(request: Request) -> str:
    """Return the path of the server behind a proxy, which addresses of pages begin with."""
    return str(request.scope.get("app_root_path", request.scope.get("root_path", "")))


async def of_thing(reader: Reader, api: ASGIApp, request: Request, described: Described, base: str, client: str) -> str:
    """Return the page of a thing; that of a pair has its numbers and figures, too."""
    root, page = root_of(request), int(request.query_params.get("page", "1")) - 1
    ends = _ends(described.triples, base)
    iris = shown_iris(described.triples) | {described.iri}
    iris |= {value(node) for triple in described.links for node in (triple.subject, triple.predicate)}
    texts = Texts(base, root, *await reader.texts(iris, client))
    local = local_address(described.iri, base, root) or f"{root}/describe?iri={quote(described.iri, safe='')}"
    address = f"{local}{'&' if '?' in local else '?'}"
    title = texts.name(described.iri)
    parts = []
    if ends:
        if described.iri not in texts.labels:
            title = " with ".join(texts.name(value(end.object)) for end in ends)
        parts = await _pair(api, request, described, texts, address)
    further = _explorer(described, base, root)
    body = section("All that is said of it", properties(described.triples, texts, "Properties"))
    parts = [head(title, described.iri, address, further), *parts, body, inverse(described, texts, page, address)]
    return whole(title, "".join(parts), root, address)


async def _pair(api: ASGIApp, request: Request, described: Described, texts: Texts, address: str) -> list[str]:
    """Return the numbers and the figures of a pair; the figures are left out while the explorer cannot tell them."""
    curies = [compress(value(end.object), texts.base) for end in _ends(described.triples, texts.base)]
    text = request.query_params.get("figures", "1")
    page = int(text) - 1 if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) else 0
    status, answer = await association.ask_explorer(
        api, request, "evidence", subject=curies[0], object=curies[1],
        limit=association.FIGURE_ROWS, offset=page * association.FIGURE_ROWS,
    )  # fmt: skip
    shown = [association.figures(answer, texts, page, address)] if status == 200 else []
    return [association.numbers(described.triples, texts), *shown]


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
        return association.explorer_link(subject, object_, root)
    curie = _curie(described.iri, base)
    prefix, _, identifier = curie.partition(":")
    if not curie or "#" in curie or prefix in ("pmc", "pubmed", "doi", "word", "wikipathways", "ndex", "ncbitaxon"):
        return ""
    address = f"{root}/?figure={identifier}" if prefix == "pfocr" else f"{root}/?of={quote(curie, safe=':')}"
    return f'<a class="button primary" href="{escape(address)}">Open in the explorer</a>'


async def of_document(reader: Reader, request: Request, iri: str, triples: list[Triple], base: str, client: str) -> str:
    """Return the page of a document that describes several things, a section for each; `iri` is its subject, if any."""
    root = root_of(request)
    by_subject: dict[str, list[Triple]] = {}
    for triple in triples:
        by_subject.setdefault(value(triple.subject), []).append(triple)
    names = shown_iris(triples) | set(by_subject)
    texts = Texts(base, root, *await reader.texts(names, client))
    title = texts.name(iri) if iri else request.url.path.rpartition("/")[2]
    sections = [
        section(texts.name(subject), properties(rows, texts, texts.name(subject)), subject.partition("#")[2])
        for subject, rows in sorted(by_subject.items(), key=lambda item: (item[0] != iri, item[0]))
    ]
    address = f"{root}{request.scope['path'].removeprefix(root)}?"
    return whole(title, head(title, iri or "", quote(address, safe="/?:%=&")) + "".join(sections), root, address)


def missing(detail: str, near: list[str], base: str, root: str) -> str:
    """Return the page of an unknown name, with links to the nearest ones."""
    texts = Texts(base, root, {}, {})
    links = "".join(f"<li>{link(iri, texts)}</li>" for iri in near)
    hint = section("Did you mean", f"<ul>{links}</ul>") if links else ""
    search = f'<a class="button primary" href="{escape(root)}/">Search for a gene, chemical or disease</a>'
    further = f'<p class="formats">{search}</p>'
    return whole("There is no such page", f"<h1>There is no such page</h1><p>{escape(detail)}</p>{hint}{further}", root)
