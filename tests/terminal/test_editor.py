"""The operator's own editor in a real terminal: it has the keyboard, and comes back with a text."""

import sys

from tests.cli import shown
from tests.terminal.using import fill, leave, open_answer, press_once

EDITOR = """
import sys
path = sys.argv[-1]
print("THE EDITOR SHOWS " + open(path).read().strip(), flush=True)
open(path, "w").write(input("> "))
"""


def test_an_answer_is_written_in_the_editor_and_marked_if_it_is_wrong(open_inbox, source, tmp_path):
    """What is typed there reaches nothing of ours; a wrong answer is refused, a right one sent."""
    (tmp_path / "editor.py").write_text(EDITOR)
    command = f"{sys.executable} {tmp_path / 'editor.py'}"
    terminal = open_inbox(source, env={"EDITOR": command})
    open_answer(terminal, "age-1")
    fill(terminal, "7", "sends  7")
    press_once(terminal, "ctrl+g", "THE EDITOR SHOWS 7")
    terminal.press('"aqyj"', "enter")
    terminal.wait_for("The answer as JSON", '"aqyj"', "cannot send")
    press_once(terminal, "ctrl+g", 'THE EDITOR SHOWS "aqyj"')
    terminal.press("42", "enter")
    terminal.wait_for("sends  42")
    assert "must be a whole number" not in terminal.text
    terminal.press_for("ctrl+s", "finished")
    leave(terminal)
    assert shown(source, "age-1")["values"]["human_value"] == 42
