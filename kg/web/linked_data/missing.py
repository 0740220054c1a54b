"""Why an address describes nothing, and the nearest things that the build has."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.types import ASGIApp

from kg.model.build import Build
from kg.model.identifiers import association_iri, decode, expand
from kg.model.text import normal_form
from kg.web.linked_data.addresses import named_iri, pairs
from kg.web.linked_data.association import ask_explorer
from kg.web.linked_data.reader import Reader

LONGEST_NAME = 200
"""Characters of a name that a message repeats."""

Reason = tuple[str, list[str]]
"""A message, and the IRIs of the nearest things."""


class Missing:
    """Finds the reasons of one request; `api` is the explorer's, which knows similar names."""

    def __init__(self, reader: Reader, api: ASGIApp, request: Request, build: Build, client: str) -> None:
        self._reader = reader
        self._api = api
        self._request = request
        self._build = build
        self._client = client

    async def of_name(self, prefix: str, name: str) -> Reason:
        """Return the reason for a thing that the build does not have, with those of similar names."""
        return f"nothing here is called {name[:LONGEST_NAME]}", await self._similar(prefix, name)

    async def of_pair(self, name: str) -> Reason:
        """Return the reason for a pair that the build does not have; `name` is decoded, and the name of a pair."""
        subject, object_ = next(pairs(name))
        base, called = self._build.base, f"no pair {name[:LONGEST_NAME]}"
        iris = {end: expand(end, base) for end in (subject, object_)}
        reversed_ = association_iri(object_, subject, base)
        known = await self._reader.known([*iris.values(), reversed_], self._client)
        if missing := [end for end in iris if iris[end] not in known]:
            near = [iri for iri in iris.values() if iri in known]
            for end in missing:
                prefix, _, identifier = end.partition(":")
                near += await self._similar(prefix, decode(identifier))
            names = " nor ".join(end[:LONGEST_NAME] for end in missing)
            neither = "neither " if len(missing) > 1 else "no "
            return f"{called}: this build has {neither}{names}", list(dict.fromkeys(near))
        if reversed_ in known:
            return f"{called}: its ends have the other order", [reversed_]
        return f"{called}: {_unpaired(subject, object_, self._build)}", list(dict.fromkeys(iris.values()))

    async def _similar(self, prefix: str, name: str) -> list[str]:
        """Return the IRIs of the things of similar names; of a word, the similar words come first."""
        base = self._build.base
        status, said = await ask_explorer(self._api, self._request, "similar", q=name[:400])
        if status != HTTPStatus.OK:
            return []
        words = [named_iri("word", normal_form(text), base) for text in said["texts"]] if prefix == "word" else []
        known = await self._reader.known(words, self._client) if words else set()
        entities = [expand(row["id"], base) for row in said["suggestions"]]
        return list(dict.fromkeys([iri for iri in words if iri in known] + entities))


def _unpaired(subject: str, object_: str, build: Build) -> str:
    """Return why two things that the build has are no pair of it."""
    words = [end.startswith("word:") for end in (subject, object_)]
    if subject == object_:
        return "both ends are the same"
    if any(words) and not all(words):
        return "a pair is of two words, or of two entities"
    if all(words) and "terms" not in build.manifest["parameters"].get("layers", ()):
        return "this build has no pairs of words"
    return f"the two are drawn together by different words in fewer than {build.min_figures:,} figures"
