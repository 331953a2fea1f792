"""What the types that LangGraph stores become as plain values.

A type with one obvious spelling becomes that text (a UUID, a date), a collection becomes a list,
and everything else a mapping of its fields with "__type__" naming it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

_ADDRESSES = ("Address", "Interface", "Network")
_TEXT = frozenset(
    {
        "decimal.Decimal",
        "zoneinfo.ZoneInfo",
        "datetime.datetime",
        *(f"ipaddress.IPv{version}{kind}" for version in (4, 6) for kind in _ADDRESSES),
    }
)
_LISTS = frozenset({"builtins.set", "builtins.frozenset", "builtins.tuple", "collections.deque"})
_SECRETS = frozenset({"SecretStr", "SecretBytes"})


def construct(module: str, name: str, arguments: Any) -> Any:
    """The plain form of `module.name` made from `arguments`: one value, a list, or fields."""
    kind = f"{module}.{name}"
    if kind in _TEXT and isinstance(arguments, str):
        return arguments
    if kind in _LISTS and isinstance(arguments, (list, tuple)):
        return list(arguments)
    if name in _SECRETS:
        return {"__type__": kind, "value": "**********"}
    if spell := _SPELLED.get(kind):
        spelled = spell(arguments)
        if spelled is not None:
            return spelled
    if module == "pathlib" and _texts(arguments):
        return _path(arguments)
    return fields(kind, arguments)


def fields(kind: str, arguments: Any) -> dict[Any, Any]:
    """A mapping that names the type; "__type__" itself is always ours, whatever the blob says."""
    if isinstance(arguments, dict):
        return {"__type__": kind} | arguments | {"__type__": kind}
    return {"__type__": kind, "value": arguments}


def bytes_value(data: bytes) -> dict[str, Any]:
    """Bytes, which JSON lacks, in base64."""
    return {"__type__": "builtins.bytes", "base64": base64.b64encode(data).decode("ascii")}


def snapshot(value: Any) -> dict[str, Any]:
    """A delta channel's snapshot: later writes belong to it, and only the graph can add them."""
    return {"__type__": "langgraph.DeltaSnapshot", "incomplete": True, "value": value}


def hyphened(digits: str) -> str:
    """A UUID's 32 digits as people write them."""
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))


def _uuid(arguments: Any) -> str | None:
    if not isinstance(arguments, str) or len(arguments) != 32:
        return None
    return hyphened(arguments)


def _date(arguments: Any) -> str | None:
    if not _integers(arguments, 3):
        return None
    year, month, day = arguments
    return f"{year:04d}-{month:02d}-{day:02d}"


def _time(arguments: Any) -> str | None:
    """A time of day; one with a zone keeps all its fields instead."""
    if not isinstance(arguments, dict) or arguments.get("tzinfo") is not None:
        return None
    parts = [arguments.get(key) for key in ("hour", "minute", "second", "microsecond")]
    if not _integers(parts, 4):
        return None
    hour, minute, second, micro = parts
    return f"{hour:02d}:{minute:02d}:{second:02d}" + (f".{micro:06d}" if micro else "")


def _timedelta(arguments: Any) -> dict[str, Any] | None:
    if not _integers(arguments, 3):
        return None
    names = ("days", "seconds", "microseconds")
    return fields("datetime.timedelta", dict(zip(names, arguments, strict=True)))


def _pattern(arguments: Any) -> dict[str, Any] | None:
    if not isinstance(arguments, list) or len(arguments) != 2:
        return None
    return fields("re.Pattern", {"pattern": arguments[0], "flags": arguments[1]})


def _send(arguments: Any) -> dict[str, Any] | None:
    if not isinstance(arguments, list) or len(arguments) < 2:
        return None
    return fields("langgraph.types.Send", {"node": arguments[0], "arg": arguments[1]})


def _path(parts: list[str]) -> str:
    """A path's parts as the path: "/" or a drive comes first and ends in its own separator."""
    if parts and parts[0][-1:] in {"/", "\\"}:
        return parts[0] + parts[0][-1].join(parts[1:])
    return "/".join(parts) or "."


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def _integers(value: Any, count: int) -> bool:
    return isinstance(value, list) and len(value) == count and all(type(i) is int for i in value)


_SPELLED: dict[str, Callable[[Any], Any]] = {
    "uuid.UUID": _uuid,
    "datetime.date": _date,
    "datetime.time": _time,
    "datetime.timedelta": _timedelta,
    "re.compile": _pattern,
    "langgraph.types.Send": _send,
}
