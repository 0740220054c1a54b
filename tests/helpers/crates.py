"""The validator of RO-Crates without a network: its cache gets the context that the library `rocrate` brings along."""

import io
import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from urllib3 import HTTPResponse

CONTEXT = "https://w3id.org/ro/crate/1.1/context"


class _Bundled(HTTPAdapter):
    """Answers every request with the context."""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        body = (files("rocrate") / "data" / "ro-crate.jsonld").read_bytes()
        headers = {"Content-Type": "application/ld+json"}
        return self.build_response(request, HTTPResponse(io.BytesIO(body), headers, status=200, preload_content=False))


def failed_checks(crate: Path, scratch: Path) -> list[str]:
    """Return the messages of `rocrate-validator` on what RO-Crate 1.1 requires and a folder lacks."""
    cache, report = scratch / "http", scratch / "report.json"
    with CachedSession(str(cache), backend="sqlite") as session:
        session.mount("https://", _Bundled())
        session.get(CONTEXT)
    options = ("--offline", "--cache-path", str(cache), "-p", "ro-crate-1.1", "-l", "required", "--no-paging")
    program = Path(sys.executable).with_name("rocrate-validator")
    subprocess.run(
        [program, "-y", "validate", *options, "-f", "json", "-o", report, crate], check=False, capture_output=True
    )
    read: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    assert read["passed"] == (not read["issues"])
    return [issue["message"] for issue in read["issues"]]
