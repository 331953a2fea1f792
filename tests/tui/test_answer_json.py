"""The answer as JSON, in the pane and in an editor: always the same value as the form's."""

import os
import stat
import sys
from contextlib import nullcontext

import pytest
from textual.app import App
from textual.widgets import TextArea

from hitl_tui.errors import UsageError
from hitl_tui.tui.editor import edit
from tests.tui.answering import answering, asks, plays, wants
from tests.tui.test_answer_pane import calls

AGE = wants(age={"type": "integer", "minimum": 0}, note={"type": "string"})


@pytest.fixture
def editor(tmp_path, monkeypatch):
    """`editor(code)`: the editor is a program in which `path` and `text` are what it is given."""
    seen = tmp_path / "seen"

    def make(code, arguments="--wait"):
        program = tmp_path / "the editor.py"
        program.write_text(
            "import os, pathlib, sys\n"
            "path = pathlib.Path(sys.argv[-1]); text = path.read_bytes().decode()\n"
            f"pathlib.Path({str(seen)!r}).write_text(repr((sys.argv[1:], text)))\n" + code
        )
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.setenv("EDITOR", f"{sys.executable} '{program}' {arguments}")
        return seen

    monkeypatch.setattr(App, "suspend", lambda app: nullcontext())
    return make


@plays
async def test_the_json_is_the_form_s_value_and_back_again():
    async with answering(asks("?", AGE)) as person:
        await person.press("5", "tab", "x", "ctrl+l")
        assert isinstance(person.app.focused, TextArea)
        assert person.app.focused.text == '{\n  "age": 5,\n  "note": "x"\n}'
        assert person.says == 'sends  {"age": 5, "note": "x"}'
        person.app.focused.text = '{"age": 6, "note": "y"}'
        await person.settle()
        assert person.says == 'sends  {"age": 6, "note": "y"}'
        await person.press("ctrl+l")
        assert person.says == 'sends  {"age": 6, "note": "y"}'
        await person.press("0", "ctrl+s")
        assert person.app.sent == [{"age": 60, "note": "y"}]


@plays
async def test_a_wrong_json_is_marked_at_its_place_and_nothing_is_sent():
    async with answering(asks("?", AGE)) as person:
        await person.press("ctrl+l")
        await person.type('{\n "age": }')
        await person.press("ctrl+s")
        assert person.app.sent == []
        assert person.app.focused.cursor_location == (1, 8)
        assert "line 2 column 9" in person.says


@plays
async def test_what_breaks_the_schema_is_refused_as_json_too():
    async with answering(asks("?", AGE)) as person:
        await person.press("ctrl+l")
        await person.type('{"age": -1, "note": 3}')
        await person.press("ctrl+s")
        assert person.app.sent == []
        message = person.app.query_one("JsonSide .field--message").content.plain
        assert "age: must be at least 0" in message
        assert "note:" in message


@plays
async def test_an_empty_json_leads_back_to_the_form_as_it_was():
    async with answering(asks("?", AGE)) as person:
        await person.press("5", "ctrl+l", "ctrl+l")
        assert person.says == "cannot send: note: is required"
        await person.press("tab", "x", "ctrl+s")
        assert person.app.sent == [{"age": 5, "note": "x"}]


@plays
async def test_each_decision_of_a_batch_stands_in_the_json():
    async with answering(asks(calls("mail", "wire")), size=(80, 40)) as person:
        await person.press("a", "tab", "r", "ctrl+l", "ctrl+l")
        assert person.says == 'sends  {"decisions": [{"type": "approve"}, {"type": "reject"}]}'


@plays
async def test_a_json_draft_comes_back():
    first, second = asks("?", AGE, id="1"), asks("two?", id="2")
    async with answering(first) as person:
        await person.press("ctrl+l")
        await person.type("{")
        await person.show(second)
        await person.show(first)
        assert person.app.query_one(TextArea).text == "{"


@plays
async def test_an_editor_gets_the_answer_as_json_and_the_form_takes_what_it_left(editor):
    seen = editor("path.write_text(text.replace('5', '7') + chr(10))")
    async with answering(asks("?", AGE)) as person:
        await person.press("5", "tab", "x", "ctrl+g")
        assert person.says == 'sends  {"age": 7, "note": "x"}'
        arguments, text = eval(seen.read_text())
        assert text == '{\n  "age": 5,\n  "note": "x"\n}'
        assert arguments[0] == "--wait"
        assert not os.path.exists(arguments[-1])
        await person.press("ctrl+s")
        assert person.app.sent == [{"age": 7, "note": "x"}]


@plays
async def test_an_editor_gets_a_text_as_it_is_where_one_is_typed(editor):
    seen = editor("path.write_bytes(text.encode() + b' fine\\nby me\\n')")
    async with answering(asks(calls("mail"))) as person:
        await person.press("m", "tab", "o", "k", "ctrl+g")
        assert eval(seen.read_text())[1] == "ok"
        await person.press("ctrl+s")
        assert person.app.sent == [
            {"decisions": [{"type": "respond", "message": "ok fine\nby me"}]}
        ]


@plays
async def test_an_editor_s_mistake_is_marked_and_its_text_kept(editor):
    editor("path.write_text('{\"age\": 7,')")
    async with answering(asks("?", AGE)) as person:
        await person.press("5", "ctrl+g")
        assert person.app.focused.text == '{"age": 7,'
        assert person.app.query_one("JsonSide").has_class("-invalid")
        assert person.app.focused.cursor_location == (0, 10)
        await person.press("ctrl+s")
        assert person.app.sent == []


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({}, "No editor is named. Set VISUAL or EDITOR"),
        ({"EDITOR": "  "}, "No editor is named."),
        ({"VISUAL": "no-such-editor -w"}, "'no-such-editor' cannot be started: No such file"),
        ({"EDITOR": "vi 'x"}, "EDITOR is no command"),
        ({"EDITOR": "false"}, "false ended with status 1: all is as it was."),
        ({"VISUAL": "true", "EDITOR": "false"}, None),
    ],
)
def test_an_editor_that_does_not_work_is_told(variables, told):
    environment = {"PATH": os.environ["PATH"], **variables}
    if told is None:
        assert edit("text", ".txt", environment, nullcontext) == "text"
        return
    with pytest.raises(UsageError) as error:
        edit("text", ".txt", environment, nullcontext)
    assert told in str(error.value)


def test_nobody_else_can_read_the_file_and_it_is_gone_afterwards(tmp_path, editor):
    modes = tmp_path / "modes"
    editor(
        f"pathlib.Path({str(modes)!r}).write_text(repr((path.stat().st_mode,"
        " path.parent.stat().st_mode)))\n"
        "(path.parent / 'answer.txt~').write_text(text)\npath.write_bytes(b'\\xff')"
    )
    with pytest.raises(UsageError, match="left no text"):
        edit("secret", ".txt", os.environ, nullcontext)
    file, folder = eval(modes.read_text())
    assert (stat.S_IMODE(file), stat.S_IMODE(folder)) == (0o600, 0o700)


@plays
async def test_a_missing_editor_leaves_the_form_as_it_is(monkeypatch):
    monkeypatch.setenv("VISUAL", "no-such-editor")
    monkeypatch.setattr(App, "suspend", lambda app: nullcontext())
    async with answering(asks("?", AGE)) as person:
        await person.press("5", "ctrl+g")
        assert any("no-such-editor" in n.message for n in person.app._notifications)
        await person.press("6", "tab", "x", "ctrl+s")
        assert person.app.sent == [{"age": 56, "note": "x"}]
