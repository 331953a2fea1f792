"""The order in which dialects are asked whether a payload is theirs.

LangChain's per-call requests come with a response schema too, so they are asked before schemas:
that way their decisions start from the call's arguments. Dialects of other packages, named under
the entry point group `hitl_tui.dialects`, are asked when no built-in one knows the payload, just
before the plain one takes it: they can add but not change, and a source whose payloads are all
known never pays for looking them up.
"""

from __future__ import annotations

import logging
from functools import cache
from pathlib import PurePath
from traceback import extract_tb
from typing import TYPE_CHECKING

from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.dialect import Dialect, Reading
from hitl_tui.questions.dialects.action_requests import ActionRequests
from hitl_tui.questions.dialects.ag_ui import AgUi
from hitl_tui.questions.dialects.agent_inbox import AgentInbox
from hitl_tui.questions.dialects.ask_user import AskUser
from hitl_tui.questions.dialects.awaithumans import AwaitHumans
from hitl_tui.questions.dialects.copilotkit import CopilotKit
from hitl_tui.questions.dialects.elicitation import Elicitation
from hitl_tui.questions.dialects.hook import Hook
from hitl_tui.questions.dialects.options import Options
from hitl_tui.questions.dialects.plain import Plain
from hitl_tui.questions.dialects.response_schema import ResponseSchema
from hitl_tui.questions.dialects.tool_approval import ToolApproval
from hitl_tui.questions.dialects.wait import Wait

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "hitl_tui.dialects"
PLAIN = Plain()
BUILT_IN: tuple[Dialect, ...] = (
    ToolApproval(),
    ResponseSchema(),
    ActionRequests(),
    AgentInbox(),
    AskUser(),
    Wait(),
    Elicitation(),
    Options(),
    CopilotKit(),
    AgUi(),
    AwaitHumans(),
    Hook(),
)

_log = logging.getLogger(__name__)
_troubles: dict[str, None] = {}


def known(interrupt: Interrupt) -> Dialect:
    """The built-in dialect of a payload; the plain one if no other claims it. Cheap."""
    return next((dialect for dialect in BUILT_IN if dialect.claims(interrupt)), PLAIN)


def dialect_of(interrupt: Interrupt) -> Dialect:
    """The dialect of a payload, those of other packages among them."""
    found = known(interrupt)
    if found is PLAIN:
        return next((dialect for dialect in added() if _reads(dialect, interrupt)), PLAIN)
    return found


def _reads(dialect: Dialect, interrupt: Interrupt) -> bool:
    """Whether an added dialect claims the payload, and reads what it claims."""
    try:
        if not dialect.claims(interrupt):
            return False
        dialect.title(interrupt)
        return isinstance(dialect.read(interrupt), Reading)
    except Exception as error:  # noqa: BLE001 - another package's code may raise anything
        _tell(f"The dialect {dialect.name} cannot read a payload: {_where(error)}.")
        return False


def named(name: str) -> Dialect:
    """The dialect of that name; the plain one if there is none."""
    built_in = next((dialect for dialect in BUILT_IN if dialect.name == name), None)
    if built_in is None and name != PLAIN.name:
        return next((dialect for dialect in added() if dialect.name == name), PLAIN)
    return built_in or PLAIN


@cache
def added() -> tuple[Dialect, ...]:
    """The dialects of other packages, by name; loaded once, broken ones left out and logged."""
    from importlib.metadata import entry_points

    points = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    return tuple(dialect for point in points if (dialect := _load(point)))


def troubles() -> tuple[str, ...]:
    """What is wrong with dialects of other packages, as far as it was noticed; loads them."""
    added()
    return tuple(_troubles)


def _load(point: EntryPoint) -> Dialect | None:
    """One added dialect, or None if its package is broken: the others must still work."""
    try:
        made = point.load()()
    except Exception as error:  # noqa: BLE001 - another package's code may raise anything
        why = f"{type(error).__name__}: {error}"
        _tell(f"The dialect {point.name} ({point.value}) does not load: {why}.")
        return None
    if isinstance(made, Dialect):
        return made
    _tell(f"The dialect {point.name} ({point.value}) is not a Dialect.")
    return None


def _tell(trouble: str) -> None:
    """Log it, but not for each of ten thousand threads again."""
    if trouble not in _troubles:
        _troubles[trouble] = None
        _log.warning("%s", trouble)


def _where(error: Exception) -> str:
    """What was raised where; its words stay out of it: they may be a payload's, secrets too."""
    frame = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {PurePath(frame.filename).name}, line {frame.lineno}"
