"""The head of the request: title, state, graph and node, waiting time, which of how many."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from hitl_tui.text import identity
from hitl_tui.tui.content.noted import noted
from hitl_tui.tui.look import GLYPHS, ago, colour
from hitl_tui.tui.safe import styled

if TYPE_CHECKING:
    from hitl_tui.opened import OpenThread

_MUTED = "$foreground-muted"


def heading(opened: OpenThread, index: int, now: datetime) -> Content:
    """Two lines, what is asked and where it stands, and a third for what was noted on it."""
    thread = opened.thread
    question = opened.questions[index] if opened.questions else None
    title = question.title if question else identity(thread.thread_id)
    sign = (f"{GLYPHS[thread.state]} ", colour(thread.state))
    waited = ago(thread.waiting_since, now)
    parts = [
        " › ".join(path_to(opened, index)),
        f"waiting {waited}" if waited else thread.state.label,
        identity(thread.thread_id) if question else "",
        _which(opened, index),
    ]
    about = " · ".join(part for part in parts if part)
    lines = [styled(sign, (title, "bold")), styled((f"  {about}", _MUTED))]
    return Content("\n").join([*lines, *noted(opened.mark, now)])


def path_to(opened: OpenThread, index: int) -> list[str]:
    """Graph, then the nodes that lead to the question, outermost first."""
    path = [opened.thread.graph_id or ""]
    if opened.questions:
        interrupt = opened.questions[index].interrupt
        path += [namespace.partition(":")[0] for namespace in interrupt.asked_by]
        if interrupt.node and interrupt.node != path[-1]:
            path.append(interrupt.node)
    return [part for part in path if part]


def _which(opened: OpenThread, index: int) -> str:
    count = len(opened.questions)
    return f"question {index + 1} of {count}" if count > 1 else ""
