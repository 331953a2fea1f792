"""What is typed is in the journal a moment later, and comes back; it is never sent by itself."""

import json
import time

import pytest

from hitl_tui.errors import JournalError
from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.questions.read import read
from hitl_tui.tui.content.left import typed
from hitl_tui.tui.draft_codec import from_json, is_blank, to_json
from hitl_tui.tui.screens.confirm import Confirm
from hitl_tui.tui.widgets.typed import Pick, Type, Typed
from tests.fakes import FakeBackend, thread
from tests.tui.answering import asks
from tests.tui.test_answering import OPTIONS, at_the_form, choose_first, settled, values

TEXT = {"type": "string"}
CALLS = {
    "action_requests": [{"name": "mail", "args": {"to": "ada"}}, {"name": "pay", "args": {}}],
    "review_configs": [
        {"action_name": "mail", "allowed_decisions": ["approve", "reject"]},
        {"action_name": "pay", "allowed_decisions": ["approve", "edit", "reject"]},
    ],
}


async def type_into(operator, text: str) -> None:
    await at_the_form(operator)
    await operator.type(text)


def kept(tmp_path, operator="ann") -> dict[str, object]:
    return dict(Journal(tmp_path / "journal.db").notes.drafts("a", operator))


async def test_what_is_typed_is_written_down_and_comes_back_unarmed(operate, tmp_path):
    backend = FakeBackend(thread("a", "Name?", schema=TEXT))
    async with operate(backend=backend) as operator:
        await type_into(operator, "Ada")
        await operator.until(lambda: "Ada" in json.dumps(kept(tmp_path)))
    async with operate(backend=backend) as operator:
        await operator.until(lambda: 'sends  "Ada"' in operator.text)
        await at_the_form(operator)
        await operator.press("ctrl+s")
        assert values(operator) == []
        await operator.press("a")
        await operator.until(lambda: operator.queue.answer.can_send)
        await operator.press("ctrl+s")
        await settled(operator)
        assert values(operator) == [{"a/0": "Ada"}]
        await operator.until(lambda: kept(tmp_path) == {})


async def test_a_draft_is_marked_in_the_queue(operate, tmp_path):
    async with operate(thread("a", "Name?", schema=TEXT)) as operator:
        assert "✎" not in operator.text
        await type_into(operator, "Ada")
        await operator.until(lambda: "✎ Name?" in operator.text)


async def test_a_form_that_was_emptied_again_leaves_no_draft(operate, tmp_path):
    async with operate(thread("a", "Name?", schema=TEXT)) as operator:
        await type_into(operator, "A")
        await operator.until(lambda: kept(tmp_path))
        await operator.press("backspace")
        await operator.until(lambda: kept(tmp_path) == {})


async def test_the_draft_of_another_operator_is_not_shown(operate, tmp_path):
    question = read(thread("a", "Name?", schema=TEXT).interrupts[0])
    draft = to_json(question, (Pick(0, {0: {"value": Typed("Bob's")}}),))
    Journal(tmp_path / "journal.db").notes.save_draft("a", "a/0", "bob", draft)
    async with operate(thread("a", "Name?", schema=TEXT)) as operator:
        assert "Bob's" not in operator.text


async def test_a_journal_that_cannot_be_written_is_told_once_and_typing_goes_on(
    operate, monkeypatch
):
    async with operate(thread("a", "Name?", schema=TEXT)) as operator:
        told = []

        def refuse(*args):
            raise JournalError("journal.db: disk full.")

        monkeypatch.setattr(operator.queue._inbox.notes, "save_draft", refuse)
        operator.queue.drafts._tell = lambda error, thread_id: told.append(str(error))
        await type_into(operator, "A")
        await operator.until(lambda: told)
        await operator.type("da")
        await operator.queue.drafts.flush()
        assert told == ["journal.db: disk full."]
        assert "Ada" in operator.text


async def test_an_answer_that_was_taken_leaves_no_draft(operate, tmp_path):
    async with operate(thread("a", OPTIONS)) as operator:
        await choose_first(operator)
        await operator.press("ctrl+s")
        await settled(operator)
        assert kept(tmp_path) == {}


def test_a_draft_is_plain_json_and_comes_back_the_same():
    question = asks(CALLS)
    names = [decision.name for decision in question.actions[0].decisions]
    part = Pick(0, {0: {"x": Typed("1", type=Type.NUMBER), "y": Typed(picked=(2,))}})
    no = Typed("no\ud800", parts=(part, Pick()))
    picks = (Pick(names.index("reject"), {names.index("reject"): {"message": no}}), Pick())
    draft = json.loads(json.dumps(to_json(question, picks)))
    assert from_json(question, draft) == picks


@pytest.mark.parametrize("draft", [
    None, 3, [], {}, {"picks": 1}, {"picks": []}, {"picks": [1, 2], "of": ""},
    {"of": "", "picks": [{"decision": "reject", "typed": {"reject": {"message": 7}}}, {}]},
])  # fmt: skip
def test_what_is_no_draft_of_the_question_is_none(draft):
    assert from_json(asks(CALLS), draft) == ()


def test_positions_count_only_for_what_was_offered():
    before, after = asks("Way?", {"enum": ["sea", "air"]}), asks("Way?", {"enum": ["air", "sea"]})
    (field,) = before.actions[0].decisions[0].fields
    picks = (Pick(0, {0: {field.name: Typed(picked=(1,))}}),)
    assert from_json(before, to_json(before, picks)) == picks
    assert from_json(after, to_json(before, picks)) == (Pick(0, {0: {field.name: Typed()}}),)


def test_blank_is_nothing_chosen_and_nothing_typed():
    assert is_blank(asks(CALLS), (Pick(), Pick()))
    assert not is_blank(asks(CALLS), (Pick(0), Pick()))
    assert is_blank(asks("Name?", TEXT), (Pick(0, {0: {"value": Typed()}}),))


def answered_by_bob(backend, path):
    """Another operator, in a process of their own, answers the question of thread a."""
    bob = Inbox(backend, Journal(path), operator="bob")
    list(bob.answer("a", {"a/0": "Bob's"}))
    bob.close()


async def test_a_draft_for_a_question_that_another_answered_is_told_and_kept(operate, tmp_path):
    backend = FakeBackend(thread("a", "Name?", schema=TEXT), thread("b", "Age?"))
    async with operate(backend=backend, size=(200, 40)) as operator:
        await type_into(operator, "Ada")
        await operator.until(lambda: "Ada" in json.dumps(kept(tmp_path)))
        answered_by_bob(backend, tmp_path / "journal.db")
        await operator.until(lambda: operator.detail.stale)
        assert "Ada" in json.dumps(kept(tmp_path)), "whoever answered, what ann typed is hers"
        await operator.press("escape", "6")
        await operator.until(lambda: "✎!" in operator.text)
        await operator.press("down")
        told = ("your draft", "answer by bob at", "Ada")
        await operator.until(lambda: all(words in operator.text for words in told))


async def test_it_is_dropped_on_purpose_and_the_trail_tells(operate, tmp_path):
    backend = FakeBackend(thread("a", "Name?", schema=TEXT))
    journal = Journal(tmp_path / "journal.db")
    picks = (Pick(0, {0: {"value": Typed("Ada")}}),)
    question = asks("Name?", TEXT, "a/0")
    journal.notes.save_draft("a", "a/0", "ann", to_json(question, picks))
    answered_by_bob(backend, tmp_path / "journal.db")
    async with operate(backend=backend) as operator:
        await operator.press("6")
        await operator.until(lambda: "your draft" in operator.text)
        await operator.press("d")
        await operator.until(lambda: isinstance(operator.app.screen, Confirm))
        assert "Ada" in operator.text
        await operator.press("escape")
        assert kept(tmp_path)
        await operator.press("d")
        await operator.until(lambda: isinstance(operator.app.screen, Confirm))
        await operator.press("ctrl+s")
        await operator.until(lambda: not kept(tmp_path))
        await operator.until(lambda: "your draft" not in operator.text)
        assert not operator.queue.check_action("drop_left", ())
    assert journal.trail.rows()[-1]["kind"] == "draft dropped"
    assert list(journal.trail.faults()) == []


def test_of_one_question_it_is_told_without_a_list():
    fields = {"name": Typed("Ada")}
    draft = to_json(asks("Name?", TEXT, "a/0"), (Pick(0, {0: fields}),))
    assert typed(draft)["name"] == "Ada"


def test_a_draft_of_another_shape_is_told_whole():
    assert typed({"value": 3}) == {"value": 3}
    assert typed(None) is None


async def test_what_was_noted_last_is_written_before_the_app_is_finished(operate, tmp_path):
    async with operate(thread("a", "Name?", schema=TEXT)) as operator:
        slow = operator.queue._inbox.notes.save_draft
        begun = []

        def saved(*words):
            begun.append(json.dumps(words))
            time.sleep(0.3)
            slow(*words)

        operator.queue._inbox.notes.save_draft = saved
        await type_into(operator, "Ada")
        operator.queue.run_worker(operator.queue.drafts.flush())
        await operator.until(lambda: any("Ada" in words for words in begun))
        app = operator.app
    app.finish()
    assert "Ada" in json.dumps(kept(tmp_path))
