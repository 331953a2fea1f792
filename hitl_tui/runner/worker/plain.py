"""Any value made plain JSON of bounded size: what a frame can carry."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import enum
import math
from collections.abc import Iterable, Mapping, Set
from typing import Any

MOST = 64_000  # characters of an event's value, about
_DEEPEST = 40
_LONGEST_INT = 4_000  # bits; longer ones cannot be printed in decimal by default


def plain(value: Any, most: int = MOST) -> Any:
    """`value` as None, bool, int, float, str, list and dict with str keys, and nothing else.

    What JSON cannot hold becomes a mapping with `__type__`, or its text. About `most` characters
    are kept; where something was left out a mark says how much. Never raises for a value's sake.
    """
    return _Plain(most).of(value, 0)


class _Plain:
    """One conversion: what may still be kept, and the way down to guard against cycles."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._above: set[int] = set()

    def of(self, value: Any, depth: int) -> Any:
        """The plain value of a part that stands `depth` levels deep."""
        self._left -= 8
        if value is None or isinstance(value, bool | str | int | float):
            return self._scalar(value)
        if depth > _DEEPEST or id(value) in self._above:
            return f"… {_type_name(value)}, nested too deep"
        self._above.add(id(value))
        try:
            return self._compound(value, depth + 1)
        except Exception as error:  # noqa: BLE001 - a value's own code may raise anything
            return f"<{_type_name(value)} that cannot be shown: {type(error).__name__}>"
        finally:
            self._above.discard(id(value))

    def _scalar(self, value: Any) -> Any:
        """Subclasses become the plain type, so that no code of theirs runs later."""
        if isinstance(value, str):
            return self._text(str.__str__(value))
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else str(float(value))
        if value is None or isinstance(value, bool):
            return value
        return int(value) if value.bit_length() < _LONGEST_INT else self._text(hex(value))

    def _compound(self, value: Any, depth: int) -> Any:
        if isinstance(value, Mapping):
            return self._mapping(value.items(), len(value), depth)
        if isinstance(value, list | tuple | Set):
            return self._items(value, len(value), depth)
        if isinstance(value, bytes | bytearray | memoryview):
            text = base64.b64encode(value[: max(self._left, 0)]).decode("ascii")
            return {"__type__": "builtins.bytes", "base64": self._text(text)}
        if (fields := _fields(value)) is not None:
            shown = {"__type__": _type_name(value)}
            return shown | self._mapping(fields.items(), len(fields), depth)
        return self._other(value, depth)

    def _other(self, value: Any, depth: int) -> Any:
        """What has no parts: an enum's member, a time, or whatever it says of itself."""
        if isinstance(value, enum.Enum):
            return self.of(value.value, depth)
        is_time = isinstance(value, datetime.date | datetime.time)
        return self._text(value.isoformat() if is_time else str(value))

    def _text(self, text: str) -> str:
        room = max(self._left, 0)
        self._left -= len(text)
        if len(text) <= room:
            return text
        return f"{text[:room]}… ({len(text) - room:,} more characters)"

    def _items(self, values: Iterable[Any], length: int, depth: int) -> list[Any]:
        kept: list[Any] = []
        for value in values:
            if self._left <= 0:
                kept.append(f"… ({length - len(kept):,} more items)")
                break
            kept.append(self.of(value, depth))
        return kept

    def _mapping(self, items: Iterable[tuple[Any, Any]], length: int, depth: int) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for key, value in items:
            if self._left <= 0:
                kept["…"] = f"{length - len(kept):,} more keys"
                break
            name = self._text(key if isinstance(key, str) else str(key))
            kept[name] = self.of(value, depth)
        return kept


def _fields(value: Any) -> dict[str, Any] | None:
    """The named parts of an exception, a Pydantic model, a message or a dataclass."""
    if isinstance(value, BaseException):
        return {"message": str(value)}
    if isinstance(value, type):
        return None
    if isinstance(names := getattr(type(value), "model_fields", None), dict):
        return {name: getattr(value, name, None) for name in names}
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name, None) for field in dataclasses.fields(value)}
    return None


def _type_name(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"
