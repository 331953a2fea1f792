"""What an answer changed of what was proposed, by name."""

import pytest

from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.edited import edited
from hitl_tui.questions.read import read

CALL = {"name": "send", "args": {"to": "a", "cc": None}}
BATCH = {
    "action_requests": [CALL, CALL],
    "review_configs": [{"action_name": "send", "allowed_decisions": ["approve", "edit"]}] * 2,
}
INBOX = [
    {
        "action_request": {"action": "send", "args": {"to": "a"}},
        "config": {"allow_edit": True, "allow_accept": True},
    }
]
APPROVE = {"type": "approve"}


def edit(**args):
    return {"type": "edit", "edited_action": {"name": "send", "args": args}}


@pytest.mark.parametrize(
    ("payload", "answer", "names"),
    [
        (BATCH, {"decisions": [APPROVE, APPROVE]}, []),
        (BATCH, {"decisions": [APPROVE, edit(to="b", cc=None)]}, ["1.to"]),
        (BATCH, {"decisions": [edit(to="a"), edit(to="a", cc=None, bcc=1)]}, ["0.cc", "1.bcc"]),
        (INBOX, [{"type": "edit", "args": {"action": "send", "args": {"to": "b"}}}], ["to"]),
        (INBOX, [{"type": "accept", "args": INBOX[0]["action_request"]}], []),
        ("How old?", 3, []),
        ({"question": "?"}, {"type": "edit", "edited_action": "no call"}, []),
    ],
)
def test_the_changed_arguments_are_named(payload, answer, names):
    assert edited(read(Interrupt("i", payload)), answer) == names
