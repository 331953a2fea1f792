"""Values as people read them: indented, typed, and cut where they are too much for a screen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from textual.content import Content

from hitl_tui.text import clean
from hitl_tui.tui.content.prose import ALL, warned
from hitl_tui.tui.safe import styled
from hitl_tui.tui.widgets.answer_values import to_json

MAX_LINES = 400
MAX_TEXT = 4_000  # characters of one text
_DEEP = 12

_KEY, _TEXT, _OTHER, _MUTED = "$text-primary", "", "$text-accent", "$foreground-muted italic"


def value_lines(value: Any, indent: int = 0) -> Iterator[Content]:
    """A value's lines, at most `MAX_LINES` of them: keys and items below one another."""
    return _cut(_lines(value, indent, 0), indent)


def exact(value: Any) -> Any:
    """A value whose own type must be told: a text as JSON, in quotes; the rest as it is."""
    return to_json(value) if isinstance(value, str) else value


def facts(mapping: Mapping[str, Any]) -> Iterator[Content]:
    """Named values, at most `MAX_LINES` lines of them, with the short ones in aligned columns."""
    return _cut(_facts(mapping), 0)


def _cut(lines: Iterator[Content], indent: int) -> Iterator[Content]:
    """The first lines; where there are more, a last one says so."""
    for count, line in enumerate(lines):
        if count == MAX_LINES:
            yield styled((f"{' ' * indent}… more than {MAX_LINES} lines {ALL}", _MUTED))
            return
        yield line


def _facts(mapping: Mapping[str, Any]) -> Iterator[Content]:
    width = min(18, max((len(str(key)) for key in islice(mapping, MAX_LINES)), default=0))
    for key, value in mapping.items():
        name = styled((f"{key!s:<{width}}  ", _KEY))
        if _is_short(value):
            yield Content.assemble(name, *scalar(value))
            yield from _warned(key, value, indent=width + 2)
        else:
            yield name
            yield from _warned(key, None, indent=2)
            yield from value_lines(value, indent=2)


def scalar(value: Any) -> list[Content]:
    """A value without parts, one content a line; a text is bare, everything else as in JSON."""
    if isinstance(value, str):
        return [styled((line, _TEXT)) for line in _text_lines(value)] or [styled(('""', _OTHER))]
    if isinstance(value, (Mapping, Sequence)):
        return [styled(("{}" if isinstance(value, Mapping) else "[]", _OTHER))]
    return [styled((json.dumps(value, default=str), _OTHER))]


def _is_short(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_TEXT and "\n" not in value
    return not value or not isinstance(value, (Mapping, Sequence))


def _text_lines(text: str) -> list[str]:
    shown = clean(text[:MAX_TEXT]).split("\n") if text else []
    if len(text) > MAX_TEXT:
        shown.append(f"… {len(text) - MAX_TEXT:,} characters more {ALL}")
    return shown


def _lines(value: Any, indent: int, depth: int) -> Iterator[Content]:
    pad = " " * indent
    if depth > _DEEP and not _is_short(value):
        yield styled((f"{pad}… deeper {ALL}", _MUTED))
    elif isinstance(value, Mapping) and value:
        for key, part in value.items():
            yield from _entry(f"{pad}{key}: ", part, indent, depth)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for part in value:
            yield from _entry(f"{pad}- ", part, indent, depth)
    else:
        for content in scalar(value):
            yield Content.assemble(pad, content)
        yield from _warned("", value, indent)


def _entry(name: str, part: Any, indent: int, depth: int) -> Iterator[Content]:
    if _is_short(part):
        yield Content.assemble(styled((name, _KEY)), *scalar(part))
        yield from _warned(name, part, indent + 2)
    else:
        yield styled((name.rstrip(), _KEY))
        yield from _warned(name, None, indent + 2)
        yield from _lines(part, indent + 2, depth + 1)


def _warned(name: Any, value: Any, indent: int) -> Iterator[Content]:
    """What a name and a text beside it hide."""
    yield from warned(f"{name}", indent)
    if isinstance(value, str):
        yield from warned(value, indent)
