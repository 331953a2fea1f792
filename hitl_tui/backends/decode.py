"""Bytes of a checkpointer become plain values; nothing that a blob names is imported or called.

LangGraph's serializer stores a value as `(type, bytes)`. Its own reader calls whatever callable a
blob names; this one keeps the name and the arguments, and `plain.py` says what becomes of them.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, ClassVar

from hitl_tui.backends import unhurried
from hitl_tui.backends.plain import bytes_value, construct, snapshot
from hitl_tui.errors import SourceError
from hitl_tui.giving_way import gently, give_way, reading_much

MAX_DEPTH = 256
"""How deep lists and mappings may be nested; Python's own tools give up not far beyond."""

LARGE = 100_000
"""Bytes of a blob from which on reading it in one go would be felt at the keyboard."""

_MAX_EXTENSIONS = 64
_MANY = 5_000  # values between which keys have their turn
_TEXT = frozenset({str})
_PLAIN = frozenset({str, int, float, bool, type(None)})  # most values: no call each
_ARRAY, _SNAPSHOT = 6, 7


class Unreadable(SourceError):
    """A value that cannot be read: damaged, encrypted, pickled, or nested too deep."""

    title: ClassVar[str] = "Cannot read the value"


def decode(kind: str | None, data: bytes | None) -> Any:
    """The plain value of a blob that was stored as type `kind`; see `Interrupt` for its shape.

    Raises Unreadable, with a reason for people, and nothing else.
    """
    if not isinstance(data, bytes) or len(data) <= LARGE:
        return plain(unpack(kind, data))
    with reading_much():
        return plain(unpack(kind, data))


def unpack(kind: str | None, data: bytes | None) -> Any:
    """As `decode`, but keys, bytes and depth are as they come: fast, for what is not shown."""
    if kind is None or kind == "null":
        return None
    if not isinstance(data, (bytes, bytearray)):
        raise Unreadable("The value is missing or damaged.")
    return _raw(kind, bytes(data))


def plain(value: Any, depth: int = 0) -> Any:
    """The value with nothing in it but None, bool, int, float, str, list and dict of str keys."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if depth > MAX_DEPTH:
        raise Unreadable(f"The value is nested more than {MAX_DEPTH} levels deep.")
    if isinstance(value, (list, tuple)):
        give_way()
        deeper = depth + 1
        items = value if len(value) < _MANY else gently(value)
        return [item if type(item) in _PLAIN else plain(item, deeper) for item in items]
    if isinstance(value, dict):
        return _mapping(value, depth)
    if isinstance(value, (bytes, bytearray)):
        return bytes_value(bytes(value))
    return {"__type__": type(value).__name__, "value": str(value)}


def _raw(kind: str, data: bytes) -> Any:
    if kind == "msgpack":
        return _Reader().read(data)
    if kind == "json":
        return _from_json(data)
    if kind in {"bytes", "bytearray"}:
        return data
    if kind == "pickle":
        raise Unreadable("The value is pickled; reading it would run code, so it is left alone.")
    if "+" in kind:
        raise Unreadable(f"The value is encrypted ({kind}).")
    raise Unreadable(f"The value is of an unknown kind ({kind}).")


class _Reader:
    """Reads one msgpack blob; counts how deep its extensions are nested."""

    def __init__(self) -> None:
        self._depth = 0
        self._reason = ""

    def read(self, data: bytes) -> Any:
        try:
            return self._unpack(data)
        except ValueError as error:
            raise Unreadable(self._reason or _reason(str(error))) from error
        except RecursionError as error:
            raise Unreadable("The value is nested too deep.") from error

    def _unpack(self, data: bytes) -> Any:
        if len(data) > LARGE:
            with suppress(unhurried.Unusual):
                return unhurried.unpack(data, self._extension)
        import ormsgpack

        return ormsgpack.unpackb(data, ext_hook=self._extension, option=ormsgpack.OPT_NON_STR_KEYS)

    def _extension(self, code: int, data: bytes) -> Any:
        """What an extension stands for. ormsgpack reports any failure here as a ValueError."""
        if self._depth >= _MAX_EXTENSIONS:
            self._reason = "The value is nested too deep."
            raise ValueError(self._reason)
        self._depth += 1
        try:
            if not 0 <= code <= _SNAPSHOT:
                return _other(code, data)
            return _extended(code, self._unpack(data))
        except ValueError as error:
            self._reason = self._reason or _reason(str(error))
            raise
        finally:
            self._depth -= 1


def _extended(code: int, content: Any) -> Any:
    """LangGraph's codes: 0 to 5 hold (module, name, argument[s]…), 6 an array, 7 a snapshot."""
    if code == _SNAPSHOT:
        return snapshot(content)
    if code == _ARRAY and isinstance(content, list) and len(content) == 4:
        return {"__type__": "numpy.ndarray", "dtype": content[0], "shape": content[1]}
    named = isinstance(content, list) and len(content) >= 3
    if code < _ARRAY and named and all(isinstance(part, str) for part in content[:2]):
        return construct(content[0], content[1], content[2])
    return {"__type__": "msgpack.Ext", "code": code, "value": content}


def _other(code: int, data: bytes) -> dict[str, Any]:
    """An extension that LangGraph does not use."""
    return {"__type__": "msgpack.Ext", "code": code, "value": bytes_value(data)}


def _reason(error: str) -> str:
    if "Recursion" in error:
        return "The value is nested too deep."
    return f"The value is damaged ({error})."


def _from_json(data: bytes) -> Any:
    """Values as LangGraph stored them before msgpack: constructors are mappings with "lc"."""
    try:
        return json.loads(data, object_hook=_constructor)
    except ValueError as error:
        raise Unreadable("The value is damaged (not JSON).") from error
    except RecursionError as error:
        raise Unreadable("The value is nested too deep.") from error


def _constructor(value: dict[str, Any]) -> Any:
    name = value.get("id")
    if value.get("type") != "constructor" or "lc" not in value or not isinstance(name, list):
        return value
    parts = [str(part) for part in name]
    arguments = value.get("kwargs") or value.get("args") or []
    if isinstance(arguments, list) and len(arguments) == 1:
        arguments = arguments[0]
    return construct(".".join(parts[:-1]), "".join(parts[-1:]), arguments)


def _mapping(value: dict[Any, Any], depth: int) -> dict[str, Any]:
    give_way()
    many = len(value) >= _MANY
    if all(type(key) is str for key in gently(value)) if many else set(map(type, value)) <= _TEXT:
        deeper = depth + 1
        return {
            key: item if type(item) in _PLAIN else plain(item, deeper)
            for key, item in (gently(value.items()) if many else value.items())
        }
    items = [(key, plain(item, depth + 1)) for key, item in value.items()]
    keys = [key if isinstance(key, str) else _key(key) for key, _ in items]
    if len(set(keys)) == len(keys):
        return dict(zip(keys, (item for _, item in items), strict=True))
    pairs = [[plain(key, depth + 1), item] for key, item in items]
    return {"__type__": "builtins.dict", "items": pairs}


def _key(key: Any) -> str:
    """JSON's name of a key that is no text: 1 becomes "1", None "null", a tuple its list."""
    return json.dumps(plain(key))
