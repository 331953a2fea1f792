"""From choices to the value that goes back, and from a value back to choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hitl_tui.errors import AnswerRefused
from hitl_tui.model.question import MISSING, Choice, Problem, Question
from hitl_tui.questions.dialect import Topic, Way
from hitl_tui.questions.form import get, same
from hitl_tui.questions.places import dotted, placed, prefix
from hitl_tui.questions.registry import named
from hitl_tui.questions.tell import Finding
from hitl_tui.questions.validate import findings

STRAY = "a mark stands there for which there is no masked value: type the value itself"


def compose(question: Question, choices: Sequence[Choice]) -> Any:
    """The value these choices make, to show while it is typed: fields checked, the whole not.

    Raises AnswerRefused as `encode` does, for fields that are missing or of the wrong type.
    """
    choices = [_lifted(question, choice) for choice in choices]
    ways = _chosen(question, choices)
    problems = [
        Problem(f"{prefix(question, at)}{problem.path}", problem.message)
        for at, (way, choice) in enumerate(zip(ways, choices, strict=True))
        for problem in way.form.problems(choice.values)
    ]
    _refuse(problems)
    pairs = zip(ways, choices, strict=True)
    answers = [way.form.assemble(choice.values) for way, choice in pairs]
    return named(question.dialect).pack(question.truth, answers)


def encode(question: Question, choices: Sequence[Choice]) -> Any:
    """The value to send: one choice for each action, in order; checked in full.

    Raises AnswerRefused with a problem for each wrong field: its path is the field's name, after
    `N. action.` where the question has several actions (see `field_of`). What is masked in the
    question stands as its mark in the value.
    """
    value = compose(question, choices)
    ways = _chosen(question, choices)
    found = _findings(question, value)
    _refuse([placed(question, ways, finding) for finding in found])
    return question.masking.cover(value) if question.masking else value


def check(question: Question, value: Any) -> tuple[Problem, ...]:
    """What is wrong with a final value, by its dialect's rules and its schema; paths are dotted.

    A plain question takes any value; so does a blocked one, as a deliberate override. A mark of
    what is masked in the question stands for the true value.
    """
    true = question.masking.lift(value) if question.masking else value
    return tuple(Problem(dotted(path), message) for path, message in _findings(question, true))


def recall(question: Question, value: Any) -> tuple[Choice, ...] | None:
    """The choices that make this value, to start a form from it; None if no choices do."""
    masking = question.masking
    value = masking.lift(value) if masking else value
    choices = [
        _recalled(topic, get(value, named(question.dialect).path(at)))
        for at, topic in enumerate(_topics(question))
    ]
    found = tuple(choice for choice in choices if choice is not None)
    if question.blocked or len(found) < len(choices):
        return None
    if not same(compose(question, found), value):
        return None
    return (
        tuple(Choice(each.decision, masking.cover(each.values)) for each in found)
        if masking
        else found
    )


def _findings(question: Question, true: Any) -> Sequence[Finding]:
    """What is wrong with a value without marks, told without what is masked."""
    masking = question.masking
    if masking is not None and masking.strays(true):
        return [Finding((), STRAY)]
    found = findings(named(question.dialect).schema(question.truth), true)
    return [Finding(each.path, masking.hide(each.message)) for each in found] if masking else found


def _lifted(question: Question, choice: Choice) -> Choice:
    masking = question.masking
    return Choice(choice.decision, masking.lift(choice.values)) if masking else choice


def _recalled(topic: Topic, answer: Any) -> Choice | None:
    if answer is MISSING:
        return None
    known = ((way.name, way.form.values(answer)) for way in topic.ways)
    return next((Choice(name, values) for name, values in known if values is not None), None)


def _topics(question: Question) -> tuple[Topic, ...]:
    return named(question.dialect).read(question.truth).topics


def _chosen(question: Question, choices: Sequence[Choice]) -> list[Way]:
    """The way that each choice names; raises AnswerRefused if one cannot be taken."""
    if question.blocked:
        raise AnswerRefused(question.blocked)
    topics = _topics(question)
    if len(choices) != len(topics):
        wanted = f"{len(topics)} actions, {len(choices)} decisions"
        raise AnswerRefused(f"Each action needs one decision: {wanted}.")
    picked = [_way(topic, choice) for topic, choice in zip(topics, choices, strict=True)]
    wrong = [(at, choices[at].decision) for at, way in enumerate(picked) if way is None]
    _refuse([_unknown(question, at, name) for at, name in wrong])
    return [way for way in picked if way is not None]


def _way(topic: Topic, choice: Choice) -> Way | None:
    return next((way for way in topic.ways if way.name == choice.decision), None)


def _unknown(question: Question, at: int, name: str) -> Problem:
    allowed = ", ".join(decision.name for decision in question.actions[at].decisions)
    place = prefix(question, at).removesuffix(".")
    return Problem(place, f"{name!r} is not allowed here; these are: {allowed}")


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise AnswerRefused("; ".join(map(str, problems)), problems)
