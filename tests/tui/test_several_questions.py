"""A thread that asks several questions: one view, answered one by one or all together."""

from hitl_tui.tui.widgets.answer_sheet import AnswerSheet
from hitl_tui.tui.widgets.detail import TOGETHER
from tests.fakes import FakeBackend, thread
from tests.tui.answering import answering, asks, plays

WAY = {"question": "Which way?", "options": ["air", "rail"]}
ROOM = {"question": "Which room?", "options": ["single", "double"]}
NAME = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}


def trip():
    return asks(WAY, id="way"), asks("Name?", NAME, id="name"), asks(ROOM, id="room")


@plays
async def test_each_question_has_its_form_and_its_line_of_what_will_be_sent():
    async with answering(*trip(), size=(80, 40)) as person:
        await person.press("2")
        assert person.says.split("\n") == [
            '▸1  sends  "rail"',
            " 2  cannot send: name: is required",
            " 3  cannot send: choose a decision first",
        ]


@plays
async def test_one_answer_goes_alone():
    async with answering(*trip(), size=(80, 40)) as person:
        await person.press("1", "tab", "A", "ctrl+s")
        assert person.app.together == [{"name": {"name": "A"}}]


@plays
async def test_all_answers_go_together_in_the_order_of_the_questions():
    async with answering(*trip(), size=(80, 40)) as person:
        await person.press("1", "tab", "A", "tab", "2", "ctrl+t")
        assert person.app.together == [{"way": "air", "name": {"name": "A"}, "room": "double"}]
        assert list(person.app.together[0]) == ["way", "name", "room"]
        await person.press("ctrl+t", "ctrl+s")
        assert len(person.app.together) == 1


@plays
async def test_one_that_is_not_answered_holds_all_back_and_takes_the_focus():
    async with answering(*trip(), size=(80, 40)) as person:
        await person.press("1", "ctrl+t")
        assert person.app.together == []
        assert person.app.query(AnswerSheet)[1] in person.app.focused.ancestors
        await person.press("A", "ctrl+t")
        assert person.app.query(AnswerSheet)[2] in person.app.focused.ancestors
        assert person.app.together == []


@plays
async def test_one_wrong_answer_holds_the_good_ones_back_and_is_marked():
    age = {"type": "integer", "minimum": 0}
    async with answering(asks(WAY, id="way"), asks("Age?", age, id="age"), size=(80, 30)) as person:
        await person.press("1", "tab", "-", "5", "ctrl+t")
        assert person.app.together == []
        assert "must be at least 0" in person.says
        assert person.app.query("FieldInput.-invalid")
        await person.press("backspace", "backspace", "5", "ctrl+t")
        assert person.app.together == [{"way": "air", "age": 5}]


@plays
async def test_a_single_question_is_never_sent_by_the_key_for_all():
    async with answering(asks(WAY)) as person:
        await person.press("1", "ctrl+t")
        assert not person.pane.can_send_all


@plays
async def test_the_others_keep_focus_and_text_when_one_is_answered_elsewhere():
    way, name, room = trip()
    async with answering(way, name, room, size=(80, 40)) as person:
        await person.press("tab", "A")
        person.pane.show([name, room])
        await person.settle()
        await person.press("d", "ctrl+s")
        assert person.app.together == [{"name": {"name": "Ad"}}]


async def test_one_resume_map_goes_to_the_thread(operate):
    async with operate(thread("t", WAY, ROOM)) as operator:
        await operator.press("enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        await operator.press("1", "tab", "2")
        await operator.until(lambda: operator.queue.answer.can_send_all)
        await operator.press("ctrl+t")
        await operator.until(lambda: operator.backend.sent)
        assert [dict(request.resume) for request in operator.backend.sent] == [
            {"t/0": "air", "t/1": "double"}
        ]


async def test_all_questions_are_in_the_request_and_it_follows_the_focus(operate):
    async with operate(thread("t", WAY, ROOM), size=(120, 60)) as operator:
        assert "1 of 2  Which way?" in operator.text
        assert "2 of 2  Which room?" in operator.text
        await operator.press("enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        await operator.press("tab")
        await operator.until(lambda: "▸ 2 of 2" in operator.text)
        assert "question 2 of 2" in operator.text
        assert operator.queue.answer.border_title == "Answer 2 of 2"


async def test_of_very_many_questions_a_page_is_shown(operate):
    backend = FakeBackend(thread("t", *(f"Number {n}?" for n in range(TOGETHER + 2))))
    async with operate(backend=backend, size=(120, 60)) as operator:
        await operator.press("left_square_bracket")
        last = f"{TOGETHER + 2} of {TOGETHER + 2}"
        await operator.until(lambda: f"▸ {last}" in operator.text)
        assert len(operator.queue.query(AnswerSheet)) == 2
        await operator.press("enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        await operator.press("t", "x")
        await operator.until(lambda: operator.queue.answer.can_send)
        await operator.press("ctrl+s")
        await operator.until(lambda: operator.backend.sent)
        assert dict(operator.backend.sent[0].resume) == {f"t/{TOGETHER + 1}": "x"}
