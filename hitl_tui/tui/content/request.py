"""What a thread asks, for the request pane: text, facts, what was not understood, as it came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from hitl_tui.model.question import Action, Question
from hitl_tui.model.runs import Verb
from hitl_tui.model.threads import Asked, Thread, ThreadState
from hitl_tui.tui.content.heading import path_to
from hitl_tui.tui.content.left import left
from hitl_tui.tui.content.prose import ALL, prose
from hitl_tui.tui.content.values import MAX_TEXT, exact, facts, value_lines
from hitl_tui.tui.look import GLYPHS, ago, colour
from hitl_tui.tui.safe import lines_of, styled

if TYPE_CHECKING:
    from hitl_tui.opened import OpenThread

_BLANK = Content("")
_MUTED = "$foreground-muted"

MEANING = {
    ThreadState.OPEN: "",
    ThreadState.RUNNING: "A run is under way. Its output is in the log.",
    ThreadState.LOCKED: "The answer was taken, then the node failed. "
    "A retry runs the same answer again.",
    ThreadState.IN_DOUBT: "An answer was sent and nobody knows what became of it: it may have run.",
    ThreadState.FAILED: "A task failed and no question is open.",
    ThreadState.PAUSED: "No question is asked, and there is more to run: "
    "a breakpoint, or a run that stopped or is still going elsewhere.",
    ThreadState.DRIFTED: "The loaded graph does not know this question.",
    ThreadState.DONE: "Nothing is left to run.",
    ThreadState.UNREADABLE: "This thread cannot be read in full.",
}

_WAYS = {
    Verb.CONTINUE: "c  continue it",
    Verb.RETRY: "t  retry it",
    Verb.REOPEN: "o  re-open it",
    Verb.ABANDON: "x  abandon it",
}


def requests(opened: OpenThread, shown: range, at: int, now: datetime) -> tuple[Content, ...]:
    """Everything to know before answering: a text for each question of `shown`.

    How the thread stands comes before the first of them. `at` is the one the operator is at.
    """
    ways = (styled((_WAYS[verb], "bold")) for verb in opened.verbs if verb in _WAYS)
    kept = left(opened.left)
    standing: list[Iterable[Content]] = [_standing(opened), _given(opened.thread), kept, ways]
    if not opened.questions:
        return (_stacked(standing),)
    several = len(opened.questions) > 1
    texts = []
    for number in shown:
        question = opened.questions[number]
        head = _numbered(opened, number, here=number == at) if several else ()
        before = asked_before(opened.earlier.get(question.interrupt.id, ()), now)
        blocks = [head, before, _in_this_step(question), *_question(question)]
        texts.append(_stacked(blocks if number != shown[0] else [*standing, *blocks]))
    return tuple(texts)


def asked_before(earlier: Sequence[Asked], now: datetime) -> Iterator[Content]:
    """That the same was asked before, and what the answers were, in full, oldest first."""
    if earlier:
        yield styled(("asked again", "bold $text-warning"), "  earlier answers:")
        for asked in earlier:
            when = ago(asked.answered_at, now)
            yield styled((f"  {f'{when} ago' if when else 'answered'}", _MUTED))
            yield from value_lines(exact(asked.answer), indent=4)


def _in_this_step(question: Question) -> Iterator[Content]:
    """What the node was answered before, since it began: in a loop, what it did not take."""
    if question.interrupt.before:
        yield styled(("answered before in this step", _MUTED))
        for answer in question.interrupt.before:
            yield from value_lines(exact(answer), indent=4)


def _numbered(opened: OpenThread, number: int, *, here: bool) -> Iterator[Content]:
    question = opened.questions[number]
    sign = "▸" if here else " "
    place = f"{sign} {number + 1} of {len(opened.questions)}  "
    yield styled((place, "bold $text-primary"), (question.title, "bold"))
    path = " › ".join(path_to(opened, number))
    if path:
        yield styled((f"  {path}", _MUTED))


def _standing(opened: OpenThread) -> Iterator[Content]:
    """Why a thread is as it is; nothing for one that simply asks, unless there is an alarm."""
    thread = opened.thread
    if thread.state is ThreadState.OPEN and thread.reason:
        yield lines_of(thread.reason, "$text-error")
    if thread.state is not ThreadState.OPEN:
        sign = f"{GLYPHS[thread.state]} {thread.state.label}  "
        yield styled((sign, f"bold {colour(thread.state)}"), MEANING[thread.state])
        if thread.reason:
            yield lines_of(thread.reason)
        for node in thread.next:
            yield styled(("next  ", "$foreground-muted"), node)
    for error in thread.errors:
        yield lines_of(error[:MAX_TEXT], "$text-error")
        if len(error) > MAX_TEXT:
            yield styled((f"… {len(error) - MAX_TEXT:,} characters more {ALL}", _MUTED))


def _given(thread: Thread) -> Iterator[Content]:
    if thread.given:
        yield styled(("answer taken", "$foreground-muted"))
        for value in thread.given.values():
            yield from value_lines(value, indent=2)


def _question(question: Question) -> Iterator[Iterable[Content]]:
    if question.text:
        yield prose(question.text)
    several = len(question.actions) > 1
    for number, action in enumerate(question.actions, 1):
        yield _described(action, question, f"{number}. " if several else "")
        yield facts(action.facts)
    if question.unknown:
        yield _titled("also in the request", facts(question.unknown))
    yield _titled("as it was asked", value_lines(question.interrupt.value, indent=2))


def _described(action: Action, question: Question, number: str) -> Iterator[Content]:
    if number or action.title != question.title:
        yield styled((f"{number}{action.title}", "bold"))
    if action.text and action.text != question.text:
        yield from prose(action.text)


def _titled(title: str, lines: Iterable[Content]) -> Iterator[Content]:
    yield styled((title, "$foreground-muted"))
    yield from lines


def _stacked(blocks: Iterable[Iterable[Content]]) -> Content:
    """Blocks below one another with a blank line between them; empty ones leave no gap."""
    lines: list[Content] = []
    for block in blocks:
        made = list(block)
        if made and lines:
            lines.append(_BLANK)
        lines += made
    return Content("\n").join(lines)
