"""A server's address from the words on the command line, and how it may be spoken to."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

from hitl_tui.errors import UsageError


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is: `url` without a slash at its end, `name` for people.

    `private` says that nobody between here and there can read along: TLS, or this very machine.
    `identity` is the same for the spellings of one address that can be told without asking anybody.
    """

    url: str
    name: str
    private: bool
    identity: str


def address_of(source: str) -> Address:
    """The address that `http(s)://…` names; raises UsageError, which never repeats a secret."""
    try:
        parts = urlsplit(source.strip())
        port = parts.port
    except ValueError as error:
        raise UsageError("The server's address cannot be read.", hint=_HINT) from error
    if parts.username is not None or parts.password is not None:
        raise UsageError("A password or key in the address would be seen by others.", hint=_KEY)
    if parts.query or parts.fragment:
        raise UsageError("A server's address has no ? and no #.", hint=_KEY)
    host = (parts.hostname or "").rstrip(".")
    if not host or not source.isprintable() or " " in source.strip():
        raise UsageError("The address names no server.", hint=_HINT)
    shown = f"[{host}]" if ":" in host else host
    place = shown if port is None else f"{shown}:{port}"
    scheme = parts.scheme.lower()
    path = parts.path.rstrip("/")
    url = urlunsplit((scheme, place, path, "", ""))
    one = "127.0.0.1" if host == "localhost" else host
    number = port or {"https": 443}.get(scheme, 80)
    private = scheme == "https" or is_loopback(host)
    return Address(url, f"{place}{path}", private, f"{scheme}://{one}:{number}{path}")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine for certain: a name that a resolver decides about is not."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


_HINT = "Write it as http://127.0.0.1:2024 or https://agents.example.com."
_KEY = "Give the key as LANGGRAPH_API_KEY in the environment, or keep it in the keyring."
