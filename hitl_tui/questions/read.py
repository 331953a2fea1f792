"""The way in: payload → question → choices → checked answer.

Pure functions. What a question needs beyond what is shown, it reads again from its interrupt, so
a `Question` stays a plain value. Texts in a question are raw and untrusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hitl_tui.errors import AnswerRefused
from hitl_tui.model.question import Action, Choice, Decision, Problem, Question
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.decide import decide
from hitl_tui.questions.dialect import Reading, Topic, Way
from hitl_tui.questions.form import Path
from hitl_tui.questions.keys import keys
from hitl_tui.questions.payload import one_line
from hitl_tui.questions.registry import dialect_of, known, named
from hitl_tui.questions.tell import Finding
from hitl_tui.questions.validate import findings

__all__ = ["check", "compose", "decide", "encode", "field_of", "read", "title"]


def read(interrupt: Interrupt) -> Question:
    """What an interrupt asks, whatever its payload is; never raises."""
    dialect = dialect_of(interrupt)
    reading = dialect.read(interrupt)
    return Question(
        interrupt,
        dialect.name,
        one_line(dialect.title(interrupt)),
        reading.text,
        tuple(_action(topic) for topic in reading.topics),
        reading.unknown,
        reading.deadline,
        reading.blocked,
    )


def title(interrupt: Interrupt) -> str:
    """What an interrupt asks in one short line, raw; cheap, for every row; never raises.

    Dialects of other packages are left aside here: the plain title stands in for theirs.
    """
    return one_line(known(interrupt).title(interrupt))


def compose(question: Question, choices: Sequence[Choice]) -> Any:
    """The value these choices make, to show while it is typed: fields checked, the whole not.

    Raises AnswerRefused as `encode` does, for fields that are missing or of the wrong type.
    """
    dialect, reading = named(question.dialect), _reading(question)
    ways = _chosen(question, reading, choices)
    problems = [
        Problem(f"{_prefix(question, at)}{problem.path}", problem.message)
        for at, (way, choice) in enumerate(zip(ways, choices, strict=True))
        for problem in way.form.problems(choice.values)
    ]
    _refuse(problems)
    pairs = zip(ways, choices, strict=True)
    answers = [way.form.assemble(choice.values) for way, choice in pairs]
    return dialect.pack(question.interrupt, answers)


def encode(question: Question, choices: Sequence[Choice]) -> Any:
    """The value to send: one choice for each action, in order; checked in full.

    Raises AnswerRefused with a problem for each wrong field: its path is the field's name, after
    `N. action.` where the question has several actions (see `field_of`).
    """
    value = compose(question, choices)
    ways = _chosen(question, _reading(question), choices)
    found = findings(named(question.dialect).schema(question.interrupt), value)
    _refuse([_placed(question, ways, finding) for finding in found])
    return value


def check(question: Question, value: Any) -> tuple[Problem, ...]:
    """What is wrong with a final value, by its dialect's rules and its schema; paths are dotted.

    A plain question takes any value; so does a blocked one, as a deliberate override.
    """
    found = findings(named(question.dialect).schema(question.interrupt), value)
    return tuple(Problem(dotted(path), message) for path, message in found)


def field_of(question: Question, problem: Problem) -> tuple[int, str]:
    """Which action, and which of its fields (empty: none), a problem of `encode` is about."""
    for at, action in enumerate(question.actions):
        prefix = _prefix(question, at)
        if f"{problem.path}.".startswith(prefix):
            place = problem.path.removeprefix(prefix)
            names = [field.name for decision in action.decisions for field in decision.fields]
            held = [n for n in names if place == n or place.startswith(f"{n}.")]
            return at, max(held, key=len, default="")
    return 0, ""


def dotted(path: Path) -> str:
    """A place in a value, for people: `decisions.1.message`."""
    return ".".join(map(str, path))


def _action(topic: Topic) -> Action:
    wanted = [(way.name, way.key) for way in topic.ways]
    decisions = tuple(
        Decision(way.name, way.label or way.name, key, way.form.fields, way.help)
        for way, key in zip(topic.ways, keys(wanted), strict=True)
    )
    return Action(topic.title, topic.text, topic.facts, decisions)


def _reading(question: Question) -> Reading:
    return named(question.dialect).read(question.interrupt)


def _chosen(question: Question, reading: Reading, choices: Sequence[Choice]) -> list[Way]:
    """The way that each choice names; raises AnswerRefused if one cannot be taken."""
    if question.blocked:
        raise AnswerRefused(question.blocked)
    if len(choices) != len(reading.topics):
        wanted = f"{len(reading.topics)} actions, {len(choices)} decisions"
        raise AnswerRefused(f"Each action needs one decision: {wanted}.")
    picked = [_way(topic, choice) for topic, choice in zip(reading.topics, choices, strict=True)]
    wrong = [(at, choices[at].decision) for at, way in enumerate(picked) if way is None]
    _refuse([_unknown(question, at, name) for at, name in wrong])
    return [way for way in picked if way is not None]


def _way(topic: Topic, choice: Choice) -> Way | None:
    return next((way for way in topic.ways if way.name == choice.decision), None)


def _unknown(question: Question, at: int, name: str) -> Problem:
    allowed = ", ".join(decision.name for decision in question.actions[at].decisions)
    place = _prefix(question, at).removesuffix(".")
    return Problem(place, f"{name!r} is not allowed here; these are: {allowed}")


def _prefix(question: Question, at: int) -> str:
    many = len(question.actions) > 1
    return f"{at + 1}. {question.actions[at].title}." if many else ""


def _placed(question: Question, ways: Sequence[Way], finding: Finding) -> Problem:
    """A finding in the whole value, as a problem of the field that holds its place."""
    path, message = finding
    dialect = named(question.dialect)
    for at, way in enumerate(ways):
        outer = dialect.path(at)
        inner = path[len(outer) :]
        if path[: len(outer)] == outer and (slot := way.form.slot_at(inner)):
            deeper = dotted((slot.field.name, *inner[len(slot.path) :]))
            return Problem(f"{_prefix(question, at)}{deeper}", message)
    return Problem(dotted(path), message)


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise AnswerRefused("; ".join(map(str, problems)), problems)
