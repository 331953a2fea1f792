"""Which keys of the queue screen can do something now; those that cannot are hidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hitl_tui.model.notes import Mark
from hitl_tui.model.runs import Verb

if TYPE_CHECKING:
    from hitl_tui.tui.screens.queue_actions import QueueActions


def possible(screen: QueueActions, action: str, parameters: tuple[object, ...]) -> bool:
    """Whether an action of the screen can be done now."""
    rule = _RULES.get(action)
    return rule is None or rule(screen, *parameters)


def _has(screen: QueueActions, verb: Verb) -> bool:
    opened = screen.detail.opened
    return opened is not None and verb in opened.verbs and not _others(screen)


def _others(screen: QueueActions) -> bool:
    """Whether another operator claims the thread shown."""
    opened = screen.detail.opened
    claimed = opened is not None and opened.mark.claimed_until is not None
    return claimed and not _mine(screen)


def _mine(screen: QueueActions) -> bool:
    opened = screen.detail.opened
    mark = opened.mark if opened else Mark()
    return mark.claimed_until is not None and mark.claimed_by == screen.desk.notes.operator


def _claim(screen: QueueActions) -> bool:
    opened = screen.detail.opened
    able = opened is not None and bool(opened.verbs)
    return able and not _mine(screen) and not _others(screen)


def _send(screen: QueueActions) -> bool:
    """From a form that turned stale nothing is sent, and nothing more can be gone to."""
    stale = screen.detail.stale and screen.arrangement.at("answer")
    return _has(screen, Verb.ANSWER) and not stale


def _snooze(screen: QueueActions) -> bool:
    return _has(screen, Verb.ANSWER)


def _act(screen: QueueActions, verb: str) -> bool:
    return _has(screen, Verb(verb))


def _turn(screen: QueueActions, step: int) -> bool:
    opened = screen.detail.opened
    return opened is not None and len(opened.questions) > 1


def _send_all(screen: QueueActions) -> bool:
    return _turn(screen, 0) and screen.answer.can_send_all


def _raw(screen: QueueActions) -> bool:
    return screen.detail.opened is not None


def _cancel(screen: QueueActions) -> bool:
    return (screen.shown_thread() or "") in screen.desk.runs


def _drop_left(screen: QueueActions) -> bool:
    opened = screen.detail.opened
    return opened is not None and bool(opened.left)


def _back(screen: QueueActions) -> bool:
    return not screen.arrangement.at("queue") or screen.opening is not None


def _batch(screen: QueueActions) -> bool:
    return bool(screen.threads.marks) and screen.desk.may_send


def _resume_batch(screen: QueueActions) -> bool:
    return bool(screen.unfinished) and screen.desk.may_send


def _take_back(screen: QueueActions) -> bool:
    return len(screen.outbox) > 0


def _show_all(screen: QueueActions) -> bool:
    return bool(screen.view.narrowed)


_RULES: dict[str, Callable[..., Any]] = {
    "send": _send,
    "act": _act,
    "claim": _claim,
    "release": _mine,
    "snooze": _snooze,
    "turn": _turn,
    "send_all": _send_all,
    "raw": _raw,
    "cancel": _cancel,
    "back": _back,
    "drop_left": _drop_left,
    "take_back": _take_back,
    "show_all": _show_all,
    "batch": _batch,
    "resume_batch": _resume_batch,
}
