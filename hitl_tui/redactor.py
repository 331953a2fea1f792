"""All that is looked at, without what settings mask: the only way out of the engine."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from hitl_tui.errors import AnswerRefused, HitlError
from hitl_tui.masked_payload import MaskedPayload
from hitl_tui.masks import Masks, Texts
from hitl_tui.model.attempts import Attempt
from hitl_tui.model.question import Action, Decision, Field, Question
from hitl_tui.model.runs import EventType, RunEvent
from hitl_tui.model.threads import Asked, Interrupt, Rivals, Thread, ThreadSummary
from hitl_tui.opened import OpenThread
from hitl_tui.questions.encode import STRAY
from hitl_tui.questions.titles import title

_T = TypeVar("_T", bound=ThreadSummary)


def lifted(
    masks: Masks, interrupts: Iterable[Interrupt], values: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Answers by interrupt id with the true values in place of marks.

    Raises AnswerRefused for a mark that stands for no value.
    """
    if not masks:
        return values
    maskings = {
        each.id: MaskedPayload(masks, each.value) for each in interrupts if each.id in values
    }
    true = {
        key: maskings[key].lift(value) if key in maskings else value
        for key, value in values.items()
    }
    if any(masking.strays(true[key]) for key, masking in maskings.items()):
        raise AnswerRefused(f"{STRAY[0].upper()}{STRAY[1:]}.")
    return true


@dataclass(frozen=True, slots=True)
class Redactor:
    """Draws the masks over all that is looked at; nothing is touched where there are none."""

    masks: Masks = field(default_factory=Masks)

    def opened(self, opened: OpenThread) -> OpenThread:
        """A thread looked at, as it may be shown."""
        if not self.masks:
            return opened
        made = self._maskings(opened.thread)
        asking = zip(opened.thread.interrupts, made, strict=True)
        maskings = {interrupt.id: masking for interrupt, masking in asking}
        questions = tuple(_masked(q, maskings[q.interrupt.id]) for q in opened.questions)
        earlier = {
            key: tuple(_asked(each, maskings[key]) for each in asked)
            for key, asked in opened.earlier.items()
        }
        attempt = opened.attempt and self.attempt(opened.attempt, opened.thread)
        thread = self._thread(opened.thread, made)
        return replace(opened, thread=thread, questions=questions, earlier=earlier, attempt=attempt)

    def thread(self, thread: Thread) -> Thread:
        """A thread in full, as it may be shown."""
        return self._thread(thread, self._maskings(thread)) if self.masks else thread

    def _thread(self, thread: Thread, maskings: Sequence[MaskedPayload]) -> Thread:
        texts = self._texts(thread)
        over = self.masks.over
        return replace(
            self._summary(thread, texts, maskings),
            values=texts.hidden(over(dict(thread.values))),
            metadata=texts.hidden(over(dict(thread.metadata))),
            given={key: texts.hidden(over(value)) for key, value in thread.given.items()},
            errors=tuple(map(texts.hide, thread.errors)),
        )

    def row(self, row: ThreadSummary) -> ThreadSummary:
        """A row of the queue, as it may be shown."""
        if not self.masks:
            return row
        texts = self.masks.texts(*(each.value for each in row.interrupts))
        return self._summary(row, texts, self._maskings(row))

    def attempt(self, attempt: Attempt, thread: Thread) -> Attempt:
        """An attempt on a thread, as it may be shown."""
        if not self.masks:
            return attempt
        texts = self._texts(thread)
        over = self.masks.over
        answers = {key: texts.hidden(over(value)) for key, value in attempt.answers.items()}
        return replace(attempt, answers=answers, reason=texts.hide(attempt.reason), replayed={})

    def events(
        self, events: Iterator[RunEvent], thread: Thread | None, answers: Mapping[str, Any]
    ) -> Iterator[RunEvent]:
        """A run's events as they may be shown; `answers` are what it was sent."""
        if not self.masks:
            return events
        return self._told(events, self._known(thread, answers))

    @contextmanager
    def refusals(self, thread: Thread, answers: Mapping[str, Any]) -> Iterator[None]:
        """What is refused within is told without what is masked."""
        if not self.masks:
            yield
            return
        with _hiding(self._known(thread, answers)):
            yield

    def _known(self, thread: Thread | None, answers: Mapping[str, Any]) -> Texts:
        known = self._texts(thread).signs if thread else {}
        return Texts.of({**known, **self.masks.texts(*answers.values()).signs})

    def _told(self, events: Iterator[RunEvent], texts: Texts) -> Generator[RunEvent, None, None]:
        try:
            with _hiding(texts):
                for event in events:
                    yield replace(event, data=self._data(event, texts))
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()

    def _data(self, event: RunEvent, texts: Texts) -> Mapping[str, Any]:
        data = dict(event.data)
        if (name := _VALUES.get(event.type)) in data:
            data[str(name)] = self.masks.over(data[str(name)])
        kept = {"outcome", "id", "node", "response_schema"} & data.keys()
        return {key: item if key in kept else texts.hidden(item) for key, item in data.items()}

    def _texts(self, thread: Thread) -> Texts:
        payloads = [each.value for each in thread.interrupts]
        taken = [*thread.given.values(), *(each.before for each in thread.interrupts)]
        return self.masks.texts(*payloads, *taken, thread.values, thread.metadata)

    def _maskings(self, thread: ThreadSummary) -> Sequence[MaskedPayload]:
        """What is masked of what each interrupt asks."""
        return [MaskedPayload(self.masks, each.value) for each in thread.interrupts]

    def _summary(self, thread: _T, texts: Texts, maskings: Sequence[MaskedPayload]) -> _T:
        interrupts = tuple(map(_asking, thread.interrupts, maskings))
        rivals = tuple(map(self._rivals, thread.rivals))
        reason = texts.hide(thread.reason)
        return replace(thread, interrupts=interrupts, reason=reason, rivals=rivals)

    def _rivals(self, rivals: Rivals) -> Rivals:
        over = self.masks.over
        branches = tuple(replace(each, left=over(dict(each.left))) for each in rivals.branches)
        return replace(rivals, branches=branches, answers=tuple(map(over, rivals.answers)))


@contextmanager
def _hiding(texts: Texts) -> Iterator[None]:
    """Expected failures within speak without these texts."""
    try:
        yield
    except HitlError as error:
        error.message, error.hint = texts.hide(error.message), texts.hide(error.hint)
        if isinstance(error, AnswerRefused):
            told = (replace(each, message=texts.hide(each.message)) for each in error.problems)
            error.problems = tuple(told)
        raise


_VALUES = {
    EventType.UPDATE: "update",
    EventType.CUSTOM: "data",
    EventType.INTERRUPT: "value",
}


def _asking(interrupt: Interrupt, masking: MaskedPayload) -> Interrupt:
    before = tuple(map(masking.over, interrupt.before))
    return replace(interrupt, value=masking.payload, before=before)


def _masked(question: Question, masking: MaskedPayload) -> Question:
    """A question as it may be shown; checked against what it truly is."""
    shown = _asking(question.interrupt, masking)
    return replace(
        question,
        interrupt=shown,
        title=title(shown) if masking.payload != question.interrupt.value else question.title,
        text=masking.cover(question.text),
        actions=tuple(_action(action, masking) for action in question.actions),
        unknown=masking.cover(dict(question.unknown)),
        origin=question.interrupt,
        masking=masking,
    )


def _action(action: Action, masking: MaskedPayload) -> Action:
    return replace(
        action,
        title=masking.cover(action.title),
        text=masking.cover(action.text),
        facts=masking.cover(dict(action.facts)),
        decisions=tuple(_decision(each, masking) for each in action.decisions),
    )


def _decision(decision: Decision, masking: MaskedPayload) -> Decision:
    fields = tuple(_field(each, masking) for each in decision.fields)
    return replace(
        decision,
        fields=fields,
        label=masking.hide(decision.label),
        help=masking.hide(decision.help),
    )


def _field(field: Field, masking: MaskedPayload) -> Field:
    choices = tuple(masking.cover(choice, field.name) for choice in field.choices)
    default = masking.cover(field.default, field.name)
    return replace(field, default=default, choices=choices, help=masking.hide(field.help))


def _asked(asked: Asked, masking: MaskedPayload) -> Asked:
    return replace(asked, value=masking.payload, answer=masking.over(asked.answer))
