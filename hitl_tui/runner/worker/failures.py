"""Errors told to a person: the message, and the frames of the user's own code."""

from __future__ import annotations

import os
import sysconfig
import traceback
from collections.abc import Mapping, Sequence

_PACKAGES = tuple(f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages"))
_NOT_THE_USERS = tuple(
    path + os.sep
    for path in {
        sysconfig.get_path("stdlib"),
        sysconfig.get_path("platstdlib"),
        os.path.dirname(os.path.abspath(__file__)),
    }
)
_MACHINERY = ("langgraph", "langchain_core", "langchain", "langsmith")
_MOST = 32_000


class Refused(Exception):
    """A request that is turned down before anything was written.

    `kind` is "answer", "conflict", "drifted", "graph" or "source"; for an answer, `problems` are
    its wrong parts, each `{"path", "message"}`.
    """

    def __init__(
        self,
        kind: str,
        message: str,
        hint: str = "",
        problems: Sequence[Mapping[str, str]] = (),
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.hint = hint
        self.problems = list(problems)


def described(error: BaseException) -> dict[str, str]:
    """The error as an event's data: `{"title", "message", "traceback"}`, bounded in size."""
    told = traceback.TracebackException.from_exception(error, compact=True)
    _keep_the_users_frames(told)
    name = type(error).__qualname__
    return {
        "title": name,
        "message": _cut(_message(error)) or name,
        "traceback": _cut("".join(told.format())),
    }


def _keep_the_users_frames(told: traceback.TracebackException) -> None:
    """Filter the whole chain: causes, contexts and the members of groups."""
    users = [frame for frame in told.stack if is_the_users(frame.filename)]
    installed = [frame for frame in told.stack if _may_be_the_users(frame.filename)]
    told.stack = traceback.StackSummary.from_list(users or installed)
    members = getattr(told, "exceptions", None) or []
    for other in (told.__cause__, told.__context__, *members):
        if other is not None:
            _keep_the_users_frames(other)


def is_the_users(filename: str) -> bool:
    """Whether a file is the user's code: neither installed, nor Python's, nor ours."""
    if filename.startswith("<") or any(part in filename for part in _PACKAGES):
        return False
    return not filename.startswith(_NOT_THE_USERS)


def _may_be_the_users(filename: str) -> bool:
    """Whether it is installed and yet no part of LangGraph: a graph's package may be."""
    installed = any(part in filename for part in _PACKAGES)
    return installed and not any(f"{os.sep}{name}{os.sep}" in filename for name in _MACHINERY)


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as broken:  # noqa: BLE001 - an exception's own code may raise anything
        return f"(its message cannot be shown: {type(broken).__name__})"


def _cut(text: str) -> str:
    """The text without its middle if it is too long: the last lines say what happened."""
    if len(text) <= _MOST:
        return text
    half = _MOST // 2
    return f"{text[:half]}\n… ({len(text) - _MOST:,} characters left out)\n{text[-half:]}"
