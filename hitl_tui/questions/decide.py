"""One decision for all of a question's actions, as the command line's `--decision` has it."""

from __future__ import annotations

from hitl_tui.errors import AnswerRefused
from hitl_tui.model.question import MISSING, Action, Choice, Decision, Field, FieldKind, Question

MESSAGES = ("message", "note", "reason", "feedback", "comment", "response", "value")
"""Names of fields that take what an operator has to say."""


def decide(question: Question, decision: str, message: str | None = None) -> tuple[Choice, ...]:
    """A choice of that decision for each action: the fields' defaults, and the message.

    Raises AnswerRefused if an action does not allow it, if it takes no message, or if the
    question is blocked; a field that is still empty is `encode`'s to refuse.
    """
    if question.blocked:
        raise AnswerRefused(question.blocked)
    return tuple(_choice(action, decision, message) for action in question.actions)


def takes(question: Question, decision: str) -> Field | None:
    """The field that takes the message of a decision, of the first action; None if none is taken.

    Raises AnswerRefused if an action does not allow the decision, or needs more than a message.
    """
    found = [_taken(action, decision) for action in question.actions]
    return found[0] if found else None


def _taken(action: Action, name: str) -> Field | None:
    decision = _named(action, name)
    try:
        message: Field | None = _field(action, decision)
    except AnswerRefused:
        message = None
    needed = [f for f in decision.fields if f.required and f.default is MISSING and f != message]
    if needed:
        raise AnswerRefused(f"{name!r} of {action.title} takes more than a message.")
    return message


def _choice(action: Action, name: str, message: str | None) -> Choice:
    decision = _named(action, name)
    values = {f.name: f.default for f in decision.fields if f.default is not MISSING}
    if message is not None:
        values[_field(action, decision).name] = message
    return Choice(name, values)


def _named(action: Action, name: str) -> Decision:
    for decision in action.decisions:
        if decision.name == name:
            return decision
    allowed = ", ".join(each.name for each in action.decisions) or "none"
    raise AnswerRefused(f"{name!r} is not a decision here: {action.title} allows {allowed}.")


def _field(action: Action, decision: Decision) -> Field:
    """The field of a decision that takes the message."""
    texts = [] if decision.name == "edit" else [f for f in decision.fields if _takes_text(f)]
    named = [field for name in MESSAGES for field in texts if field.name == name]
    if named or len(texts) == 1:
        return (named or texts)[0]
    what = "more than a message" if texts else "no message"
    raise AnswerRefused(f"{decision.name!r} of {action.title} takes {what}.")


def _takes_text(field: Field) -> bool:
    kinds = {FieldKind.TEXT, FieldKind.LINES, FieldKind.ANY}
    return field.kind in kinds or (field.free and field.kind is FieldKind.CHOICE)
