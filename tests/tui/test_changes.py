"""An edit tells what it changes, old and new, and nothing else."""

from hitl_tui.model.question import Choice
from hitl_tui.questions.read import encode
from hitl_tui.tui.content.changes import MOST, changes
from tests.tui.answering import answering, asks, plays
from tests.tui.test_answer_pane import calls


def question(**args):
    review = {"action_name": "mail", "allowed_decisions": ["approve", "edit"]}
    request = {"name": "mail", "args": args}
    return asks({"action_requests": [request], "review_configs": [review]})


def told(asked, **args):
    value = encode(asked, [Choice("edit", args)])
    return [line.plain for line in changes(asked, value)]


def test_a_number_that_becomes_another_keeps_its_type_on_both_sides():
    assert told(question(amount=120.0, to="ann"), amount=99, to="ann") == ["~ amount  120.0 → 99"]


def test_a_hidden_change_is_seen():
    asked = question(to="ann", flag=True)
    assert told(asked, to="ann\u200b", flag=True) == ['~ to  "ann" → "ann\\u200b"']


def test_a_long_text_is_compared_line_by_line():
    body = "\n".join(f"line {n} of a letter" for n in range(9))
    found = told(question(body=body), body=body.replace("line 4", "LINE 4"))
    assert found == ["~ body", "   line 3 of a letter", "  -line 4 of a letter",
                     "  +LINE 4 of a letter", "   line 5 of a letter"]  # fmt: skip


def test_an_edit_that_changes_nothing_says_so():
    assert told(question(amount=1), amount=1) == ["nothing is changed"]


def test_what_is_cut_says_where_all_of_it_is():
    long = "\n".join(f"line {n}" for n in range(500))
    found = told(question(body=long), body=long.upper())
    assert len(found) == MOST + 2
    assert "ctrl+l shows all" in found[-1]
    assert "ctrl+l shows all" in told(question(body="x" * 30_000), body="y" * 30_000)[-1]


def test_other_decisions_change_nothing():
    asked = asks(calls("mail"))
    assert changes(asked, {"decisions": [{"type": "approve"}]}) == ()


@plays
async def test_the_form_shows_it_while_one_edits_and_of_each_call():
    async with answering(asks(calls("mail", "wire")), size=(80, 60)) as person:
        await person.press("e", "tab", "x", "shift+tab", "tab", "tab", "tab", "a")
        text = person.app.query_one(".sheet--changes").content.plain
        assert text == '1. mail\n~ to  "ann" → "annx"'
