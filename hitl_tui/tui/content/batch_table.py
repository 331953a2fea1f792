"""What a batch sends to each thread, how each ended, and who is left out, as content."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from textual.content import Content

from hitl_tui.batching import Excluded
from hitl_tui.model.batches import Member
from hitl_tui.text import identity
from hitl_tui.tui.safe import styled

_THREAD = 20
_LONG = 400  # characters of a value, or a reason, that a line could show


def table(
    members: Sequence[Member],
    excluded: Sequence[Excluded],
    told: Mapping[str, Member],
    shown: Callable[[Any], Any],
) -> Content:
    """A line for each thread; `told` are the members, by thread, that came to an end.

    `shown` makes of an answer what may be shown of it.
    """
    lines = [_member(each, told.get(each.thread_id), shown) for each in members]
    lines += [_line(out.thread_id, "left out", "$text-warning", out.reason) for out in excluded]
    return Content("\n").join(lines)


def _member(member: Member, ended: Member | None, shown: Callable[[Any], Any]) -> Content:
    if ended is None:
        value = json.dumps(shown(member.value), ensure_ascii=False, default=str)
        return _line(member.thread_id, "sends", "$text-accent", value)
    word = "running" if ended.running else ended.outcome.value if ended.outcome else "waiting"
    colour = "$text-error" if ended.failed else "$text-success"
    return _line(member.thread_id, word.replace("_", " "), colour, ended.reason)


def _line(thread_id: str, word: str, colour: str, told: str) -> Content:
    name = identity(thread_id)
    cut = name if len(name) <= _THREAD else name[: _THREAD - 1] + "…"
    return styled(f"{cut:<{_THREAD}} ", (f"{word:<9} ", colour), told[:_LONG], _rest(told))


def _rest(told: str) -> Content:
    more = len(told) - _LONG
    return styled((f"… {more:,} more characters" if more > 0 else "", "$text-warning"))
