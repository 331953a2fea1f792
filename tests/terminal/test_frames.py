"""What a test sees of a terminal: whole frames, as a person does."""

import sys

import pytest

from tests.terminal.frames import ANSWER, ASKED, Frames
from tests.terminal.terminal import Terminal

BEGIN, END = b"\x1b[?2026h", b"\x1b[?2026l"
DRAWS = f"""
import os, tty
tty.setraw(0)
os.write(1, {ASKED!r})
assert os.read(0, 99) == {ANSWER.encode()!r}
os.write(1, {BEGIN!r} + b"one")
os.read(0, 1)
os.write(1, b" and two" + {END!r} + b"\\r\\nafter")
os.read(0, 1)
"""


def test_half_a_frame_is_not_on_the_screen():
    terminal = Terminal(sys.executable, "-c", DRAWS)
    terminal.until(lambda: b"one" in terminal.raw)
    assert "one" not in terminal.text
    terminal.press("space")
    terminal.wait_for("one and two", "after")
    terminal.press("space")
    assert terminal.wait_closed() == 0


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 100])
def test_frames_come_whole_however_they_are_cut(size):
    sent = b"a" + BEGIN + b"b" + END + b"c" + BEGIN + b"d\x1b[1mD" + END + b"e"
    frames, drawn = Frames(), []
    for start in range(0, len(sent), size):
        drawn.append(frames.whole(sent[start : start + size]))
    assert b"".join(drawn) == sent
    for part in drawn:
        assert part.count(BEGIN) == part.count(END)


@pytest.mark.parametrize("size", [1, 5, 100])
def test_the_question_is_heard_once_however_it_is_cut(size):
    sent, frames = b"x" * 9 + ASKED + b"y" * 9, Frames()
    heard = [frames.asks(sent[start : start + size]) for start in range(0, len(sent), size)]
    assert heard.count(True) == 1
