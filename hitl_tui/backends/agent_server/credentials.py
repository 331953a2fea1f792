"""How we prove who we are: an API key, an `Authorization`, or both, for private connections only.

They come from the environment or the keyring, never from the command line, which other users of
the machine can read, and never stand in an error, a log or a file of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec

from hitl_tui.backends.agent_server.address import Address
from hitl_tui.errors import SourceError


@dataclass(frozen=True, slots=True)
class Kind:
    """A header that may be sent, and where its value is looked for, in this order.

    `service` is the name under which the keyring holds it, with the server's URL as the user.
    """

    header: str
    noun: str
    names: tuple[str, ...]
    service: str


KINDS = (
    Kind(
        "x-api-key",
        "API key",
        ("LANGGRAPH_API_KEY", "LANGSMITH_API_KEY", "LANGCHAIN_API_KEY"),
        "hitl-tui",
    ),
    Kind("authorization", "authorization", ("LANGGRAPH_AUTHORIZATION",), "hitl-tui-authorization"),
)
"""The names of the first are those of LangGraph's own tools. The second is what a server's custom
authentication usually reads, whole: `Bearer …` (LangGraph docs, custom auth)."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is sent with each request, and in words where it is from, or why nothing is sent."""

    headers: Mapping[str, str] = field(repr=False)
    told: str

    def hidden(self, text: str) -> str:
        """The text without any secret that a server may have said back."""
        for secret in self._secrets():
            text = text.replace(secret, "•••")
        return text

    def _secrets(self) -> Iterator[str]:
        for value in self.headers.values():
            yield value
            scheme, _, token = value.partition(" ")
            if scheme and token.strip():
                yield token.strip()


def credentials_for(address: Address, environ: Mapping[str, str]) -> Credentials:
    """What a server is sent; raises SourceError, without any secret, if that cannot be sent."""
    headers, told = {}, []
    for kind in KINDS:
        value, place = _found(kind, address, environ)
        if value and not address.private:
            told.append(f"the {kind.noun} of {place} is not sent: the connection is not encrypted")
        elif value:
            headers[kind.header] = _checked(kind, value, place)
            told.append(f"the {kind.noun} of {place}")
    return Credentials(headers, " and ".join(told) or "no API key and no authorization")


def _checked(kind: Kind, value: str, place: str) -> str:
    spaces = kind.header == "authorization"
    if not value.isascii() or not value.isprintable() or (" " in value and not spaces):
        what = "a newline or the like" if spaces else "a space or a newline"
        raise SourceError(f"The {kind.noun} of {place} holds what none can hold: {what}.")
    return value


def _found(kind: Kind, address: Address, environ: Mapping[str, str]) -> tuple[str, str]:
    for name in kind.names:
        if value := environ.get(name, "").strip(" \"'"):
            return value, name
    return _in_keyring(kind.service, address.url), "the keyring"


def _in_keyring(service: str, url: str) -> str:
    """What the keyring holds; nothing where the package `keyring`, or a keyring, is missing."""
    if find_spec("keyring") is None:
        return ""
    import keyring
    from keyring.errors import KeyringError

    try:
        return (keyring.get_password(service, url) or "").strip()
    except KeyringError:
        return ""
