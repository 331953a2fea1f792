"""Messages of a state as a conversation, whatever shape the checkpoint kept them in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from textual.content import Content

from hitl_tui.tui.content.prose import ALL, prose
from hitl_tui.tui.content.values import facts
from hitl_tui.tui.safe import styled

MAX_MESSAGES = 40

_ROLES = {"human": "user", "ai": "assistant", "user": "user", "assistant": "assistant"}


def is_conversation(value: Any) -> bool:
    """Whether a value is a list of messages."""
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and bool(value)
        and all(isinstance(m, Mapping) and "content" in m and _role(m) for m in value)
    )


def conversation(messages: Sequence[Mapping[str, Any]]) -> Iterator[Content]:
    """The last messages, oldest first, each under the name of who said it."""
    left_out = len(messages) - MAX_MESSAGES
    if left_out > 0:
        yield styled((f"… {left_out} earlier messages {ALL}", "$foreground-muted italic"))
    for message in messages[-MAX_MESSAGES:]:
        yield _head(message)
        yield from _body(message)
        yield Content("")


def _head(message: Mapping[str, Any]) -> Content:
    name = message.get("name")
    return styled(
        (_role(message), "bold $text-primary"), (f" {name}" if name else "", "$foreground-muted")
    )


def _body(message: Mapping[str, Any]) -> Iterator[Content]:
    text = _text(message["content"])
    if text:
        yield from (Content.assemble("  ", line) for line in prose(text))
    for call in _calls(message):
        yield styled("  → ", (str(call.get("name", "?")), "bold"))
        arguments = call.get("args")
        if isinstance(arguments, Mapping):
            yield from (Content.assemble("      ", line) for line in facts(arguments))


def _role(message: Mapping[str, Any]) -> str:
    kind = message.get("type") or message.get("role")
    if not isinstance(kind, str):
        kind = str(message.get("__type__", "")).rpartition(".")[2].removesuffix("Message").lower()
    return _ROLES.get(kind, kind)


def _calls(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    calls = message.get("tool_calls")
    if not isinstance(calls, Sequence) or isinstance(calls, str):
        return []
    return [call for call in calls if isinstance(call, Mapping)]


def _text(content: Any) -> str:
    """A message's text: the content itself, or the texts of its blocks."""
    if isinstance(content, str):
        return content
    if not isinstance(content, Sequence):
        return str(content)
    blocks = (b if isinstance(b, str) else _block(b) for b in content)
    return "\n".join(block for block in blocks if block)


def _block(block: Any) -> str:
    if not isinstance(block, Mapping):
        return str(block)
    if isinstance(block.get("text"), str):
        return str(block["text"])
    return f"[{block.get('type', 'block')}]"
