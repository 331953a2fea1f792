"""What the screen looks like, one state a test; each says what a reviewer must see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.widgets._toast import Toast

from hitl_tui.errors import SourceError
from hitl_tui.journal.journal import Journal
from hitl_tui.model.runs import EventType, RunEvent
from hitl_tui.model.threads import Thread, ThreadState
from hitl_tui.tui.outbox import Outbox
from hitl_tui.tui.screens.source_error import SourceErrorScreen
from tests.fakes import NOW, FakeBackend, thread
from tests.tui.answering import steady
from tests.tui.operator import Operator, make_app

REFUND = thread(
    "refund-7",
    {
        "action_requests": [
            {
                "name": "refund",
                "args": {"order": "A-1007", "amount": 120.0, "reason": "arrived broken"},
                "description": "Refund **120.00** to Ada Lind?\n\n- paid by card\n- 3 days ago",
            }
        ],
        "review_configs": [
            {"action_name": "refund", "allowed_decisions": ["approve", "edit", "reject"]}
        ],
    },
    minutes=9,
    node="review",
    values={
        "customer": "Ada Lindqvist",
        "amount": 120.0,
        "messages": [
            {"type": "human", "content": "My order A-1007 arrived broken."},
            {"type": "ai", "content": "", "tool_calls": [
                {"name": "refund", "args": {"order": "A-1007", "amount": 120.0}}]},
        ],
    },
    metadata={"source": "loop", "step": 3},
)  # fmt: skip
QUEUE = [
    REFUND,
    thread("age-1", "What is your age?", minutes=4, graph_id="age"),
    thread("trip-2", {"question": "Window or aisle?", "options": ["window", "aisle"]},
           "Which way to Lisbon?", minutes=3_000, graph_id="trip", node="seat"),
    thread("wire-1", {"question": "Wire 1,000,000 to Hansen Shipping?", "options": ["yes", "no"]},
           minutes=61, graph_id="transfer", state=ThreadState.LOCKED),
    thread("gate-1", state=ThreadState.PAUSED, graph_id="approval_gate", next=("publish",)),
    thread("old-1", state=ThreadState.DONE, graph_id="age", minutes=70_000),
]  # fmt: skip

Look = Callable[..., bool]


@pytest.fixture
def look(snap_compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Look:
    """`look(thread…, keys=…)`: whether the screen, after these keys, looks as it was accepted."""
    monkeypatch.setattr(Toast, "_expire", lambda toast: None)  # stays, however long drawing takes

    def _look(
        *threads: Thread,
        keys: tuple[str, ...] = (),
        size: tuple[int, int] = (120, 36),
        backend: FakeBackend | None = None,
        log: tuple[RunEvent, ...] = (),
        theme: str = "textual-dark",
        breaks: SourceError | None = None,
        ready: bool = True,
        grace: float = 0,
        read_only: bool = False,
        masks: tuple[str, ...] = (),
        noted: Callable[[Journal], None] = lambda journal: None,
        then: Callable[[Operator], None] = lambda operator: None,
    ) -> bool:
        backend = backend or FakeBackend(*threads)
        noted(Journal(tmp_path / "journal.db"))
        app = make_app(
            backend, tmp_path / "journal.db", grace=grace, read_only=read_only, masks=masks
        )

        async def before(pilot) -> None:
            operator = Operator(app, pilot, backend)
            app.theme = theme
            if ready:
                await operator.ready()
            else:
                await operator.until(lambda: isinstance(app.screen, SourceErrorScreen))
            if breaks is not None:
                backend.error = breaks
                await operator.until(lambda: breaks.message in operator.text)
            for event in log:
                operator.queue.log_pane.feed(event)
            for key in keys:
                await operator.press(key)
                await operator.calm()
            then(operator)
            await operator.calm()
            steady(app)

        return bool(snap_compare(app, terminal_size=size, run_before=before))

    return _look


def test_the_queue(look):
    """Three aligned columns, oldest first, the cursor on trip; its question and answer beside it;
    counts in both top lines; an empty log; a footer of what can be done."""
    assert look(*QUEUE)


def test_a_tool_call_to_decide(look):
    """Bold 120.00 and bullets; order, amount, reason as aligned facts; decisions by key; the
    answer's border tells that it has the focus."""
    assert look(*QUEUE, keys=("down", "enter"))


def test_the_context(look):
    """The messages as a conversation with the tool call's arguments, then state and metadata."""
    assert look(REFUND, keys=("v",))


def test_narrow_queue(look):
    """80×24: only the queue, the whole width, all tabs by name."""
    assert look(*QUEUE, size=(80, 24))


def test_narrow_detail(look):
    """80×24 after Enter: request above answer, no queue."""
    assert look(*QUEUE, size=(80, 24), keys=("enter",))


def test_tiny_queue(look):
    """40×10: only rows, no borders; tabs as signs with counts."""
    assert look(*QUEUE, size=(40, 10))


def test_tiny_answer(look):
    """40×10 after Enter: only the answer's form."""
    assert look(*QUEUE, size=(40, 10), keys=("enter",))


def test_tiny_request(look):
    """40×10 after Tab: only the request."""
    assert look(*QUEUE, size=(40, 10), keys=("tab",))


def test_too_small(look):
    """20×5: says so, and how to leave."""
    assert look(*QUEUE, size=(20, 5))


def test_very_wide(look):
    """200×50: thread ids in the queue, the queue no wider than 90."""
    assert look(*QUEUE, size=(200, 50))


def test_empty(look):
    """ "nothing waits" at the top, "Nothing here" in the queue, and nothing to answer."""
    assert look()


def test_source_error(look):
    """A dialog with what is wrong, what to do, and the two keys."""
    backend = FakeBackend()
    backend.error = SourceError("checkpoints.sqlite is locked.", hint="Close the other program.")
    assert look(backend=backend, ready=False)


def test_error_while_running(look):
    """The rows stay, the top line says since when; a red toast, and a line in the log."""
    assert look(*QUEUE, breaks=SourceError("checkpoints.sqlite is gone."))


def test_help(look):
    """Keys by part of the screen, aligned, and the signs of the states."""
    assert look(*QUEUE, keys=("question_mark",))


def test_confirm(look):
    """A question with "No" focused and the thread it is about."""
    assert look(*QUEUE, keys=("4", "c"))


def test_light(look):
    """The same screen, dark on light, every text readable."""
    assert look(*QUEUE, theme="textual-light")


def test_search(look):
    """The search beside the tabs, and only what it found."""
    assert look(*QUEUE, keys=("slash", "a", "g", "e"))


def test_search_in_groups(look):
    """Groups with their counts; "yes" marked in each row, or after › where it stands deeper."""
    later = thread("more-1", {"question": "Go on?", "to": {"say": "yes, and by whom"}}, graph_id="")
    assert look(*QUEUE, later, keys=("6", "G", "slash", *"yes"))


def test_what_is_shown_only(look):
    """The choices with their counts, what is chosen marked; behind, the title says so."""
    assert look(*QUEUE, keys=("6", "F", "enter", "F"))


def test_tiny_queue_shown_in_part(look):
    """40×10: what is shown only stands in the title, whatever the room."""
    assert look(*QUEUE, size=(40, 10), keys=("6", "F", "enter", "s"))


def test_several_questions(look):
    """ "question 2 of 2", and "Answer 2 of 2" on the answer's border."""
    assert look(*QUEUE, keys=("right_square_bracket",))


def test_running_with_a_log(look):
    """Lines of two threads, aligned, a warning and an error told by more than colour."""
    said = [
        (EventType.UPDATE, "deploy-1", {"node": "build", "update": {"image": "app:7"}}),
        (EventType.OUTPUT, "deploy-1", {"text": "> pushing layer 3 of 9\n> pushing layer 4\n"}),
        (EventType.LOG, "deploy-1", {"level": "WARNING", "logger": "app", "message": "slow"}),
        (EventType.ERROR, "wire-1", {"title": "ConnectionError", "message": "bank is down",
                                     "traceback": "  File \"wire.py\", line 9, in wire"}),
        (EventType.END, "wire-1", {"outcome": "failed", "reason": ""}),
        (EventType.INTERRUPT, "deploy-1", {"id": "1", "node": "ask", "value": "Go live?"}),
    ]  # fmt: skip
    running = replace(thread("deploy-1", graph_id="deploy"), state=ThreadState.RUNNING)
    log = tuple(RunEvent(kind, thread_id, data, NOW) for kind, thread_id, data in said)
    assert look(*QUEUE, running, log=log)


@pytest.mark.parametrize(
    ("state", "more"),
    [
        (ThreadState.RUNNING, {"reason": "Running: answer by ann at 10:00."}),
        (ThreadState.LOCKED, {"given": {"x/0": {"type": "approve"}}, "errors": ("IOError: down",)}),
        (ThreadState.IN_DOUBT, {"reason": "It may have run: answer by bob."}),
        (ThreadState.FAILED, {"errors": ("ValueError: no such account",), "next": ("pay",)}),
        (ThreadState.PAUSED, {"next": ("publish",)}),
        (ThreadState.DRIFTED, {"reason": "The node review is not in the graph."}),
        (ThreadState.DONE, {"values": {"age": 42}}),
        (ThreadState.UNREADABLE, {"reason": "The checkpoint is encrypted."}),
    ],
    ids=lambda value: value.value if isinstance(value, ThreadState) else "",
)
def test_a_thread_in_each_other_state(look, state, more):
    """Sign and word of the state, its meaning, the reason, and only keys that apply."""
    values = ("Wire it?",) if state in (ThreadState.LOCKED, ThreadState.IN_DOUBT) else ()
    assert look(thread("x", *values, state=state, **more), keys=("6",))


def test_what_a_verb_does_is_told_before(look):
    """What runs again, the answer taken and the error, above the buttons with "No" focused."""
    more = {"given": {"x/0": {"type": "approve"}}, "errors": ("IOError: down",), "node": "wire"}
    assert look(thread("x", "Wire it?", state=ThreadState.LOCKED, **more), keys=("2", "o"))


def test_narrow_what_a_verb_does(look):
    """80×24: the same with far more to know: it scrolls, and the buttons stay."""
    given = {"x/0": {"note": "word " * 300}}
    locked = thread(
        "x", "Wire it?", state=ThreadState.LOCKED, given=given, errors=("E: " + "down " * 200,) * 3
    )
    assert look(locked, keys=("2", "o", "down"), size=(80, 24))


def test_an_answer_that_waits(look, monkeypatch):
    """ "sends in 2s" before trip's title; the cursor at the next thread, which can be answered;
    the footer offers to undo."""
    monkeypatch.setattr("hitl_tui.tui.outbox.monotonic", lambda: 0.0)
    monkeypatch.setattr(Outbox, "_start", lambda outbox, held: setattr(held, "due", 2.0))
    assert look(*QUEUE[1:], keys=("right_square_bracket", "enter", "t", "x", "ctrl+s"), grace=2)


def test_a_form_that_turned_stale(look):
    """What was typed stays, dimmed; below it why nothing can be sent, and how to go on."""
    age = replace(QUEUE[1], checkpoint_id="age-1@2")
    keys = ("down", "down", "enter", "t", "4", "1")
    assert look(*QUEUE, keys=keys, then=lambda operator: operator.backend.put(age))


def test_narrow_form_that_turned_stale(look):
    """80×24: the same, below the request."""
    age = replace(QUEUE[1], state=ThreadState.LOCKED, reason="Answered by bob.")
    keys = ("down", "down", "enter", "t", "4", "1")
    then = lambda operator: operator.backend.put(age)  # noqa: E731
    assert look(*QUEUE, keys=keys, then=then, size=(80, 24))


def test_claims_and_snoozes(look):
    """Under All: "@bob" with a time before refund, a muted "z" with one before trip, each aligned;
    the heading says who and until when; below, why nothing can be sent."""
    later = datetime(2099, 3, 14, 12, 0, tzinfo=UTC)

    def noted(journal):
        journal.notes.claim("refund-7", later, "bob")
        journal.notes.snooze("trip-2", later, "ann")

    assert look(*QUEUE, keys=("6",), noted=noted)


def test_snooze(look):
    """The usual times with what they mean, and a line to type another."""
    assert look(*QUEUE, keys=("z",))
