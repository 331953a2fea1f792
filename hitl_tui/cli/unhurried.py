"""Keys first: what the interpreter does beside them is done in short turns, and seldom.

Python looks through all objects for garbage every few seconds while screens are drawn. What is
loaded stays as long as the app does, and looking through it takes 50 to 80 ms: a key would wait.
"""

from __future__ import annotations

import gc
import sys
from threading import Timer

TURN = 0.001
"""Seconds for which a thread that reads keeps the interpreter at most while a key waits for it."""

SELDOM = (10_000, 10, 10)
"""How many new objects bring a collection on: fourteen times Python's own, drawing makes many."""

LOADED = 5.0
"""Seconds after which also what the first thread on screen needs is loaded."""


def take_short_turns() -> None:
    """Have threads hand the interpreter over soon, and collections come seldom."""
    sys.setswitchinterval(TURN)
    gc.set_threshold(*SELDOM)


def leave_out_what_is_loaded() -> None:
    """Have collections pass over what there is now, and over what there is once all is loaded."""
    gc.freeze()
    later = Timer(LOADED, gc.freeze)
    later.daemon = True
    later.start()
