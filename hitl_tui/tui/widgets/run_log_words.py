"""What the log says about each event: its sign, its style, and its text, still untrusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from hitl_tui.model.runs import EventType, RunEvent
from hitl_tui.tui.widgets.brief import brief

SIGNS: Final = {
    "update": "=",
    "custom": "~",
    "token": "»",
    "output": ">",
    "log": "i",
    "warning": "!",
    "interrupt": "?",
    "error": "x",
    "trace": "|",
    "end": "■",
    "failed": "■",
    "dropped": "…",
}
"""Each style's sign: colour is never the only one. The styles are the log's component classes."""

_LOUD = ("WARN", "WARNING")
_WRONG = ("ERROR", "CRITICAL", "FATAL")
_WELL = ("finished", "paused")


def style_of(event: RunEvent) -> str:
    """The style of an event's lines, a key of `SIGNS`."""
    if event.type is EventType.LOG:
        level = str(event.data.get("level", "")).upper()
        return "warning" if level in _LOUD else "error" if level in _WRONG else "log"
    if event.type is EventType.END:
        return "end" if event.data.get("outcome") in _WELL else "failed"
    return event.type.value


def text_of(event: RunEvent) -> str:
    """What an event's lines say, split by newlines; raw, and bounded unless the graph wrote it."""
    return _TEXTS[event.type](event.data)


def _update(data: Mapping[str, Any]) -> str:
    update = data.get("update")
    node = str(data.get("node", ""))
    return node if update is None else f"{node}: {brief(update)}"


def _log(data: Mapping[str, Any]) -> str:
    head = " ".join(str(data[key]) for key in ("level", "logger") if data.get(key))
    return f"{head}: {data.get('message', '')}"


def _interrupt(data: Mapping[str, Any]) -> str:
    return f"{data.get('node') or 'the graph'} asks: {brief(data.get('value'))}"


def _error(data: Mapping[str, Any]) -> str:
    head = ": ".join(str(data[key]) for key in ("title", "message") if data.get(key))
    trace = data.get("traceback") or ""
    lines = trace if isinstance(trace, str) else "\n".join(str(frame).rstrip() for frame in trace)
    return f"{head}\n{lines}".rstrip()


def _end(data: Mapping[str, Any]) -> str:
    return ": ".join(str(data[key]) for key in ("outcome", "reason") if data.get(key))


_TEXTS: Final[Mapping[EventType, Callable[[Mapping[str, Any]], str]]] = {
    EventType.UPDATE: _update,
    EventType.CUSTOM: lambda data: brief(data.get("data")),
    EventType.TOKEN: lambda data: str(data.get("text", "")),
    EventType.OUTPUT: lambda data: str(data.get("text", "")),
    EventType.LOG: _log,
    EventType.INTERRUPT: _interrupt,
    EventType.ERROR: _error,
    EventType.END: _end,
}
