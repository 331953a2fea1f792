"""LangChain's human-in-the-loop middleware gets what the operator decided, wherever it runs."""

import json

import pytest

from hitl_tui.errors import AnswerRefused
from hitl_tui.model.question import Choice
from hitl_tui.questions.read import encode
from tests.contract.everywhere.world import here_and_there

EDITED = {"to": "b", "count": 7, "cc": ["x", "y"]}
MADE = [
    Choice("approve", {}),
    Choice("edit", EDITED),
    Choice("reject", {"message": "no, 2"}),
    Choice("respond", {"message": "did it"}),
]
RECEIVED = {
    "call0": (json.dumps({"to": "a0", "count": 0, "cc": None}), "success"),
    "call1": (json.dumps(EDITED), "success"),
    "call2": ("no, 2", "error"),
    "call3": ("did it", "success"),
}
APPROVE = {"type": "approve"}
OTHER = {"type": "edit", "edited_action": {"name": "other", "args": EDITED}}
NUMBER = {"type": "edit", "edited_action": {"name": "send", "args": EDITED | {"count": "7"}}}
WRONG = {
    "batched": [None, APPROVE, *({"decisions": [APPROVE] * n} for n in (0, 3, 5)),
                {"decisions": [*[APPROVE] * 3, {"type": "edit"}]}],
    "per_call": [None, "approve", OTHER, NUMBER, {"type": "edit"}, {"decisions": [APPROVE]}],
}  # fmt: skip


@here_and_there
@pytest.mark.parametrize("mode", ["batched", "per_call"])
def test_each_call_gets_its_decision_with_its_types_and_nothing_wrong_is_sent(world, mode):
    thread = world.seed(mode)
    with world.inbox() as inbox:
        questions = inbox.open(thread).questions
        for wrong in WRONG[mode]:
            with pytest.raises(AnswerRefused):
                inbox.answer(thread, {questions[0].interrupt.id: wrong})
        assert inbox.audit(thread) == []
        *_, end = inbox.answer(thread, values_for(questions))
        assert end.data["outcome"] == "finished"
        told = heard(inbox.open(thread).thread.values)
    assert told.keys() == RECEIVED.keys()
    for call, (received, status) in RECEIVED.items():
        assert told[call][0].endswith(received), "LangChain may say more before it"
        assert told[call][1] == status


def values_for(questions):
    """The answers by interrupt id: one for all calls, or one for each."""
    if len(questions) == 1:
        return {questions[0].interrupt.id: encode(questions[0], MADE)}
    made = {f"call{number}": choice for number, choice in enumerate(MADE)}
    calls = {each.interrupt.value["tool_call_id"]: each for each in questions}
    return {
        calls[call].interrupt.id: encode(calls[call], [choice]) for call, choice in made.items()
    }


def heard(values):
    """What the model said last; a file tells a message by its class, a server as it is."""
    last = values["messages"][-1]
    return json.loads(last.get("content") or last["kwargs"]["content"])
