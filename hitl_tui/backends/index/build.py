"""Builds an index from start to end, whatever stands in its place."""

from __future__ import annotations

from collections.abc import Callable

from hitl_tui.backends.index.garbage import collecting_rarely
from hitl_tui.backends.index.place import Place
from hitl_tui.backends.index.source import AnyKeeper
from hitl_tui.backends.index.store import Store, Unavailable


def build(
    place: Place,
    store: Store,
    keeper: AnyKeeper,
    told: Callable[[int], None] = lambda batches: None,
) -> bool:
    """Make the index right; False if another program is at it.

    One that is damaged is thrown away first. Raises Unavailable, OSError and SourceError.
    """
    place.make()
    with place.alone() as alone:
        if not alone:
            return False
        with collecting_rarely():
            try:
                keeper.build(told)
            except Unavailable as error:
                if not error.is_damage:
                    raise
                store.let_go()
                place.remove()
                place.make()
                keeper.build(told)
    return True
