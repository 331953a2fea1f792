"""What is asked beside its form, as a person sees it; each says what a reviewer must see."""

from datetime import timedelta

import pytest

from hitl_tui.model.threads import Asked
from tests.fakes import NOW, FakeBackend, thread
from tests.tui.test_snapshots import REFUND, look

__all__ = ["look"]

SCHEMA = {
    "type": "object",
    "properties": {
        "approved": {"type": "boolean"},
        "amount": {"type": "number", "minimum": 0},
        "method": {"enum": ["card", "transfer"]},
    },
    "required": ["approved", "amount", "method"],
}
DIALECTS = {
    "response_schema": thread("t", "Refund 120.00 to Ada?", schema=SCHEMA),
    "tool_approval": thread("t", {
        "type": "tool_approval", "tool_call_id": "1", "name": "send_email",
        "args": {"to": "ada@example.com", "copies": 2}, "description": "Send this **mail**?"}),
    "agent_inbox": thread("t", [{
        "action_request": {"action": "reply", "args": {"to": "ada", "text": "Dear Ada,\nyes."}},
        "config": {"allow_accept": True, "allow_edit": True, "allow_respond": True,
                   "allow_ignore": True}, "description": "# A reply\n- to Ada"}]),
    "ask_user": thread("t", {"type": "ask_user", "tool_call_id": "1", "questions": [
        {"question": "Which colour?", "type": "multiple_choice",
         "choices": [{"value": "red"}, {"value": "blue"}]},
        {"question": "Why?", "type": "text", "required": False}]}),
    "wait": thread("t", {"question": "Deploy?", "__wait__": {
        "timeout": 3600, "on_timeout": "abort", "default": "abort",
        "allowed_actions": ["approve", "abort"], "tags": ["prod"]}}),
    "elicitation": thread("t", {"message": "Your name?", "requestedSchema": {
        "type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}}),
    "copilotkit": thread("t", {"__copilotkit_interrupt_value__": "Go on?",
                               "__copilotkit_messages__": []}),
    "ag_ui": thread("t", {"reason": "confirm", "message": "Book it?", "toolCallId": "1",
                          "responseSchema": SCHEMA}),
    "awaithumans": thread("t", {"task_id": "1", "idempotency_key": "k", "task": "Check it",
                                "callback_url": "https://inbox.example/1"}),
    "hook": thread("t", {"type": "hook_invocation", "hook": "before_tool"}),
}  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_dialect(look, dialect):
    """The request above in its own words and as it came; the fitting form, with its keys, below;
    what will be sent, or why nothing can be."""
    assert look(DIALECTS[dialect], size=(110, 40), keys=("enter",))


def test_an_edit_with_its_differences(look):
    """`Edit` has a tick; the amount is 120.05 now; below the fields "~ amount  120.0 → 120.05"."""
    keys = ("enter", "e", "tab", "tab", "5")
    assert look(REFUND, size=(110, 50), keys=keys)


def test_asked_again(look):
    """The request lists both earlier answers; the form says "asked again, 2 times" and holds -20;
    nothing can be sent before it is touched."""
    times = [NOW - timedelta(hours=2), NOW - timedelta(minutes=5)]
    backend = FakeBackend(thread("age-2", "What is your age?"))
    backend.history["age-2"] = tuple(
        Asked("What is your age?", "ask", answer, time)
        for answer, time in zip(("twenty", -20), times, strict=True)
    )
    assert look(backend=backend, keys=("enter",))


def test_three_questions_answered_together(look):
    """Three forms, two of them answered; the third has the focus; a line of each below."""
    asked = [{"question": "Which way?", "options": ["air", "rail"]},
             {"question": "Which room?", "options": ["single", "double"]},
             "Name as in the passport?"]  # fmt: skip
    assert look(thread("trip-1", *asked), size=(110, 50), keys=("enter", "1", "tab", "2", "tab"))


def test_raw(look):
    """Over the queue: the payload unfolded, state and metadata folded, exact JSON values."""
    assert look(REFUND, keys=("ctrl+r",))


def test_raw_narrow(look):
    """40×10: the same, with the search below and its hit in sight and coloured."""
    assert look(REFUND, size=(40, 10), keys=("ctrl+r", "slash", *"broken"))


def test_the_answer_as_json(look):
    """The same value in lines of JSON, and in one line below as what will be sent."""
    assert look(REFUND, size=(80, 30), keys=("enter", "r", "ctrl+l"))


def test_what_a_text_hides(look):
    """Warnings beside what they are about: the description's link, the look-alike name, the hidden
    character; and the same below the field that holds it."""
    args = {"to": "p\u0430ypal", "note": "ok\u200b", "site": "https://bank.example@evil.example"}
    request = {"name": "pay", "args": args,
               "description": "See [bank.example](https://evil.example/login)"}  # fmt: skip
    review = {"action_name": "pay", "allowed_decisions": ["approve", "edit"]}
    asked = {"action_requests": [request], "review_configs": [review]}
    assert look(thread("pay-1", asked), size=(110, 60), keys=("enter", "e"))
