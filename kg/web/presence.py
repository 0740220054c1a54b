"""Status 503 with the reason while the build is gone or damaged, because answers from its parts could be wrong."""

import asyncio
import json
from pathlib import Path

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from kg.web.problems import HttpProblem, negotiated_problem

GRACE = 1.0
"""Seconds that a build may be missing, because some systems replace a folder in two steps."""

_STEP = 0.05
_WITHOUT_BUILD = ("/static/", "/vendor/", "/metrics")
"""Beginnings of paths that are answered without a build."""

_KEYS = {"counts", "outputs", "parameters", "thresholds", "version"}
"""Keys of a manifest that answers are made from."""


class PresenceMiddleware:
    """ASGI middleware that refuses requests while there is no build to answer them from."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self._app = app
        self._folder = folder
        self._is_gone = False
        self._whole: tuple[int, ...] = ()  # the manifest that was read last and is whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with status 503."""
        if scope["type"] == "http" and not _path(scope).startswith(_WITHOUT_BUILD) and (why := await self._reason()):
            problem = HttpProblem(503, f"{why}; the server shows the build again as soon as it is back")
            await negotiated_problem(Request(scope), problem)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _reason(self) -> str | None:
        """Return why there is no build, None if there is one; only the first request without a build waits."""
        why = self._missing()
        for _ in range(0 if self._is_gone else round(GRACE / _STEP)):
            if why is None:
                break
            await asyncio.sleep(_STEP)
            why = self._missing()
        self._is_gone = why is not None
        return why

    def _missing(self) -> str | None:
        """Return the reason why there is no build, without its path; a manifest is read once."""
        path = self._folder / "manifest.json"
        try:
            status = path.stat()
            identity = (status.st_ino, status.st_mtime_ns, status.st_size)
            if identity != self._whole:
                _check(path)
                self._whole = identity
        except (FileNotFoundError, NotADirectoryError):
            if self._folder.is_dir():
                return "the build is incomplete: its manifest.json was removed"
            return "the build is gone: its folder was removed or renamed"
        except OSError as error:
            return f"the build cannot be read: {error.strerror}"
        except ValueError:
            return "the build is damaged: its manifest.json is not one of kg"
        return None


def _check(path: Path) -> None:
    """Raise ValueError for a file that is no whole manifest."""
    manifest = json.loads(path.read_bytes())
    if not isinstance(manifest, dict) or not manifest.keys() >= _KEYS:
        raise ValueError


def _path(scope: Scope) -> str:
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))
