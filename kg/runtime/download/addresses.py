"""Addresses of the web: how they are read, and the part of them that is safe to show.

A password, or a token in the query, must reach neither a message nor a manifest. So only `shown` is ever printed.
"""

import re
from base64 import b64encode
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from kg.errors import SourceError, cut
from kg.runtime.paths import printable

SCHEMES = ("http", "https")
"""Schemes of addresses that are downloaded."""

LONGEST_NAME = 120
"""Characters of a file name that is taken from an address; most file systems allow 255 bytes."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_SHA256 = re.compile(r"sha256=([0-9A-Fa-f]{64})")


class Address(NamedTuple):
    """An address as it is requested, and as it is shown."""

    url: str
    """Address without user, password and fragment, in ASCII."""
    authorization: str | None
    """Value of the header Authorization, from user and password."""
    sha256: str | None
    """SHA-256 that the file must have, in lower case."""
    shown: str
    """Address without user, password, query and fragment; `?...` stands for a query."""

    @property
    def name(self) -> str:
        """Name of the file by the path of the address; empty where the path ends in a slash."""
        return file_name(urlsplit(self.url).path)


def is_address(text: str) -> bool:
    """Return whether a text is an address, of any scheme, and not a path.

    >>> is_address("https://example.org/a.tar.gz"), is_address("ftp://example.org/a"), is_address("a/b.zip")
    (True, True, False)
    """
    return _SCHEME.match(text) is not None


def read(text: str) -> Address:
    """Return the parts of an http(s) address; raise SourceError for a text that is none.

    >>> read("https://me:secret@example.org/a.zip?token=1").shown
    'https://example.org/a.zip?...'
    """
    if text.partition("://")[0].lower() not in SCHEMES:
        raise SourceError(
            f"{redacted(text)}: only http, https and s3 are read; download it yourself, and give the file"
        )
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not text.isprintable() or " " in text:
        # A password with a slash, which should be written as %2F, is no password to urlsplit.
        scheme, _, rest = text.partition("://")
        shown = redacted(f"{scheme}://{rest.rpartition('@')[2]}")
        raise SourceError(f"{shown}: not an address; write it as https://HOST/PATH")
    location = _in_ascii(host) + (f":{port}" if port else "")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    url = urlunsplit((parts.scheme, location, path, quote(parts.query, safe="/%:@!$&'()*+,;=~-._?"), ""))
    return Address(url, _authorization(parts), _sha256(parts.fragment, redacted(text)), redacted(text))


def redacted(text: str) -> str:
    """Return the part of an address that is safe to show: no user, no password, no query, no fragment.

    >>> redacted("https://me:secret@example.org/a?key=1#x"), redacted("https://me:secret@[broken/a")
    ('https://example.org/a?...', 'https://[broken/a')
    """
    scheme, _, rest = printable(text).partition("://")
    rest, _, _ = rest.partition("#")
    rest, query, _ = rest.partition("?")
    location, slash, path = rest.partition("/")
    return cut(f"{scheme}://{location.rpartition('@')[2]}{slash}{path}") + ("?..." if query else "")


def file_name(path: str) -> str:
    """Return the last part of a path as a name that is safe in a folder; empty where there is none.

    >>> file_name("/a/b%20c.tar.gz"), file_name("/a/.."), file_name(".hidden.gmt")
    ('b c.tar.gz', '', 'hidden.gmt')
    """
    name = printable(unquote(PurePosixPath(path).name)).replace("\\", "/").rpartition("/")[2].lstrip(".-")
    return name[-LONGEST_NAME:]


def _authorization(parts: SplitResult) -> str | None:
    """Return the value of the header for user and password, after RFC 7617; None without them."""
    if parts.username is None and parts.password is None:
        return None
    pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    return f"Basic {b64encode(pair.encode()).decode()}"


def _in_ascii(host: str) -> str:
    """Return a host in the form of requests; an IPv6 address is in brackets."""
    if ":" in host:
        return f"[{host}]"
    try:
        return host.encode("ascii" if host.isascii() else "idna").decode()
    except UnicodeError:
        raise SourceError(f"{cut(printable(host))}: not the name of a server; check the address") from None


def _sha256(fragment: str, shown: str) -> str | None:
    """Return the digest that a fragment states; raise SourceError where it states a wrong one."""
    if not fragment.startswith("sha256="):
        return None
    match = _SHA256.fullmatch(fragment)
    if match is None:
        raise SourceError(f"{shown}: #sha256= needs the 64 hexadecimal digits of the file's SHA-256")
    return match[1].lower()
