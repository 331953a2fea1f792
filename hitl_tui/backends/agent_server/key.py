"""The API key: from the environment or the keyring, for private connections only.

It is never taken from the command line, which other users of the machine can read, and never
stands in an error, a log or a file of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec

from hitl_tui.backends.agent_server.address import Address
from hitl_tui.errors import SourceError

NAMES = ("LANGGRAPH_API_KEY", "LANGSMITH_API_KEY", "LANGCHAIN_API_KEY")
"""Where LangGraph's own tools look for it, in this order."""

SERVICE = "hitl-tui"
"""Under which name the keyring holds keys, with the server's URL as the user."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key, if there is one to be sent, and in words where it is from, or why none is sent."""

    value: str | None = field(repr=False)
    told: str


def key_for(address: Address, environ: Mapping[str, str]) -> Key:
    """The key for a server; raises SourceError, without the key, if it cannot be a key."""
    value, place = _found(address, environ)
    if not value:
        return Key(None, "no API key")
    if not address.private:
        return Key(None, f"the API key of {place} is not sent: the connection is not encrypted")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise SourceError(f"The API key of {place} holds what no key holds: a space or a newline.")
    return Key(value, f"the API key of {place}")


def _found(address: Address, environ: Mapping[str, str]) -> tuple[str, str]:
    for name in NAMES:
        if value := environ.get(name, "").strip(" \"'"):
            return value, name
    return _in_keyring(address.url), "the keyring"


def _in_keyring(url: str) -> str:
    """What the keyring holds; nothing where the package `keyring`, or a keyring, is missing."""
    if find_spec("keyring") is None:
        return ""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, url) or ""
    except KeyringError:
        return ""
