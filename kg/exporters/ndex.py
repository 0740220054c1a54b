"""Uploads networks to NDEx with ndex2 (extra `ndex`)."""

from __future__ import annotations

import os
from io import BytesIO
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from kg.errors import KgError, ParameterError, cut, shown
from kg.runtime.plugins import install_command

SERVER = "https://www.ndexbio.org"

USER, PASSWORD = "NDEX_USER", "NDEX_PASSWORD"
"""Variables of the environment with the account; there is no option, because other users see those of a command."""

TIMEOUT = 300
"""Seconds that the server has to answer."""

_LOOPBACK = ("127.0.0.1", "::1")
"""Hosts to which a password may go without encryption, because it stays on the machine."""


class Account(NamedTuple):
    """The account of a person at NDEx; its text has no password."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Account({self.user!r})"


def account() -> Account | None:
    """Return the account that the environment names; None where a part of it is missing."""
    user, password = os.environ.get(USER), os.environ.get(PASSWORD)
    return Account(user, password) if user and password else None


def checked_server(server: str) -> str:
    """Return the address of a server; raise ParameterError for one to which the password would go in plain text."""
    try:
        parts = urlsplit(server)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not secure or not parts.hostname or parts.username or parts.path.strip("/") or parts.query or port == 0:
        raise ParameterError(f"server={shown(server)}: give an address such as {SERVER}; http is for 127.0.0.1 only")
    return f"{parts.scheme}://{parts.netloc}"


def upload(cx2: bytes, server: str, who: Account, visibility: Literal["PUBLIC", "PRIVATE"]) -> str:
    """Create a network at NDEx from CX2; return its address there.

    Raises KgError where the server cannot be reached or refuses the network, and without the extra `ndex`.
    """
    try:
        from ndex2.client import Ndex2
        from ndex2.exceptions import NDExError, NDExUnauthorizedError
        from requests.exceptions import RequestException
    except ModuleNotFoundError as error:
        raise KgError(
            f"the upload needs {error.name}, which is not installed; install it with: {install_command('ndex')}"
        ) from None
    try:
        client = Ndex2(checked_server(server), who.user, who.password, timeout=TIMEOUT, skip_version_check=True)
        address: str = client.save_cx2_stream_as_new_network(BytesIO(cx2), visibility=visibility)
    except NDExUnauthorizedError:
        raise KgError(f"{server} refuses the account {who.user}; check {USER} and {PASSWORD}") from None
    except (NDExError, RequestException, OSError) as error:
        said = cut(str(error).replace(who.password, "***"))
        raise KgError(f"{server} did not take the network: {said}; see there before you try again") from None
    return address
