"""What went wrong between us and a server, in people's words; no key and no URL stands in them."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpx

from hitl_tui.errors import Conflict, HitlError, SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 300
_KEY_HINT = (
    "Set LANGGRAPH_API_KEY or LANGGRAPH_AUTHORIZATION, or keep it in the keyring;"
    " `doctor` tells what is sent."
)
_STATUS: Mapping[int, tuple[str, str]] = {
    400: ("does not understand the request", "Is it an Agent Server, and new enough?"),
    401: ("wants to know who you are, or does not accept what it was sent", _KEY_HINT),
    403: ("does not allow you this", "Ask who runs the server for the right."),
    404: ("has nothing there", "Is this the address of an Agent Server?"),
    409: ("is at this thread already", "Look at the thread again."),
    422: ("refuses the request", ""),
    429: ("is asked too often", "Wait a little, then try again."),
}
EXPECTED = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError, KeyError, TypeError)
"""What a request raises when the net, the server or what it answers is at fault.

The last three come of answers that are not shaped as they should be; requests are made of checked
values alone."""

_PASSING = frozenset({429, 500, 502, 503, 504})
"""Answers that may be another one a moment later."""


def status_of(error: BaseException) -> int | None:
    """The status that a server answered with; None if it did not answer."""
    return error.response.status_code if isinstance(error, httpx.HTTPStatusError) else None


def status_told(error: HitlError) -> int | None:
    """The status that a failure in words is about; None if it is about something else."""
    return None if error.__cause__ is None else status_of(error.__cause__)


def is_passing(error: BaseException) -> bool:
    """Whether asking again may help: only reads may be asked again."""
    status = status_of(error)
    if status is not None:
        return status in _PASSING
    if _certificate(error):
        return False
    return isinstance(error, httpx.TransportError)


def asked_to_wait(error: BaseException, most: float) -> float:
    """How many seconds the server asks us to wait, 0 if it does not say or says too many."""
    if not isinstance(error, httpx.HTTPStatusError):
        return 0
    try:
        seconds = float(error.response.headers.get("retry-after", "0"))
    except ValueError:
        return 0
    return seconds if 0 <= seconds <= most else 0


def is_away(error: BaseException) -> bool:
    """Whether nobody listens at the server's address."""
    return isinstance(error, httpx.ConnectError)


def surely_unsent(error: BaseException) -> bool:
    """Whether what was asked for surely did not happen.

    A refused connection carried nothing; a refusal by the server itself did nothing. A gateway's
    words, an answer that never came and one that cannot be read leave it open.
    """
    status = status_of(error)
    if status is not None:
        return 400 <= status < 500 and status != 408
    unsent = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
    return isinstance(error, (*unsent, httpx.UnsupportedProtocol, httpx.LocalProtocolError))


def explained(error: Exception, name: str) -> HitlError:
    """The failure of a request to the server `name`."""
    status = status_of(error)
    if status is not None:
        return _refusal(error, status, name)
    if isinstance(error, httpx.HTTPError):
        return _broken(error, name)
    return SourceError(f"{name} answers what no Agent Server does.", hint="Check the address.")


def _broken(error: httpx.HTTPError, name: str) -> SourceError:
    """Why there was no answer."""
    if isinstance(error, httpx.TimeoutException):
        return SourceError(f"{name} gives no answer in time.", hint="Try again.")
    if certificate := _certificate(error):
        hint = "Nothing was sent to it. SSL_CERT_FILE names an authority of your own."
        return SourceError(f"{name} cannot prove that it is itself: {certificate}.", hint=hint)
    if isinstance(error, httpx.ConnectError):
        hint = "Is it running, and is this its address?"
        return SourceError(f"{name} cannot be reached: {_cut(str(error))}.", hint=hint)
    return SourceError(f"The connection to {name} broke: {_cut(str(error)).rstrip('.')}.")


def _refusal(error: Exception, status: int, name: str) -> HitlError:
    fault = "has a fault of its own", "Try again; the server's log may tell more."
    what, hint = _STATUS.get(status, fault if status >= 500 else ("refuses the request", ""))
    said = getattr(error, "message", "")
    detail = f": {_cut(said)}" if isinstance(said, str) and said and status != 401 else ""
    kind = Conflict if status == 409 else SourceError
    return kind(f"{name} {what} ({status}){detail.rstrip('.')}.", hint=hint)


def _certificate(error: BaseException | None) -> str:
    """Why a certificate was refused, "" if that was not the reason."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message or "its certificate is not trusted"
        error = error.__cause__ or error.__context__
    return ""


def _cut(text: str) -> str:
    return text.strip() if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
