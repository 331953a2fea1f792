"""One decision for many threads: planned, written down, sent a few at a time, and resumed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from hitl_tui.errors import AnswerRefused, HitlError, UsageError
from hitl_tui.inbox import Inbox
from hitl_tui.model.batches import Member
from hitl_tui.model.question import MISSING, Question
from hitl_tui.model.threads import NOTHING, ThreadState
from hitl_tui.opened import OpenThread
from hitl_tui.questions.digest import digest
from hitl_tui.questions.read import check, decide, encode, takes

Make = Callable[[Question], Any]
"""What is sent to a question, checked; raises AnswerRefused if it cannot be."""

_TOGETHER = 32  # threads that are looked at together


@dataclass(frozen=True, slots=True)
class Excluded:
    """A thread that is sent nothing, and why; untrusted."""

    thread_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Exactly what will be sent to which threads, and which are left out."""

    members: tuple[Member, ...]
    excluded: tuple[Excluded, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A way to decide many threads together: a decision's name, empty for a value that is typed.

    `words` is the label of the message that goes with it, empty if none does; `must` says whether
    there has to be one.
    """

    name: str
    words: str = ""
    must: bool = False


def offers(question: Question) -> tuple[Offer, ...]:
    """The decisions that all of a question's actions allow and one message makes, then a value."""
    names = [{each.name for each in action.decisions} for action in question.actions]
    first = question.actions[0].decisions if question.actions else ()
    shared = [each.name for each in first if all(each.name in some for some in names)]
    found = (_offer(question, name) for name in shared)
    value = [] if question.blocked else [Offer("", "Value", must=True)]
    return (*(offer for offer in found if offer is not None), *value)


def _offer(question: Question, name: str) -> Offer | None:
    if question.blocked:
        return None
    try:
        field = takes(question, name)
    except AnswerRefused:
        return None
    must = field is not None and field.required and field.default is MISSING
    return Offer(name, (field.label or field.name) if field else "", must)


def by_decision(name: str, message: str | None = None) -> Make:
    """The same decision everywhere, with the message where it is given."""
    return lambda question: encode(question, decide(question, name, message))


def by_value(value: Any) -> Make:
    """The same value everywhere, where the question's rules allow it."""

    def make(question: Question) -> Any:
        if question.blocked:
            raise AnswerRefused(question.blocked)
        if problems := check(question, value):
            raise AnswerRefused("; ".join(map(str, problems)), problems)
        return value

    return make


def plan(
    inbox: Inbox, thread_ids: Iterable[str], make: Make, besides: Mapping[str, str] = NOTHING
) -> Plan:
    """Look at each thread afresh, each once; nothing is sent or written.

    `besides` are reasons, by thread, that only the caller knows to leave one out.
    """
    wanted = list(dict.fromkeys(thread_ids))
    reasons = {key: besides[key] for key in wanted if key in besides}
    found: dict[str, Member | str] = {**reasons}
    for several in _split([key for key in wanted if key not in reasons]):
        for key, look in inbox.several.looks(several).items():
            found[key] = _member_or_why(look, make, inbox.notes.operator)
    members = [each for key in wanted if isinstance(each := found[key], Member)]
    excluded = [Excluded(key, told) for key in wanted if isinstance(told := found[key], str)]
    return Plan(tuple(members), tuple(excluded))


def _split(thread_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(thread_ids), _TOGETHER):
        yield thread_ids[start : start + _TOGETHER]


def _member_or_why(look: OpenThread | HitlError, make: Make, operator: str) -> Member | str:
    if isinstance(look, HitlError):
        return str(look)
    try:
        return _member(look, make, operator)
    except HitlError as error:
        return str(error)


def begin(inbox: Inbox, planned: Plan, what: str) -> str:
    """Write the plan's members down, for `carrying.carry`; the new batch's id.

    `what` says in people's words what was decided. Raises UsageError if there is nothing to send
    or this is a mere look.
    """
    if inbox.read_only:
        raise UsageError("This is a read-only look: nothing can be sent.")
    if not planned.members:
        raise UsageError("There is nothing to send: every thread is left out.")
    batch_id = uuid4().hex[:12]
    inbox.batches.keep(batch_id, inbox.notes.operator, what, planned.members)
    return batch_id


def _member(opened: OpenThread, make: Make, operator: str) -> Member:
    """What will be sent to a thread; raises HitlError with the reason if nothing can be."""
    thread, mark = opened.thread, opened.mark
    if thread.state is not ThreadState.OPEN or thread.checkpoint_id is None:
        raise UsageError(f"It is {thread.state.label}. {thread.reason}".rstrip())
    if thread.rivals:
        raise UsageError("ALARM: answered more than once. Look at it by itself.")
    if mark.claimed_by and mark.claimed_by != operator:
        raise UsageError(f"{mark.claimed_by} claims it.")
    if len(opened.questions) != 1:
        raise UsageError(f"It asks {len(opened.questions)} questions: answer it by itself.")
    if not _can_be_kept(thread.thread_id):
        raise UsageError("Its id is no valid text: answer it by itself.")
    question = opened.questions[0]
    place = (thread.thread_id, question.interrupt.id, thread.checkpoint_id)
    return Member(str(uuid4()), *place, make(question), asked=digest(question.truth.value))


def _can_be_kept(thread_id: str) -> bool:
    """Whether the journal keeps the id as it is: SQLite holds no lone surrogate."""
    return thread_id == thread_id.encode("utf-8", "replace").decode()
