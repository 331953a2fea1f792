"""A thread's state for the context pane: messages as a conversation, values, metadata."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from textual.content import Content

from hitl_tui.model.threads import Thread
from hitl_tui.tui.content.conversation import conversation, is_conversation
from hitl_tui.tui.content.values import facts
from hitl_tui.tui.safe import styled


def context(thread: Thread) -> Content:
    """The state's values and what is known about the thread."""
    return Content("\n").join(list(_lines(thread)))


def _lines(thread: Thread) -> Iterator[Content]:
    talks = {key: value for key, value in thread.values.items() if is_conversation(value)}
    rest = {key: value for key, value in thread.values.items() if key not in talks}
    for key, messages in talks.items():
        yield styled((str(key), "$foreground-muted"))
        yield from conversation(messages)
    if rest or not talks:
        yield from _section("state", rest)
        yield Content("")
    yield from _section("thread", _about(thread))
    if thread.metadata:
        yield Content("")
        yield from _section("metadata", thread.metadata)


def _section(title: str, values: Mapping[str, Any]) -> Iterator[Content]:
    yield styled((title, "$foreground-muted"))
    if not values:
        yield styled(("  empty", "$foreground-muted italic"))
    yield from (Content.assemble("  ", line) for line in facts(values))


def _about(thread: Thread) -> dict[str, Any]:
    times = {"waiting since": thread.waiting_since, "updated": thread.updated_at}
    return {
        "thread": thread.thread_id,
        "graph": thread.graph_id,
        "checkpoint": thread.checkpoint_id,
        **{name: time.isoformat(" ", "seconds") for name, time in times.items() if time},
    }
