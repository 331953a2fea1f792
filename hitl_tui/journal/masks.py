"""Secrets in what is kept: values at places that patterns name are replaced by a sign.

A pattern is a small part of JSONPath: `$.card.number`, `$.items[*].iban`, `$..password`,
`$['a key']`, `$[0]`, `*` for any key. `$` is a payload or an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from hitl_tui.errors import UsageError

MASKED = "•••"

_Step: TypeAlias = tuple[bool, str]  # whether at any depth; the key, "*" for any
_STEP = re.compile(
    r"(?P<deep>\.\.)?(?:(?<=\.\.)|\.|(?=\[))(?:(?P<name>[^.\[\]]+)|\[(?P<index>\*|\d+)\]"
    r"|\['(?P<quoted>[^']*)'\])"
)


class Masks:
    """Patterns, read once; raises UsageError that names a pattern which cannot be read."""

    def __init__(self, patterns: Sequence[str] = ()) -> None:
        self._patterns = [_steps(pattern) for pattern in patterns]

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def over(self, value: Any) -> Any:
        """The value with what the patterns name replaced; the value itself stays as it is."""
        for steps in self._patterns:
            value = _masked(value, steps)
        return value

    def hide(self, text: str, within: Mapping[str, Any]) -> str:
        """A text that speaks of the values of `within`, without what the patterns name there."""
        for value in within.values() if self._patterns else ():
            for secret in sorted(_masked_texts(value, self.over(value)), key=len, reverse=True):
                text = text.replace(secret, MASKED)
        return text


def _masked_texts(value: Any, masked: Any) -> Iterator[str]:
    """The texts and numbers of a value that are gone from its masked twin."""
    if masked == MASKED != value:
        yield from filter(None, _leaves(value))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _masked_texts(item, masked[key])
    elif isinstance(value, list | tuple):
        for item, twin in zip(value, masked, strict=True):
            yield from _masked_texts(item, twin)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    elif not isinstance(value, bool) and value is not None:
        yield str(value)


def _steps(pattern: str) -> tuple[_Step, ...]:
    steps: list[_Step] = []
    at = 1
    while pattern.startswith("$") and at < len(pattern):
        match = _STEP.match(pattern, at)
        if match is None:
            break
        names = (match["name"], match["index"], match["quoted"])
        steps.append((bool(match["deep"]), next(name for name in names if name is not None)))
        at = match.end()
    if not steps or at < len(pattern):
        raise UsageError(
            f"The mask {pattern!r} cannot be read.", hint="Write one like $.card.number."
        )
    return tuple(steps)


def _masked(value: Any, steps: tuple[_Step, ...]) -> Any:
    if not steps:
        return MASKED
    (deep, key), rest = steps[0], steps[1:]

    def step(name: str, item: Any) -> Any:
        if key in ("*", name):
            item = _masked(item, rest)
        return _masked(item, steps) if deep else item

    if isinstance(value, Mapping):
        return {name: step(str(name), item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [step(str(at), item) for at, item in enumerate(value)]
    return value
