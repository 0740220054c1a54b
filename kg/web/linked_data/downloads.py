"""The files of a build at the addresses that its description states, `/dataset/RELEASE/FILE`."""

from http import HTTPStatus
from pathlib import Path
from stat import S_ISREG
from typing import Any

from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from kg.model.build import Build
from kg.rdf.void import MEDIA_TYPES
from kg.web.problems import HttpProblem

_OTHER = "application/octet-stream"


class Compression(GZipMiddleware):
    """ASGI middleware that compresses answers, but no file of a build.

    Parts of a file have to fit together, whatever encoding each request accepts.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; the answer is compressed unless it may be a file."""
        path = str(scope.get("path", "")).removeprefix(scope.get("root_path", ""))
        is_file = path.startswith("/dataset/") and "/" in path.removeprefix("/dataset/")
        await (self.app if is_file else super().__call__)(scope, receive, send)


def download(folder: Path, request: Request) -> Response | None:
    """Return the answer of a file of the build in `folder`; None where the path is none of a file.

    The manifest names the files, so that no other is read. Raises HttpProblem 404 for a folder, the store and
    another release, 503 while the build is being replaced.
    """
    release, slash, name = request.path_params["name"].partition("/")
    build = Build(folder)
    outputs: dict[str, dict[str, Any]] = build.manifest["outputs"]
    by_name = {str(output.get("file", output.get("folder", key))): key for key, output in outputs.items()}
    if not slash or name not in {*by_name, "tables"}:
        return None
    files = [file for file, key in by_name.items() if "file" in outputs[key]]
    here = ", ".join(f"dataset/{build.release}/{file}" for file in files) or "none"
    if release != build.release:
        raise HttpProblem(404, f"release {release[:100]!r} is not here; files of this server: {here}")
    if name not in files:
        kind = "is the store, which answers queries at /sparql" if by_name.get(name) == "store" else "is a folder"
        raise HttpProblem(404, f"{name} {kind}; files of this server: {here}")
    return _file(request, folder / name, by_name[name], outputs[by_name[name]])


def _file(request: Request, path: Path, key: str, output: dict[str, Any]) -> Response:
    if path.name != output["file"]:  # a manifest that was tampered with leads nowhere else
        raise HttpProblem(404, "the manifest of this build names a file outside it")
    status = path.stat()
    if not S_ISREG(status.st_mode) or status.st_size != output.get("bytes", status.st_size):
        raise HttpProblem(503, f"{path.name} is not as the manifest states: the build is being replaced or damaged")
    headers = {"Cache-Control": "no-cache"}
    if digest := output.get("sha256"):
        headers["ETag"] = f'"{digest[:32]}"'
    response = FileResponse(path, headers=headers, media_type=MEDIA_TYPES.get(key, _OTHER), stat_result=status)
    headers["ETag"] = response.headers["etag"]
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return response
