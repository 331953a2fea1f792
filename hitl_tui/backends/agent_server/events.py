"""What a server streams of a run becomes our events; bounded, and nothing of it is trusted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hitl_tui.backends.agent_server.reading import made_plain
from hitl_tui.model.runs import EventType, RunEvent

if TYPE_CHECKING:
    from langgraph_sdk.schema import StreamPart

MODES = ("updates", "custom", "messages-tuple")
"""What a run is asked to stream."""

_MOST = 64_000  # characters of an event's value
_PIECES = frozenset({"AIMessageChunk", "ai", "AIMessage"})


def told(part: StreamPart, thread_id: str, run_id: str) -> Iterator[RunEvent]:
    """The events that one part of a stream makes: none, one, or one for each node."""
    (kind, *namespace), data = part.event.split("|"), part.data
    found: Iterator[tuple[EventType, dict[str, Any]]] = iter(())
    if kind == "updates":
        found = _updates(data, namespace)
    elif kind == "custom":
        found = iter([(EventType.CUSTOM, {"data": bounded(data)})])
    elif kind == "messages":
        found = _tokens(data)
    elif kind == "metadata":
        found = _attempts(data)
    for event, content in found:
        yield RunEvent(event, thread_id, content, run_id=run_id)


def bounded(value: Any) -> Any:
    """The value, or the beginning of its text where it is too long or too deep to be shown."""
    try:
        found = made_plain(value)
        text = json.dumps(found, ensure_ascii=False)
    except ValueError as error:
        return f"… what cannot be shown: {error}"
    left = len(text) - _MOST
    return found if left <= 0 else f"{text[:_MOST]}… {left:,} characters more"


def _updates(data: Any, namespace: list[str]) -> Iterator[tuple[EventType, dict[str, Any]]]:
    """What each node wrote; questions are told at the end, from the thread itself."""
    where = {"namespace": namespace} if namespace else {}
    for node, update in data.items() if isinstance(data, dict) else ():
        if not str(node).startswith("__"):
            yield EventType.UPDATE, {"node": str(node), "update": bounded(update), **where}


def _tokens(data: Any) -> Iterator[tuple[EventType, dict[str, Any]]]:
    """A piece of a model's message."""
    if not isinstance(data, list) or not data or not isinstance(data[0], dict):
        return
    message, about = data[0], data[1] if len(data) > 1 else None
    text = _text(message.get("content"))
    if text and message.get("type") in _PIECES:
        node = about.get("langgraph_node") if isinstance(about, dict) else None
        yield EventType.TOKEN, {"node": str(node or ""), "text": text[:_MOST]}


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else ()
    texts = [part.get("text") for part in parts if isinstance(part, dict)]
    return "".join(text for text in texts if isinstance(text, str))


def _attempts(data: Any) -> Iterator[tuple[EventType, dict[str, Any]]]:
    """That the server began a run again, after it lost the worker that had it."""
    number = data.get("attempt") if isinstance(data, Mapping) else None
    if isinstance(number, int) and number > 1:
        message = f"The server begins this run again: attempt {number}."
        yield EventType.LOG, {"level": "WARNING", "logger": "server", "message": message}
