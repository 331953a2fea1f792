"""What the answer pane says about what will be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hitl_tui.text import line
from hitl_tui.tui.widgets import answer_places as where

if TYPE_CHECKING:
    from hitl_tui.model.question import Question
    from hitl_tui.tui.widgets.answer_assess import Assessment

NOTHING_ASKED = "nothing is asked"
CONFIRM = "choose or type to confirm"
SENT = "sent · edit to send again"


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of one question: a text, its state, a hint; raw where a problem is."""

    text: str
    state: str = "idle"
    hint: str = ""


def summed(question: Question, assessment: Assessment | None, *, armed: bool, sent: bool) -> Line:
    """What is said of a question's answer as it stands."""
    if question.blocked:
        return Line(cannot(question.blocked))
    if assessment is None:
        return Line("…", "waiting")
    if assessment.faults:
        why = where.said(question, assessment.faults[0])
        return Line(cannot(why), "wrong" if armed else "idle")
    if sent:
        return Line(f"sent  {assessment.json}", "idle", SENT)
    if armed:
        return Line(f"sends  {assessment.json}", "ready")
    return Line(f"sends  {assessment.json}", "idle", CONFIRM)


def disclosed(why_not: str, lines: Sequence[Line], at: int, before: int) -> tuple[str, str, str]:
    r"""The preview's text, its state and a hint; a line for each question where there are several.

    The lines are safe and end with `\n`; the one the operator is at has a sign.
    `before` is how many questions of the thread are not among them and come before.
    """
    if why_not or not lines:
        return line(cannot(why_not or NOTHING_ASKED)), "idle", ""
    here = lines[at]
    if len(lines) == 1:
        return line(here.text), here.state, here.hint
    numbered = (
        f"{'▸' if number == at else ' '}{before + number + 1}  {line(each.text)}"
        for number, each in enumerate(lines)
    )
    return "\n".join(numbered), here.state, here.hint


def cannot(reason: str) -> str:
    """Why nothing can be sent."""
    return f"cannot send: {reason}"
