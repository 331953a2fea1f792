"""The tree of expected failures.

HitlError
├── UsageError            the call's words are off                              exit 2
├── AnswerRefused         the answer is invalid; nothing was sent               exit 4
├── Conflict              answered, or being answered, by someone else          exit 5
├── JournalError          our own file cannot be used; nothing was sent         exit 1
├── SourceError           the checkpoints cannot be used                        exit 8
│   └── ThreadNotFound    the source has no such thread
└── GraphError            the graph cannot be used                              exit 8
    ├── GraphUnknown      which graph a thread belongs to cannot be told
    ├── Drifted           the loaded graph does not know this question
    └── InterpreterError  the graph's Python cannot be used

Raised at the seam where the cause is known, chained with `from`. Anything else is a fault of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hitl_tui.model.question import Problem


class HitlError(Exception):
    """An expected failure: `title` for people, the message with what to do about it.

    `exit_code` is the command line's status for it. Texts may hold untrusted parts: `clean` them.
    """

    title: ClassVar[str] = "Something went wrong"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class UsageError(HitlError):
    """The call's words are off: an unknown option, state, or a verb that does not apply."""

    title = "That does not work"
    exit_code = 2


class AnswerRefused(HitlError):
    """The answer is invalid; nothing was sent. `problems` names each wrong field."""

    title = "Answer refused"
    exit_code = 4

    def __init__(self, message: str, problems: Sequence[Problem] = (), *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.problems = tuple(problems)


class Conflict(HitlError):
    """Someone else answered or is answering, or the thread moved on; nothing was sent."""

    title = "Already taken"
    exit_code = 5


class JournalError(HitlError):
    """Our own file beside the source cannot be read or written; nothing was sent."""

    title = "Cannot use the journal"


class SourceError(HitlError):
    """The checkpoints cannot be used: missing, locked, damaged, or not a checkpointer's."""

    title = "Cannot read the checkpoints"
    exit_code = 8


class ThreadNotFound(SourceError):
    """The source has no thread of that id."""

    title = "No such thread"


class GraphError(HitlError):
    """The graph cannot be used: not declared, does not import, or is no graph."""

    title = "Cannot use the graph"
    exit_code = 8


class GraphUnknown(GraphError):
    """Which graph a thread belongs to cannot be told; `candidates` are the declared ones."""

    title = "Which graph?"

    def __init__(self, message: str, candidates: Sequence[str] = (), *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.candidates = tuple(candidates)


class Drifted(GraphError):
    """The loaded graph does not know the question that the source shows; nothing was sent.

    `graph` identifies the graph, as plain JSON that its backend understands.
    """

    title = "The graph has changed"

    def __init__(
        self, message: str, *, hint: str = "", graph: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.graph = dict(graph or {})


class InterpreterError(GraphError):
    """The graph's Python is not there, has no LangGraph, or cannot start a worker."""

    title = "Cannot start the graph's Python"
