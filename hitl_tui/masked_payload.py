"""What settings mask of one payload, and the marks that are shown instead.

A masked value of a payload is shown as a mark that names its place, `•••••• (masked: args.pin)`.
In an answer such a mark stands for the true value, whoever wrote it there: it is lifted right
before the answer is checked and sent. So the true value never leaves the engine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from hitl_tui.masks import HEAD, MASKED, Masks, Path, Texts, changed, is_mark, spelled, strings


@dataclass(frozen=True, slots=True)
class Secret:
    """A masked value: the last name on the way to it, and the mark that stands for it."""

    name: str
    value: Any
    mark: str


class MaskedPayload:
    """Hides what the masks name in one payload, and finds it again by its marks."""

    def __init__(self, masks: Masks, payload: Any) -> None:
        self._masks = masks
        self._own = "\0".join(strings(payload))
        self._imitated = _Imitated(self._own)
        found: list[tuple[Path, Any]] = []
        marked = masks.marked(payload, partial(self._marked, found))
        self._secrets = [
            Secret(_name(path), value, self._mark(path)) for path, value in _unfolded(found)
        ]
        self._by_text, self._by_key = _indexed(self._secrets)
        self._kinds = {(each.name, _is_whole(each.value)) for each in self._secrets}
        self._values = {secret.mark: secret.value for secret in self._secrets}
        self._marks = Texts.of(self._values)
        self._texts = Texts.of(dict(_repeated(self._secrets)))
        self._spelled = Texts.spelling(value for _, value in found)
        self.payload = self._texts.hidden(marked, self._values)

    def cover(self, value: Any, name: str = "") -> Any:
        """A value that was made of the payload, with marks for what is masked there.

        `name` is the key that it stands under. `lift` undoes it exactly.
        """
        try:
            return self._covered(value, name) if self._secrets else value
        except RecursionError:
            return MASKED

    def over(self, answer: Any) -> Any:
        """An answer as it may be shown: also without what the masks name in answers."""
        return self._masks.over(self.cover(answer))

    def lift(self, value: Any) -> Any:
        """The value with the true values in place of their marks."""
        return changed(value, self._lift) if self._secrets else value

    def strays(self, value: Any) -> bool:
        """Whether a mark is left in a value that stands for nothing here."""
        return any(HEAD in text and text not in self._own for text in strings(value))

    def hide(self, text: str) -> str:
        """A text for people without what is masked in the payload, however it is spelled."""
        return self._spelled.hide(self._texts.hide(text))

    def _mark(self, path: Path) -> str:
        """Its mark: one that the payload does not hold already, whoever put it there."""
        mark = f"{HEAD}: {'.'.join(map(str, path)) or '$'})"
        while mark in self._imitated:
            mark = f"{mark[:-1]}′)"
        return mark

    def _marked(self, found: list[tuple[Path, Any]], path: Path, value: Any) -> str:
        found.append((path, value))
        return self._mark(path)

    def _lift(self, text: str) -> Any:
        return self._values[text] if text in self._values else self._marks.hide(text)

    def _covered(self, value: Any, name: str) -> Any:
        if (secret := self._found(value, name)) is not None:
            return secret.mark
        if isinstance(value, str):
            return self._texts.hide(value)
        if isinstance(value, Mapping):
            return {key: self._covered(item, str(key)) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._covered(item, name) for item in value]
        return value

    def _found(self, value: Any, name: str) -> Secret | None:
        """The secret that a value is: a text wherever it stands, all else under the same name."""
        if isinstance(value, str):
            return self._by_text.get(value) if value else None
        if (name, _is_whole(value)) not in self._kinds:
            return None
        secret = self._by_key.get(_key(name, value))
        return secret if secret is not None and _twins(value, secret.value) else None


class _Imitated:
    """Marks that a payload holds already, whoever put them there, by their length."""

    def __init__(self, own: str) -> None:
        self._own = own
        self._places = [match.start() for match in re.finditer(re.escape(HEAD), own)]
        self._of_length: dict[int, set[str]] = {}

    def __contains__(self, mark: str) -> bool:
        if not self._places:
            return False
        length = len(mark)
        if length not in self._of_length:
            self._of_length[length] = {self._own[at : at + length] for at in self._places}
        return mark in self._of_length[length]


def _is_whole(value: Any) -> bool:
    """Whether a value has values inside it."""
    return isinstance(value, Mapping | list | tuple)


def _key(name: str, value: Any) -> tuple[str, type, int]:
    """What a secret that is no text is found by: its name, and how it is written."""
    return name, type(value), hash(repr(value))


def _indexed(
    secrets: Iterable[Secret],
) -> tuple[dict[str, Secret], dict[tuple[str, type, int], Secret]]:
    """Secrets that are texts by what they are, others by their key; the first one counts."""
    texts: dict[str, Secret] = {}
    others: dict[tuple[str, type, int], Secret] = {}
    for secret in secrets:
        if isinstance(secret.value, str):
            texts.setdefault(secret.value, secret)
        else:
            with suppress(RecursionError):  # nothing nested as deeply is covered piece by piece
                others.setdefault(_key(secret.name, secret.value), secret)
    return texts, others


def gone(true: Any, shown: Any) -> Texts:
    """What of a value is not in its veiled twin, to be found in texts that speak of it."""
    return Texts.of({text: MASKED for text in _gone(true, shown)})


def _gone(true: Any, shown: Any) -> Iterator[str]:
    if is_mark(shown) and not is_mark(true):
        yield from spelled(true)
    elif isinstance(true, Mapping) and isinstance(shown, Mapping):
        for key, item in true.items():
            yield from _gone(item, shown.get(key))
    elif isinstance(true, list | tuple) and isinstance(shown, list | tuple):
        for item, twin in zip(true, shown, strict=False):
            yield from _gone(item, twin)


def _unfolded(found: list[tuple[Path, Any]]) -> list[tuple[Path, Any]]:
    """Secrets with each value inside them, as one may be repeated without the others."""
    secrets: list[tuple[Path, Any]] = []
    left = list(reversed(found))
    while left:
        path, value = left.pop()
        secrets.append((path, value))
        if isinstance(value, Mapping):
            left += [((*path, key), item) for key, item in value.items()]
        elif isinstance(value, list | tuple):
            left += [((*path, at), item) for at, item in enumerate(value)]
    return secrets


def _repeated(secrets: Iterable[Secret]) -> Iterator[tuple[str, str]]:
    """The texts by which secrets may be repeated inside others, exactly; the first one counts."""
    for secret in reversed(list(secrets)):
        if isinstance(secret.value, str | int | float) and not isinstance(secret.value, bool):
            yield str(secret.value), secret.mark


def _name(path: Path) -> str:
    """The last key that is a name; items of a list go by their list's."""
    return next((str(key) for key in reversed(path) if not isinstance(key, int)), "")


def _twins(one: Any, other: Any) -> bool:
    """Equality with types compared, within too."""
    if not isinstance(one, Mapping | list | tuple):
        return bool(one == other)
    return one == other and json.dumps(one, default=str) == json.dumps(other, default=str)
