"""Reads large msgpack blobs a value at a time, so that other threads run meanwhile, keys first.

A library in C reads a million keys in one go, and no key press is handled until it is done. This is
about as fast, and lets go every few milliseconds as all Python code does. What is unusual in a blob
is left to the library: it is read as ever, or refused in its words.
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Callable, Iterator
from typing import Any

from hitl_tui.giving_way import OFTEN, give_way

_DEEPEST = 1024  # as the library's own limit
_PENDING = object()  # no key is waiting for its value
_LONG = 1 << 20  # bytes of a text that are decoded at once: a millisecond

_KEYS = frozenset({str, int, float, bool, type(None)})


class Unusual(Exception):
    """The blob holds what is not read here, or is damaged."""


class _Open:
    """A list or mapping that is being filled; `left` items, or keys and values, are to come."""

    __slots__ = ("key", "left", "made")

    def __init__(self, made: Any, left: int) -> None:
        self.made = made
        self.left = left
        self.key: Any = _PENDING

    def take(self, value: Any) -> None:
        """Put the next value, or the next key, in its place; raises Unusual for an odd key."""
        self.left -= 1
        if type(self.made) is list:
            self.made.append(value)
        elif self.key is _PENDING:
            if type(value) not in _KEYS:
                raise Unusual
            self.key = value
        else:
            self.made[self.key] = value
            self.key = _PENDING


def unpack(data: bytes, extension: Callable[[int, bytes], Any]) -> Any:
    """The value of a whole blob; extensions become what `extension` makes of them.

    Raises Unusual, and whatever `extension` raises.
    """
    reader = _Reader(data, extension)
    around: list[_Open] = []
    left = OFTEN
    try:
        while True:
            left -= 1
            if not left:
                left = OFTEN
                give_way()
            value = reader.next()
            if type(value) is _Open:
                if len(around) == _DEEPEST:
                    raise Unusual
                around.append(value)
            elif around:
                around[-1].take(value)
            else:
                return reader.ended(value)
            while around and not around[-1].left:
                made = around.pop().made
                if not around:
                    return reader.ended(made)
                around[-1].take(made)
    except (IndexError, struct.error, UnicodeDecodeError, KeyError) as error:
        raise Unusual from error


class _Reader:
    """Reads one value after the other; a list or mapping as an empty one that is open."""

    def __init__(self, data: bytes, extension: Callable[[int, bytes], Any]) -> None:
        self._data = data
        self._at = 0
        self._extension = extension

    def ended(self, value: Any) -> Any:
        """The value, if nothing comes behind it."""
        if self._at != len(self._data):
            raise Unusual
        return value

    def next(self) -> Any:
        """The value that begins here, or the container that its parts come into."""
        code = self._data[self._at]
        self._at += 1
        if code < 0x80:
            return code
        if code >= 0xE0:
            return code - 0x100
        if code >= 0xC0:
            return self._long(code)
        if code >= 0xA0:
            return self._some(code & 0x1F).decode()
        if code >= 0x90:
            return _Open([], code & 0x0F)
        return _Open({}, 2 * (code & 0x0F))

    def _long(self, code: int) -> Any:
        kind, size = _KINDS[code]
        return kind(self, size)

    def number(self, size: int) -> int:
        return int.from_bytes(self._some(size), "big")

    def signed(self, size: int) -> int:
        return int.from_bytes(self._some(size), "big", signed=True)

    def real(self, size: int) -> Any:
        return struct.unpack(">d" if size == 8 else ">f", self._some(size))[0]

    def text(self, size: int) -> str:
        length = self.number(size)
        if length <= _LONG:
            return self._some(length).decode()
        return "".join(self._pieces(length))

    def _pieces(self, length: int) -> Iterator[str]:
        decode = codecs.getincrementaldecoder("utf-8")().decode
        for left in range(length, 0, -_LONG):
            give_way()
            yield decode(self._some(min(_LONG, left)), left <= _LONG)

    def blob(self, size: int) -> bytes:
        return self._some(self.number(size))

    def array(self, size: int) -> _Open:
        return _Open([], self.number(size))

    def map(self, size: int) -> _Open:
        return _Open({}, 2 * self.number(size))

    def extended(self, size: int) -> Any:
        return self.fixed(self.number(size))

    def fixed(self, size: int) -> Any:
        number = self.signed(1)
        return self._extension(number, self._some(size))

    def constant(self, which: int) -> Any:
        """None, False or True."""
        return (None, False, True)[which]

    def _some(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._data):
            raise Unusual
        found, self._at = self._data[self._at : end], end
        return found


_KINDS: dict[int, tuple[Callable[[_Reader, int], Any], int]] = {
    0xC0: (_Reader.constant, 0),
    0xC2: (_Reader.constant, 1),
    0xC3: (_Reader.constant, 2),
    **{0xC4 + at: (_Reader.blob, 1 << at) for at in range(3)},
    **{0xC7 + at: (_Reader.extended, 1 << at) for at in range(3)},
    **{0xCA + at: (_Reader.real, 4 << at) for at in range(2)},
    **{0xCC + at: (_Reader.number, 1 << at) for at in range(4)},
    **{0xD0 + at: (_Reader.signed, 1 << at) for at in range(4)},
    **{0xD4 + at: (_Reader.fixed, 1 << at) for at in range(5)},
    **{0xD9 + at: (_Reader.text, 1 << at) for at in range(3)},
    **{0xDC + at: (_Reader.array, 2 << at) for at in range(2)},
    **{0xDE + at: (_Reader.map, 2 << at) for at in range(2)},
}
"""By the first byte: what it begins, and the argument that this takes."""
