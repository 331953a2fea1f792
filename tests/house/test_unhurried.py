"""What is loaded is left out of collections, and the screen drawn soon: no key is held up."""

import os
import subprocess
import sys

import pytest

CODE = """
import gc, sys
from hitl_tui.cli import unhurried

unhurried.take_short_turns()
unhurried.leave_out_what_is_loaded()
print(gc.get_freeze_count() > 1_000, sys.getswitchinterval() < 0.005, gc.get_threshold()[0] > 700)
"""

FRAMES = """
import os
from hitl_tui.cli import unhurried

with unhurried.drawing_soon():
    from textual import constants, screen
print(constants.MAX_FPS, round(1 / screen.UPDATE_PERIOD), os.environ.get("TEXTUAL_FPS"))
"""


@pytest.mark.parametrize(
    ("set_by_the_operator", "told"), [({}, "500 500 None"), ({"TEXTUAL_FPS": "30"}, "30 30 30")]
)
def test_a_key_is_drawn_soon_after_something_else_was(set_by_the_operator, told):
    """As Textual reads it, and its screen; neither the app nor what it starts is left with it."""
    env = {"PATH": os.environ["PATH"], **set_by_the_operator}
    command = [sys.executable, "-c", FRAMES]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    assert done.stdout.strip() == told


def test_collections_pass_over_what_is_loaded_and_threads_take_short_turns():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True"]
