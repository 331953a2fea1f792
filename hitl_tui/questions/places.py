"""Where a problem is: between the whole value's paths and an action's fields."""

from __future__ import annotations

from collections.abc import Sequence

from hitl_tui.model.question import Problem, Question
from hitl_tui.questions.dialect import Way
from hitl_tui.questions.form import Path
from hitl_tui.questions.registry import named
from hitl_tui.questions.tell import Finding


def prefix(question: Question, at: int) -> str:
    """What stands before a field's name in a problem: `2. send.`; nothing for a sole action."""
    many = len(question.actions) > 1
    return f"{at + 1}. {question.actions[at].title}." if many else ""


def placed(question: Question, ways: Sequence[Way], finding: Finding) -> Problem:
    """A finding in the whole value, as a problem of the field that holds its place."""
    path, message = finding
    dialect = named(question.dialect)
    for at, way in enumerate(ways):
        outer = dialect.path(at)
        inner = path[len(outer) :]
        if path[: len(outer)] == outer and (slot := way.form.slot_at(inner)):
            deeper = dotted((slot.field.name, *inner[len(slot.path) :]))
            return Problem(f"{prefix(question, at)}{deeper}", message)
    return Problem(dotted(path), message)


def field_of(question: Question, problem: Problem) -> tuple[int, str]:
    """Which action, and which of its fields (empty: none), a problem of `encode` is about."""
    for at, action in enumerate(question.actions):
        before = prefix(question, at)
        if f"{problem.path}.".startswith(before):
            place = problem.path.removeprefix(before)
            names = [field.name for decision in action.decisions for field in decision.fields]
            held = [n for n in names if place == n or place.startswith(f"{n}.")]
            return at, max(held, key=len, default="")
    return 0, ""


def dotted(path: Path) -> str:
    """A place in a value, for people: `decisions.1.message`."""
    return ".".join(map(str, path))
