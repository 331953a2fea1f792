"""The pieces of a stored head as plain values; each raises Unreadable if it is damaged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hitl_tui.backends.decode import MAX_DEPTH, Unreadable, decode, plain, unpack
from hitl_tui.backends.tables import Channel, Head, Write
from hitl_tui.backends.tasks import SENDS, is_internal

_PARTS = ("channel_values", "channel_versions", "versions_seen")


def checkpoint(head: Head) -> Mapping[str, Any]:
    """The checkpoint, with its channels' values and versions; values are not made plain yet."""
    found = unpack(head.kind, head.checkpoint)
    if not isinstance(found, dict) or not all(map(_is_record, map(found.get, _PARTS))):
        raise Unreadable("The checkpoint is damaged.")
    if not head.channels and not head.sends:
        return found
    beside = {each.name: _beside(each) for each in head.channels}
    if head.sends:
        beside[SENDS] = [unpack(kind, value) for kind, value in head.sends]
    return {**found, "channel_values": {**found["channel_values"], **beside}}


def _beside(channel: Channel) -> Any:
    """What schedules is read at once; the rest when it is shown, and then by itself."""
    return unpack(channel.kind, channel.value) if is_internal(channel.name) else channel


def _is_record(part: Any) -> bool:
    return isinstance(part, dict) and set(map(type, part)) <= {str}


def values(checkpoint: Mapping[str, Any]) -> dict[str, Any]:
    """The state's values without the channels that schedule; one that is too deep says so."""
    channels = checkpoint.get("channel_values", {})
    return {key: _value(item) for key, item in channels.items() if not is_internal(key)}


def _value(item: Any) -> Any:
    try:
        return decode(item.kind, item.value) if isinstance(item, Channel) else plain(item)
    except Unreadable as error:
        return {"__type__": "unreadable", "reason": error.message}


def metadata(stored: bytes | None) -> Mapping[str, Any]:
    """The checkpoint's metadata, which LangGraph stores as JSON."""
    if stored is None:
        return {}
    try:
        found = json.loads(stored)
        if stored.count(b"[") + stored.count(b"{") > MAX_DEPTH:
            found = plain(found)  # which refuses what is nested too deep; else it changes nothing
    except (ValueError, RecursionError) as error:
        raise Unreadable("The metadata is damaged.") from error
    if not isinstance(found, dict):
        raise Unreadable("The metadata is damaged.")
    return found


def step(metadata: Mapping[str, Any]) -> int:
    """The number of the step that comes next; task ids count on it."""
    last = metadata.get("step", -1)
    return last + 1 if isinstance(last, int) else 0


def error(row: Write) -> str:
    """What a failed task left: the exception's `repr`."""
    found = decode(row.kind, row.value)
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)


def timestamp(text: Any) -> datetime | None:
    """The time in a checkpoint's own words, for ids that hold none."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
