"""Status 503 with the reason while the folder of the build is gone, because answers from its parts could be wrong."""

import asyncio
from pathlib import Path

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from kg.web.problems import HttpProblem, negotiated_problem

GRACE = 1.0
"""Seconds that a build may be missing, because some systems replace a folder in two steps."""

_STEP = 0.05
_WITHOUT_BUILD = ("/static/", "/vendor/", "/metrics")
"""Beginnings of paths that are answered without a build."""


class PresenceMiddleware:
    """ASGI middleware that refuses requests while there is no build to answer them from."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self._app = app
        self._folder = folder
        self._is_gone = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with status 503."""
        if scope["type"] == "http" and not _path(scope).startswith(_WITHOUT_BUILD) and (why := await self._reason()):
            problem = HttpProblem(503, f"{why}; the server shows the build again as soon as it is back")
            await negotiated_problem(Request(scope), problem)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _reason(self) -> str | None:
        """Return why there is no build, None if there is one; only the first request without a build waits."""
        why = missing(self._folder)
        for _ in range(0 if self._is_gone else round(GRACE / _STEP)):
            if why is None:
                break
            await asyncio.sleep(_STEP)
            why = missing(self._folder)
        self._is_gone = why is not None
        return why


def missing(folder: Path) -> str | None:
    """Return the reason why there is no build in a folder, without its path; None if there is one."""
    try:
        (folder / "manifest.json").stat()
    except (FileNotFoundError, NotADirectoryError):
        if folder.is_dir():
            return "the build is incomplete: its manifest.json was removed"
        return "the build is gone: its folder was removed or renamed"
    except OSError as error:
        return f"the build cannot be read: {error.strerror}"
    return None


def _path(scope: Scope) -> str:
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))
