"""A value in a few words: like JSON, and bounded, whatever its size."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

LIMIT = 4_000
_DEPTH = 20


def brief(value: Any, limit: int = LIMIT) -> str:
    """`value` as JSON of at most about `limit` characters, then `…`; a string alone is itself.

    Its cost follows `limit`, not the value's size. The text is untrusted.
    """
    if isinstance(value, str):
        return _cut(value, limit)
    parts: list[str] = []
    room = limit
    for part in _parts(value, limit, _DEPTH):
        if len(part) > room:
            return "".join([*parts, part[:room], "…"])
        parts.append(part)
        room -= len(part)
    return "".join(parts)


def _parts(value: Any, limit: int, depth: int) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _inside("{}", _pairs(value, limit, depth), depth)
    elif isinstance(value, list | tuple):
        items = (_parts(item, limit, depth - 1) for item in islice(value, limit))
        yield from _inside("[]", items, depth)
    elif isinstance(value, str):
        yield json.dumps(_cut(value, limit), ensure_ascii=False)
    elif value is None or isinstance(value, bool | float):
        yield json.dumps(value)
    elif isinstance(value, int) and value.bit_length() > limit:
        yield "(a huge number)"
    else:
        yield _cut(str(value), limit)


def _pairs(value: Mapping[Any, Any], limit: int, depth: int) -> Iterator[Iterator[str]]:
    for key, item in islice(value.items(), limit):
        yield _pair(_cut(str(key), limit), item, limit, depth)


def _pair(key: str, item: Any, limit: int, depth: int) -> Iterator[str]:
    yield json.dumps(key, ensure_ascii=False) + ": "
    yield from _parts(item, limit, depth - 1)


def _inside(brackets: str, items: Iterable[Iterator[str]], depth: int) -> Iterator[str]:
    yield brackets[0]
    if depth <= 0:
        yield "…"
    else:
        for number, item in enumerate(items):
            if number:
                yield ", "
            yield from item
    yield brackets[1]


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit] + "…"
