"""Which tasks a checkpoint's next step has, told without the graph's code.

LangGraph runs a node when a channel that triggers it is newer than what the node has seen. A
compiled graph names those channels after the node ("branch:to:NODE", "join:A+B:NODE"), so the
stored channels tell which nodes are due. What only the code knows is left out: the order of the
nodes, and the triggers of graphs that were built by hand from Pregel's parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hitl_tui.backends.plain import hyphened

PULL, PUSH, START, SENDS = "__pregel_pull", "__pregel_push", "__start__", "__pregel_tasks"
_HANDLER = f", node_error_handler, {False:010d}"  # ends the path of a failed node's error handler


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the next step: its node, and the path and the id that its writes carry."""

    node: str
    path: str
    id: str


def due(checkpoint: Mapping[str, Any], step: int) -> tuple[Task, ...]:
    """The tasks of the step: Sends in their order, then nodes by name, finished or not."""
    if not _may_have_tasks(checkpoint):
        return ()
    identify = _Ids(checkpoint, step)
    sends = [
        Task(node, push_path(index), identify(node, PUSH, str(index)))
        for index, node in enumerate(_sent(checkpoint))
    ]
    triggers = _triggers(checkpoint)
    pulls = [
        Task(node, f"~{PULL}, {node}", identify(node, PULL, *sorted(channels)))
        for node, channels in sorted(triggers.items())
        if any(_fires(checkpoint, node, channel) for channel in channels)
    ]
    return (*sends, *pulls)


def _may_have_tasks(checkpoint: Mapping[str, Any]) -> bool:
    """Whether any stored channel schedules; most threads of a list are done, and have none."""
    values = _mapping(checkpoint, "channel_values")
    return bool(checkpoint.get("pending_sends")) or any(map(is_internal, values))


def node_of(path: str) -> str:
    """The node that a stored task path names; "" for Sends, calls and rows without a path."""
    head, _, node = path.partition(", ")
    return node.removesuffix(_HANDLER) if head == f"~{PULL}" else ""


def is_handler(path: str) -> bool:
    """Whether a stored task path is that of a failed node's error handler."""
    return path.endswith(_HANDLER)


def push_path(index: int) -> str:
    """The path under which the task of the checkpoint's Send number `index` writes."""
    return f"~{PUSH}, {index:010d}, {False:010d}"


@lru_cache(maxsize=4096)
def is_internal(channel: str) -> bool:
    """Whether a channel schedules tasks rather than holding the graph's state."""
    return channel in {START, SENDS} or channel.startswith(("branch:", "join:", "start:"))


class _Ids:
    """Makes the ids that LangGraph gives tasks: a hash of checkpoint, node, step and triggers."""

    def __init__(self, checkpoint: Mapping[str, Any], step: int) -> None:
        text = str(checkpoint.get("id", "")).replace("-", "")
        try:
            self._seed = bytes.fromhex(text)
        except ValueError:
            self._seed = b""
        self._step = str(step)
        version = checkpoint.get("v")
        self._old = not (isinstance(version, int) and version > 1)

    def __call__(self, node: str, kind: str, *parts: str) -> str:
        joined = "".join((node, self._step, node, kind, *parts)).encode("utf-8", "replace")
        return hyphened(_hash(self._seed + joined, old=self._old))


def _hash(data: bytes, *, old: bool) -> str:
    if old:
        from hashlib import sha1

        return sha1(data, usedforsecurity=False).hexdigest()
    from xxhash import xxh3_128_hexdigest

    return xxh3_128_hexdigest(data)


def _triggers(checkpoint: Mapping[str, Any]) -> dict[str, set[str]]:
    """The known triggers of every node that a channel names."""
    found: dict[str, set[str]] = {}
    for channel in _mapping(checkpoint, "channel_versions"):
        for node in _entries(checkpoint) if channel == START else _triggered(channel):
            found.setdefault(node, set()).add(channel)
    return found


@lru_cache(maxsize=4096)
def _triggered(channel: str) -> tuple[str, ...]:
    """The node that a channel's name says it triggers, if it does."""
    if channel.startswith("branch:to:"):
        return (channel.removeprefix("branch:to:"),)
    if channel.startswith("join:") and channel.count(":") == 2:
        return (channel.rpartition(":")[2],)
    if channel.startswith("start:") or (channel.startswith("branch:") and channel.count(":") == 3):
        return (channel.rpartition(":")[2],)  # as checkpoints before version 3 named them
    return ()


def _entries(checkpoint: Mapping[str, Any]) -> list[str]:
    """Who reads the input: a graph's own "__start__", or an entrypoint that has run before."""
    seen = _mapping(checkpoint, "versions_seen")
    names = [node for node, versions in seen.items() if _has(versions, START)]
    return [name for name in names if name not in {"__interrupt__", "__input__"}] or [START]


def _fires(checkpoint: Mapping[str, Any], node: str, channel: str) -> bool:
    values = _mapping(checkpoint, "channel_values")
    if channel not in values or not _available(channel, values[channel]):
        return False
    seen = _mapping(checkpoint, "versions_seen").get(node)
    if not isinstance(seen, dict) or channel not in seen:
        return True
    version = _mapping(checkpoint, "channel_versions")[channel]
    try:
        return bool(version > seen[channel])
    except TypeError:
        return True


def _available(channel: str, value: Any) -> bool:
    """Whether a stored channel can trigger; deferred ones are a pair that ends in "finished"."""
    if channel == START:
        return True
    if isinstance(value, list) and len(value) == 2 and isinstance(value[1], bool):
        return value[1] and _available(channel, value[0])
    if channel.startswith("join:"):
        names = channel.removeprefix("join:").rpartition(":")[0]
        return isinstance(value, list) and len("+".join(map(str, value))) == len(names)
    return True


def _sent(checkpoint: Mapping[str, Any]) -> list[str]:
    """The nodes of the Sends that wait, in their order, which their tasks' ids count."""
    sends = _mapping(checkpoint, "channel_values").get(SENDS) or checkpoint.get("pending_sends")
    if isinstance(sends, list) and len(sends) == 2 and isinstance(sends[1], list):
        sends = sends[1]
    if not isinstance(sends, list):
        return []
    return [str(send.get("node", "")) for send in sends if isinstance(send, dict)]


def _mapping(checkpoint: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = checkpoint.get(key)
    return value if isinstance(value, dict) else {}


def _has(versions: Any, channel: str) -> bool:
    return isinstance(versions, dict) and channel in versions
