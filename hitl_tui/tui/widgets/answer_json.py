"""An answer as JSON: the same value as the form's, and any other that a form cannot show."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from hitl_tui.model.question import MISSING, Field, FieldKind, Problem, Question
from hitl_tui.text import clean
from hitl_tui.tui.widgets.answer_assess import Assessment, Fault, Pick, told
from hitl_tui.tui.widgets.answer_defaults import LONGEST, started
from hitl_tui.tui.widgets.answer_values import value_of
from hitl_tui.tui.widgets.guard import Guard
from hitl_tui.tui.widgets.safe_inputs import LinesInput
from hitl_tui.tui.widgets.typed import BadInput, Typed

WHOLE = Field("answer", FieldKind.JSON)
TITLE = "The answer as JSON · ctrl+l goes back to the form"
NO_FORM = (
    "No form shows this answer. If it is right, it can be sent as JSON;"
    " delete all of it, and the form comes back as it was."
)
TOO_LONG = "The answer is too long to be edited here: ctrl+g opens an editor."


class JsonSide(Vertical):
    """Owns the text; `Edited` tells that the operator touched it."""

    @dataclass
    class Edited(Message):
        """Something was typed."""

    def __init__(self, text: str, guard: Guard) -> None:
        super().__init__(classes="json-side")
        self._input = LinesInput(text, guard)
        self._text = text
        self._message = Static(classes="field--message", markup=False)

    def compose(self) -> ComposeResult:
        """What this is, the text, and what is wrong with it."""
        yield Static(TITLE, classes="field--label", markup=False)
        yield self._input
        yield self._message

    @property
    def text(self) -> str:
        """What is typed."""
        return self._text

    def put(self, text: str) -> None:
        """Have another text here at once, as if it had been typed."""
        if text != self._text:
            self._text = self._input.text = text
            self.mark(())
            self.post_message(self.Edited())

    def focus_first(self) -> None:
        """Type here."""
        self._input.focus()

    def mark(self, faults: Sequence[Fault]) -> None:
        """Say all that is wrong, and put the cursor where it is if that is told."""
        self._message.update(Content("\n".join(clean(str(each.problem)) for each in faults)))
        self.set_class(bool(faults), "-invalid")
        place = _place(self._text)
        if faults and place is not None:
            self._input.cursor_location = place
        if faults:
            self.focus_first()

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        if event.text_area.text != self._text:
            self._text = event.text_area.text
            self.mark(())
            self.post_message(self.Edited())


def assess_json(question: Question, text: str) -> Assessment:
    """What a JSON text means as the answer: checked as the form's is, slow."""
    from hitl_tui.questions.read import check

    try:
        value = value_of(WHOLE, Typed(text=text))
        if value is MISSING:
            return _wrong(Problem("", "type the answer as JSON"))
        problems = check(question, value)
        return Assessment(value, told(question, value)) if not problems else _wrong(*problems)
    except BadInput as error:
        return _wrong(Problem("", str(error)))
    except RecursionError:
        return _wrong(Problem("", "the answer is nested too deeply"))


def picks_of(question: Question, text: str) -> tuple[Pick, ...] | None:
    """The form's state that makes the value of a JSON text; None if no form makes it."""
    from hitl_tui.questions.read import recall

    try:
        choices = recall(question, json.loads(text))
    except (ValueError, RecursionError):
        return None
    if choices is None or len(text) > LONGEST:
        return None
    pairs = zip(question.actions, choices, strict=True)
    return tuple(started(action.decisions, choice) for action, choice in pairs)


def _wrong(*problems: Problem) -> Assessment:
    return Assessment(faults=tuple(map(Fault, problems)))


def _place(text: str) -> tuple[int, int] | None:
    """Row and column, from 0, of what is no JSON in a text."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.lineno - 1, error.colno - 1
    except (ValueError, RecursionError):
        return None
    return None
