"""Secrets: values at places that patterns name are never shown, and not kept for long.

A pattern is a small part of JSONPath: `$.card.number`, `$.items[*].iban`, `$..password`,
`$['a key']`, `$[0]`, `*` for any key. `$` is a payload, an answer, a thread's state or its
metadata. What a pattern names is hidden too where a text beside it repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from hitl_tui.errors import UsageError

HEAD = "•••••• (masked"
MASKED = f"{HEAD})"
"""What stands in the place of a value that a pattern names."""

LEAST = 3
"""Characters of a secret from which on it is looked for in texts: less would be found anywhere."""

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
        return Texts.spelling(secret for value in values for _, secret in self.secrets(value))


class Texts:
    """Secrets as they may be repeated in texts, each with what is shown instead in `signs`.

    Of several that stand at the same place the longest counts. Looking for them takes as long as
    the text is, however many they are.
    """

    def __init__(self, signs: Mapping[str, Any]) -> None:
        self.signs = signs
        heads = {text[:LEAST] for text in signs}
        columns = ("".join(map(re.escape, column)) for column in zip(*heads, strict=True))
        self._near = re.compile("".join(f"[{column}]" for column in columns) or r"(?!)")
        self._lengths: dict[str, list[int]] = {head: [] for head in heads}
        for head, length in sorted({(text[:LEAST], len(text)) for text in signs}, reverse=True):
            self._lengths[head].append(length)

    @classmethod
    def of(cls, signs: Mapping[str, Any]) -> Texts:
        """Those long enough to be told from other text."""
        return cls({text: sign for text, sign in signs.items() if len(text) >= LEAST})

    @classmethod
    def spelling(cls, secrets: Iterable[Any]) -> Texts:
        """All that is in secrets, however it is spelled, but for what is a mark already."""
        true = (secret for secret in secrets if not is_mark(secret))
        return cls.of({text: MASKED for secret in true for text in spelled(secret)})

    def hide(self, text: str) -> str:
        """The text without them."""
        parts: list[str] = []
        done = 0
        for at, secret in self._found(text):
            parts += (text[done:at], str(self.signs[secret]))
            done = at + len(secret)
        return "".join((*parts, text[done:])) if parts else text

    def hidden(self, value: Any, spared: Container[str] = ()) -> Any:
        """The value without them in any of its texts but those that are `spared`."""
        if not self.signs or not any(any(self._found(text)) for text in strings(value)):
            return value
        try:
            return changed(value, lambda text: text if text in spared else self.hide(text))
        except RecursionError:
            return MASKED

    def _found(self, text: str) -> Iterator[tuple[int, str]]:
        """Those in a text, and where, from left to right; none within another."""
        at = 0
        while near := self._near.search(text, at):
            at = near.start()
            for length in self._lengths.get(text[at : at + LEAST], ()):
                if self._is_at(text, at, length):
                    yield at, text[at : at + length]
                    at += length
                    break
            else:
                at += 1

    def _is_at(self, text: str, at: int, length: int) -> bool:
        """Whether one stands there; a number does not stand inside a longer one."""
        secret = text[at : at + length]
        if secret not in self.signs:
            return False
        beside = text[at - 1 : at] if at else "", text[at + length : at + length + 1]
        return not (secret.isdecimal() and any(each.isdecimal() for each in beside))


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
    import json

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
            yield json.dumps(text)[1:-1]


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
