"""How often Python looks for garbage while an index is built."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 100_000  # that come to be between two looks for cycles


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """What a build makes is freed by counting alone: looking for cycles takes a tenth of it."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
