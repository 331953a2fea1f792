"""What is loaded is left out of collections: a full one would hold a key up."""

import subprocess
import sys

CODE = """
import gc, sys
from hitl_tui.cli import unhurried

unhurried.take_short_turns()
unhurried.leave_out_what_is_loaded()
print(gc.get_freeze_count() > 1_000, sys.getswitchinterval() < 0.005, gc.get_threshold()[0] > 700)
"""


def test_collections_pass_over_what_is_loaded_and_threads_take_short_turns():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True"]
