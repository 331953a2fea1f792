"""Secrets: values at places that patterns name are never shown, and not kept for long.

A pattern is a small part of JSONPath: `$.card.number`, `$.items[*].iban`, `$..password`,
`$['a key']`, `$[0]`, `*` for any key. `$` is a payload, an answer, a thread's state or its
metadata. What a pattern names is hidden too where a text beside it repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from hitl_tui.errors import UsageError

HEAD = "•••••• (masked"
MASKED = f"{HEAD})"
"""What stands in the place of a value that a pattern names."""

LEAST = 3
"""Characters of a secret from which on it is looked for in texts: less would be found anywhere."""

MOST = 2_000
"""Secrets that are looked for in texts."""

Path: TypeAlias = tuple[Any, ...]
Mark: TypeAlias = Callable[[Path, Any], Any]
_Steps: TypeAlias = tuple[tuple[bool, str], ...]  # whether at any depth; the key, "*" for any
_STEP = re.compile(
    r"(?P<deep>\.\.)?(?:(?<=\.\.)|\.|(?=\[))(?:(?P<name>[^.\[\]]+)|\[(?P<index>\*|\d+)\]"
    r"|\['(?P<quoted>[^']*)'\])"
)


class Masks:
    """Patterns, read once; raises UsageError that names a pattern which cannot be read."""

    def __init__(self, patterns: Sequence[str] = ()) -> None:
        self._patterns = frozenset(_steps(pattern) for pattern in patterns)

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def over(self, value: Any) -> Any:
        """The value with what the patterns name replaced; the value itself stays as it is.

        One that is nested too deeply to be looked through is replaced as a whole.
        """
        if not self._patterns:
            return value
        texts = self.texts(value)
        return texts.hidden(self.marked(value, lambda path, secret: _sign(secret)))

    def marked(self, value: Any, mark: Mark) -> Any:
        """The value with `mark(path, secret)` in each place that a pattern names."""
        if not self._patterns:
            return value
        try:
            return _marked(value, self._patterns, (), mark)
        except RecursionError:
            return mark((), value)

    def secrets(self, value: Any) -> list[tuple[Path, Any]]:
        """What the patterns name in a value, each with its place."""
        found: list[tuple[Path, Any]] = []
        self.marked(value, lambda path, secret: found.append((path, secret)))
        return found

    def texts(self, *values: Any) -> Texts:
        """What the patterns name in these values, to be found in texts."""
        found = (secret for value in values for _, secret in self.secrets(value))
        secrets = (secret for secret in found if not is_mark(secret))
        return Texts.of({text: MASKED for secret in secrets for text in spelled(secret)})


@dataclass(frozen=True, slots=True)
class Texts:
    """Secrets as they may be repeated in texts, longest first, each with what is shown instead."""

    signs: Mapping[str, Any]

    @classmethod
    def of(cls, signs: Mapping[str, Any]) -> Texts:
        """Those long enough to be told from other text; of very many the `MOST` longest."""
        known = sorted((text for text in signs if len(text) >= LEAST), key=len, reverse=True)
        return cls({text: signs[text] for text in known[:MOST]})

    def hide(self, text: str) -> str:
        """The text without them."""
        return self._within(text)(text)

    def hidden(self, value: Any) -> Any:
        """The value without them in any of its texts."""
        if not self.signs:
            return value
        hide = self._within("\0".join(strings(value)))
        try:
            return value if hide is str else changed(value, hide)
        except RecursionError:
            return MASKED

    def _within(self, whole: str) -> Callable[[str], str]:
        """What takes them out of parts of a text: few of many secrets are ever in it."""
        present = [text for text in self.signs if text in whole]
        if not present:
            return str
        pattern = re.compile("|".join(map(_sought, present)))
        return lambda text: pattern.sub(lambda match: str(self.signs[match[0]]), text)


def strings(value: Any) -> Iterator[str]:
    """All texts in a value, however deep, keys left aside."""
    left = [value]
    while left:
        part = left.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, Mapping):
            left += part.values()
        elif isinstance(part, list | tuple):
            left += part


def is_mark(value: Any) -> bool:
    """Whether a value is a mark already, that of a place or the one without a place."""
    return isinstance(value, str) and value.startswith(HEAD) and value.endswith(")")


def _sign(secret: Any) -> Any:
    return secret if is_mark(secret) else MASKED


def spelled(secret: Any) -> Iterator[str]:
    """The texts and numbers of a secret, as they are and as they stand in JSON."""
    left = [secret]
    while left:
        part = left.pop()
        if isinstance(part, Mapping):
            left += part.values()
        elif isinstance(part, list | tuple):
            left += part
        elif not isinstance(part, bool) and part is not None:
            text = str(part)
            yield text
            import json

            yield json.dumps(text)[1:-1]


def _sought(text: str) -> str:
    """The pattern of one secret; a number is not found inside a longer one."""
    return rf"(?<!\d){text}(?!\d)" if text.isdecimal() else re.escape(text)


def changed(value: Any, change: Callable[[str], Any]) -> Any:
    """The value with each of its texts as `change` makes it; keys stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: changed(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [changed(item, change) for item in value]
    return value


def _steps(pattern: str) -> _Steps:
    steps: list[tuple[bool, str]] = []
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


def _marked(value: Any, wanted: frozenset[_Steps], path: Path, mark: Mark) -> Any:
    """`wanted` are the steps that are left of each pattern that may still match within."""
    if () in wanted:
        return mark(path, value)
    if not wanted:
        return value
    if isinstance(value, Mapping):
        return {key: _inner(key, item, wanted, path, mark) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_inner(at, item, wanted, path, mark) for at, item in enumerate(value)]
    return value


def _inner(key: Any, item: Any, wanted: frozenset[_Steps], path: Path, mark: Mark) -> Any:
    met = {steps[1:] for steps in wanted if steps[0][1] in ("*", str(key))}
    deep = {steps for steps in wanted if steps[0][0]}
    return _marked(item, frozenset(met | deep), (*path, key), mark)
