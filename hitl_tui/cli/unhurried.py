"""Keys first: what the interpreter does beside them is done in short turns, and seldom.

Python looks through all objects for garbage every few seconds while screens are drawn. What is
loaded stays as long as the app does, and looking through it takes 50 to 80 ms: a key would wait.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

TURN = 0.001
"""Seconds for which a thread that reads keeps the interpreter at most while a key waits for it."""

SELDOM = (10_000, 10, 10)
"""How many new objects bring a collection on: fourteen times Python's own, drawing makes many."""

FRAMES = 500
"""How many times a second the screen may be drawn. The log, say, was drawn just before a key was
struck: Textual then lets one to two times its sixtieth of a second pass, several times as long as
the key takes. What changes of itself has rates of its own, so no more is drawn than at sixty.
"""

LOADED = 5.0
"""Seconds after which also what the first thread on screen needs is loaded."""


def take_short_turns() -> None:
    """Have threads hand the interpreter over soon, and collections come seldom."""
    sys.setswitchinterval(TURN)
    gc.set_threshold(*SELDOM)


@contextmanager
def drawing_soon() -> Iterator[None]:
    """Textual, which is loaded meanwhile, draws soon again after it has drawn.

    It asks the environment (`textual.constants.MAX_FPS`), which we leave as it was: whoever sets
    it, for a slow line, has their way, and the programs we start are not told.
    """
    name = "TEXTUAL_FPS"
    if name in os.environ:
        yield
        return
    os.environ[name] = str(FRAMES)
    try:
        yield
    finally:
        del os.environ[name]


def leave_out_what_is_loaded() -> None:
    """Have collections pass over what there is now, and over what there is once all is loaded."""
    gc.freeze()
    later = Timer(LOADED, gc.freeze)
    later.daemon = True
    later.start()
