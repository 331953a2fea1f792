"""Several threads at a time, where a source has no quicker way than one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from hitl_tui.errors import ThreadNotFound

if TYPE_CHECKING:
    from hitl_tui.model.threads import Thread


def one_by_one(read: Callable[[str], Thread], thread_ids: Sequence[str]) -> Mapping[str, Thread]:
    """By id what `read` gives; those that are not there are left out."""
    found = {}
    for thread_id in thread_ids:
        with suppress(ThreadNotFound):
            found[thread_id] = read(thread_id)
    return found
