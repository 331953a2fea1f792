"""What settings mask is nowhere on screen; it is sent true unless the operator types another."""

import json

from textual.widgets import Input, TextArea

from hitl_tui.journal.journal import Journal
from hitl_tui.model.runs import EventType, Outcome, RunEvent
from hitl_tui.tui.screens.batch import BatchScreen
from hitl_tui.tui.screens.raw import Raw
from hitl_tui.tui.widgets.choice_bar import ChoiceBar
from tests.fakes import NOW, FakeBackend, end, thread
from tests.tui.test_answering import at_the_form, settled
from tests.tui.test_snapshots import look

__all__ = ["look"]

SECRET, PIN = "hunter2-and-more", 987654321
ARGS = {"to": "ann", "password": SECRET, "pin": PIN}
CALL = {
    "action_requests": [{"name": "login", "args": ARGS, "description": f"Log in with {ARGS}"}],
    "review_configs": [{"action_name": "login", "allowed_decisions": ["approve", "edit"]}],
}
MASKS = ("$..password", "$..pin")
MARK = "•••••• (masked: action_requests.0.args.password)"


def asking():
    values = {"login": dict(ARGS), "log": [f"tried {SECRET}"]}
    return thread("a", CALL, values=values, metadata={"password": SECRET})


def tells(request):
    """A run that shows what it was sent, as an update and as a print."""
    told = {"node": "ask", "update": {"received": request.resume}}
    yield RunEvent(EventType.UPDATE, request.thread_id, told, NOW)
    yield RunEvent(EventType.OUTPUT, request.thread_id, {"text": f"logged in with {SECRET}\n"}, NOW)
    yield end(request, Outcome.FINISHED, f"it took {PIN}")


def sent_args(operator):
    (answer,) = operator.backend.sent[0].resume.values()
    return answer["decisions"][0]["edited_action"]["args"]


def assert_hidden(operator):
    assert SECRET not in operator.text
    assert str(PIN) not in operator.text


async def at_edit(operator):
    """The form of an edit, with its first field."""
    await at_the_form(operator)
    await operator.press("e", "tab")
    await operator.until(lambda: isinstance(operator.app.focused, Input))


async def test_request_context_and_raw_view_show_marks(operate):
    async with operate(asking(), masks=MASKS, size=(140, 60)) as operator:
        await operator.until(lambda: MARK in operator.text)
        assert_hidden(operator)
        await operator.press("v")
        await operator.until(lambda: "metadata" in operator.text)
        assert_hidden(operator)
        await operator.press("ctrl+r")
        await operator.until(lambda: isinstance(operator.app.screen, Raw))
        await operator.press("e")
        await operator.until(lambda: "masked" in operator.text)
        assert_hidden(operator)
        assert SECRET not in repr(operator.app.screen._view._all)


async def test_an_edit_that_leaves_the_marks_sends_the_true_values(operate, tmp_path):
    backend = FakeBackend(asking())
    backend.script = tells
    async with operate(backend=backend, masks=MASKS, size=(140, 60)) as operator:
        await at_edit(operator)
        await operator.type("x")
        await operator.until(lambda: "annx" in operator.queue.answer.preview)
        assert MARK in operator.queue.answer.preview
        assert_hidden(operator)
        kept = Journal(tmp_path / "journal.db").notes
        await operator.until(lambda: kept.drafts("a", "ann"))
        assert SECRET not in json.dumps(kept.drafts("a", "ann"))
        await operator.press("ctrl+s")
        await settled(operator)
        assert sent_args(operator) == ARGS | {"to": "annx"}
        await operator.until(lambda: "logged in" in operator.text)
        await operator.until(lambda: "it took" in operator.text)
        assert_hidden(operator)


async def test_another_value_is_sent_where_the_operator_types_one(operate):
    async with operate(asking(), masks=MASKS, size=(140, 60)) as operator:
        await at_edit(operator)
        await operator.press("tab")
        await operator.type("fresh")
        await operator.until(lambda: operator.queue.answer.can_send)
        await operator.press("ctrl+s")
        await settled(operator)
        assert sent_args(operator) == ARGS | {"password": "fresh"}


async def test_json_and_form_show_marks_of_one_value(operate):
    async with operate(asking(), masks=MASKS, size=(140, 60)) as operator:
        await at_edit(operator)
        await operator.press("ctrl+l")
        await operator.until(lambda: isinstance(operator.app.focused, TextArea))
        text = operator.app.focused.text
        assert MARK in text
        assert SECRET not in text
        operator.app.focused.text = text.replace('"ann"', '"bob"')
        await operator.until(lambda: "bob" in operator.queue.answer.preview)
        await operator.press("ctrl+l")
        await operator.until(lambda: isinstance(operator.app.focused, Input | ChoiceBar))
        await operator.calm()
        assert_hidden(operator)
        await operator.press("ctrl+s")
        await settled(operator)
        assert sent_args(operator) == ARGS | {"to": "bob"}


async def test_the_table_of_a_batch_shows_marks(operate):
    backend = FakeBackend(asking())
    async with operate(backend=backend, masks=MASKS, size=(140, 60)) as operator:
        await operator.press("space", "b")
        await operator.until(lambda: isinstance(operator.app.screen, BatchScreen))
        await operator.until(lambda: operator.app.screen._plan is not None)
        await operator.press("down")
        await operator.until(lambda: "masked" in operator.text)
        assert_hidden(operator)


async def test_a_number_is_replaced_by_typing_over_its_mark(operate):
    async with operate(asking(), masks=MASKS, size=(140, 60)) as operator:
        await at_edit(operator)
        await operator.press("tab", "tab")
        await operator.type("12")
        await operator.until(lambda: operator.queue.answer.can_send)
        await operator.press("ctrl+s")
        await settled(operator)
        assert sent_args(operator) == ARGS | {"pin": 12}


def test_a_form_with_masked_values(look):
    """The request's password and pin are marks that name their place, also in the description; the
    edit's fields hold the same marks and say that they are sent as they truly are; so does what
    will be sent."""
    assert look(asking(), keys=("enter", "e", "tab", "x"), size=(110, 40), masks=MASKS)
