"""The answers to a thread's questions: their forms, what will be sent, and when it may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import ComposeResult
from textual.message import Message

from hitl_tui.model.question import Question
from hitl_tui.model.threads import NOTHING
from hitl_tui.tui.widgets.answer_pile import Pile
from hitl_tui.tui.widgets.answer_words import NOTHING_ASKED, Line, disclosed, summed
from hitl_tui.tui.widgets.ground import ScrolledColumn
from hitl_tui.tui.widgets.guard import Guard
from hitl_tui.tui.widgets.kept_forms import KeptForms
from hitl_tui.tui.widgets.preview import Preview

if TYPE_CHECKING:
    from hitl_tui.tui.widgets.answer_assess import Assessment
    from hitl_tui.tui.widgets.answer_form import AnswerForm
    from hitl_tui.tui.widgets.answer_sheet import AnswerSheet
    from hitl_tui.tui.widgets.answer_start import Beginning

SHORT = 16
"""Rows of a terminal below which what will be sent takes less room."""


class AnswerPane(KeptForms):
    """Shows a thread's questions, a sheet for each; posts answers when they are sent.

    Only `send` sends, and only what the operator touched for these very questions; then not again
    before it is edited. `clock` is monotonic, in seconds: for a moment after another question is
    shown, keys decide nothing.
    """

    @dataclass
    class Submitted(Message):
        """Checked answers, to be sent together, by interrupt id; `about` is as given to `send`."""

        answers: Mapping[str, Any]
        about: object

    @dataclass
    class Turned(Message):
        """The operator went to another question, at this position of those shown."""

        at: int

    @dataclass
    class _Checked(Message, bubble=False):
        """What sheets meant when they were to be sent, with how often each had been edited."""

        found: Sequence[tuple[AnswerSheet, int, Assessment]]
        about: object

    def __init__(self, *, clock: Callable[[], float] = monotonic, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = "Answer"
        self._guard = Guard(clock)
        self._pile = Pile(self._guard)
        self._at = 0
        self._place = (0, 0)  # how many questions come before, and how many there are
        self._why_not = NOTHING_ASKED
        self._body = ScrolledColumn(classes="answer--body", can_focus=False)
        self._preview = Preview()

    def compose(self) -> ComposeResult:
        """The forms above, what will be sent below them."""
        yield self._body
        yield self._preview

    def on_mount(self) -> None:
        """Say why nothing can be sent yet, or show what was asked to before."""
        self._body.mount_all(self._sheets)
        self._disclose()

    def on_resize(self) -> None:
        """Where little fits, leave room for the form."""
        self.set_class(self.app.size.height < SHORT, "-short")

    @property
    def can_send(self) -> bool:
        """Whether `send` would do something now."""
        return self._may(self._chosen())

    @property
    def can_send_all(self) -> bool:
        """Whether `send` would do something with all questions together."""
        return len(self._sheets) > 1 and self._may(self._sheets)

    @property
    def preview(self) -> str:
        """What is said about what will be sent."""
        return self._preview.text

    def show(
        self,
        questions: Sequence[Question],
        *,
        at: int = 0,
        place: tuple[int, int] | None = None,
        why_not: str = "",
        beginnings: Mapping[str, Beginning] = NOTHING,
    ) -> None:
        """Show questions, the one at position `at` first; with `why_not` none can be answered.

        The same interrupt again keeps its form as it is; another one's draft comes back, to be
        confirmed before it can be sent. `beginnings` are, by interrupt id, what forms start from
        where there is no draft. `place` is how many of the thread's questions come before these,
        and how many there are.
        """
        self._place = place or (0, len(questions))
        self._why_not = why_not or ("" if questions else NOTHING_ASKED)
        self._body.disabled = bool(self._why_not)  # before what has the focus is taken away
        self._body.can_focus = False
        self._pile.arrange(questions, beginnings, self._place, self._body)
        self._pile.enable(True)
        self._turn(at if at < len(self._sheets) else 0)
        self._disclose()
        self.post_message(self.Changed())

    def send(self, *, together: bool = False, about: object = None) -> None:
        """Check the question in focus, or all of them; post the answers, or mark what is wrong.

        What nobody touched since it was shown is not sent: an operator who is at it is led there.
        """
        sheets = self._sheets if together else self._chosen()
        if not self._free(sheets):
            return
        untouched = next((sheet for sheet in sheets if not sheet.armed), None)
        if untouched is not None:
            if not untouched.sent:
                untouched.lead()
            return
        jobs = [(sheet, *sheet.snapshot()) for sheet in sheets]
        for sheet in sheets:
            sheet.armed = False
        job = partial(self._check, jobs, about)
        self.run_worker(job, thread=True, group="answer.send", description="check answers")
        self.post_message(self.Changed())

    def focus_first(self) -> None:
        """Focus where the operator begins with the question shown first."""
        for sheet in self._chosen():
            sheet.focus_first()

    @property
    def _sheets(self) -> Sequence[AnswerSheet]:
        return self._pile.sheets

    @property
    def _form(self) -> AnswerForm | None:
        return next((sheet.form for sheet in self._chosen()), None)

    def _chosen(self) -> Sequence[AnswerSheet]:
        return self._sheets[self._at : self._at + 1]

    def _may(self, sheets: Sequence[AnswerSheet]) -> bool:
        """Whether something of these is the operator's, and all of them may be answered now."""
        return self._free(sheets) and any(sheet.armed for sheet in sheets)

    def _free(self, sheets: Sequence[AnswerSheet]) -> bool:
        """Whether all of these may be answered now, as far as the form itself knows."""
        free = not self._why_not and not self._guard.active
        return free and all(not sheet.question.blocked for sheet in sheets)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The operator is at the question whose sheet has the focus."""
        for at, sheet in enumerate(self._sheets):
            if at != self._at and sheet in event.widget.ancestors:
                self._turn(at)
                self._tell()
                self.post_message(self.Turned(at))

    def on_answer_sheet_edited(self, event: AnswerSheet.Edited) -> None:
        """What can be sent changed; what that is follows."""
        event.stop()
        self.post_message(self.Changed())

    def on_answer_sheet_told(self, event: AnswerSheet.Told) -> None:
        """Show what will be sent."""
        event.stop()
        if event.sheet in self._sheets and not self._why_not:
            self._tell()
            self.post_message(self.Changed())

    def _check(
        self, jobs: Sequence[tuple[AnswerSheet, int, Callable[[], Assessment]]], about: object
    ) -> None:
        """Work out, in a thread, what is to be sent."""
        found = [(sheet, revision, work()) for sheet, revision, work in jobs]
        self.post_message(self._Checked(found, about))

    def on_answer_pane__checked(self, event: _Checked) -> None:
        """Post the answers if none is wrong; else send nothing and mark what is wrong."""
        if all(not assessment.faults for _, _, assessment in event.found):
            for sheet, revision, _ in event.found:
                sheet.sent = sheet.sent or sheet.is_current(revision)
            answers = {sheet.interrupt_id: it.value for sheet, _, it in event.found}
            self.post_message(self.Submitted(answers, event.about))
        else:
            self._refuse(event.found)
        self._disclose()
        self.post_message(self.Changed())

    def _refuse(self, found: Sequence[tuple[AnswerSheet, int, Assessment]]) -> None:
        for sheet, _, assessment in reversed(found):  # the first wrong one has the focus at last
            sheet.armed = True
            if assessment.faults and sheet in self._sheets:
                sheet.assessment = assessment
                sheet.mark(assessment.faults)

    def _turn(self, at: int) -> None:
        """Be at another question."""
        self._at = at
        which, count = self._place[0] + at + 1, self._place[1]
        self.border_title = f"Answer {which} of {count}" if count > 1 else "Answer"
        for number, sheet in enumerate(self._sheets):
            sheet.set_class(number == at and count > 1, "-current")
        for sheet in self._chosen():
            if sheet.is_attached and self.screen.focused not in sheet.walk_children():
                self._body.scroll_to_widget(sheet, animate=False, top=True)

    def _disclose(self) -> None:
        """Say why nothing can be sent, or what will be."""
        if self.is_attached:
            self._tell()

    def _tell(self) -> None:
        lines = [self._line(sheet) for sheet in self._sheets]
        text, state, hint = disclosed(self._why_not, lines, self._at, self._place[0])
        self.border_subtitle = hint
        self._preview.say(text, state, self._at)
        focused = self.screen.focused
        if focused is not None and self._body in focused.ancestors:  # the form's room may shrink
            self.call_after_refresh(focused.scroll_visible, animate=False)

    def _line(self, sheet: AnswerSheet) -> Line:
        return summed(sheet.question, sheet.assessment, armed=sheet.armed, sent=sheet.sent)
