"""Small tools to look at a payload of unknown shape; none of them raises, whatever it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain, count, islice
from typing import Any

PROMPTS = (
    "question",
    "prompt",
    "message",
    "title",
    "text",
    "query",
    "instruction",
    "instructions",
    "summary",
    "description",
    "content",
    "msg",
    "task",
    "reason",
    "label",
)
"""Keys under which graphs put what they ask, best first."""

TITLE_LENGTH = 200
"""Characters of a title; the request itself is always shown in full elsewhere."""


def pick(value: Any, *names: str) -> Any:
    """The first of the names, or of their camelCase twins, that the mapping has; else None."""
    key = key_of(value, *names)
    return None if key is None else value[key]


def key_of(value: Any, *names: str) -> str | None:
    """Which of the names, or of their camelCase twins, the mapping has."""
    if not isinstance(value, dict | Mapping):
        return None
    for name in names:  # asked for every row of a list, so without a generator
        if name in value:
            return name
        if (twin := camel(name)) in value:
            return twin
    return None


@lru_cache(maxsize=256)
def camel(name: str) -> str:
    """A snake_case name's twin in LangGraph.js: `allowed_decisions` → `allowedDecisions`."""
    return re.sub(r"(?<=\w)_([a-z])", lambda match: match[1].upper(), name)


def rest(value: Mapping[Any, Any], *names: str) -> dict[str, Any]:
    """What the mapping holds besides these names and their camelCase twins."""
    known = {twin for name in names for twin in (name, camel(name))}
    left: dict[str, Any] = {}
    for key, item in value.items():
        if key not in known:
            left[_free_name(key, left)] = item
    return left


def _free_name(key: Any, taken: Mapping[str, Any]) -> str:
    """A key as text; apart from the keys there are, for 1 and "1" may both be one."""
    name = key if isinstance(key, str) else repr(key)
    while name in taken:
        name += "′"
    return name


def not_text(value: Any, *names: str) -> dict[str, Any]:
    """What stands under names where a text was expected, and is something else."""
    found = {name: pick(value, name) for name in names if key_of(value, name)}
    return {name: item for name, item in found.items() if not isinstance(item, str | None)}


def prompt_key(value: Any, keys: Iterable[str] = PROMPTS) -> str | None:
    """The best key of a mapping whose value is a text that asks."""
    if not isinstance(value, Mapping):
        return None
    return next((key for key in keys if isinstance(value.get(key), str) and value[key]), None)


def prompt(value: Any) -> str:
    """The text that asks: the value itself, or under a prompt-like key; empty if there is none."""
    if isinstance(value, str):
        return value
    key = prompt_key(value)
    return "" if key is None else str(value[key])


def facts_of(value: Any) -> dict[str, Any]:
    """What a payload says besides its prompt."""
    if not isinstance(value, Mapping):
        return {} if isinstance(value, str) or value is None else {"value": value}
    key = prompt_key(value)
    return {name: item for name, item in rest(value).items() if name != key}


def headline(text: str) -> str:
    """The first line of a text that is not blank, of a title's length."""
    head = text[: TITLE_LENGTH * 20].lstrip()
    return one_line(head.splitlines()[0] if head else "")


def one_line(text: str) -> str:
    """The text in one line of a title's length, its blanks as single spaces."""
    return clip(" ".join(text.split()))


def clip(text: str, length: int = TITLE_LENGTH) -> str:
    """The text, cut to a length, with a mark where it was cut."""
    return text if len(text) <= length else text[: length - 1] + "…"


def brief(value: Any, depth: int = 2) -> str:
    """A value in one short line, however deep or long it is."""
    if isinstance(value, str):
        return headline(value) or "(empty)"
    if isinstance(value, Mapping):
        return _typed(value, depth) if "__type__" in value else _mapping(value, depth)
    if isinstance(value, list | tuple):
        return f"[{'…' if not depth else _some(brief(item, depth - 1) for item in value[:4])}]"
    return clip(_WORDS.get(value, "") if value is None or isinstance(value, bool) else str(value))


def _mapping(value: Mapping[Any, Any], depth: int) -> str:
    inner = _inner(value, depth)
    return f"{{{inner}}}" if depth < 2 else inner or "{}"


def _typed(value: Mapping[Any, Any], depth: int) -> str:
    """What was no plain value: an object as `Name(field: …)`, an enum's member as its value."""
    fields = {key: item for key, item in value.items() if key != "__type__"}
    if fields.keys() == {"value"} and not isinstance(fields["value"], Mapping | list | tuple):
        return brief(fields["value"])
    name = str(value["__type__"]).rpartition(".")[2]
    return f"{headline(name)}({_inner(fields, depth)})"


def _inner(value: Mapping[Any, Any], depth: int) -> str:
    return "…" if not depth else _some(f"{k}: {brief(v, depth - 1)}" for k, v in _few(value))


_WORDS = {None: "null", True: "true", False: "false"}


def _few(value: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [(clip(str(key), 40), item) for key, item in islice(value.items(), 6)]


def _some(parts: Iterable[str]) -> str:
    return clip(", ".join(parts))


def is_text(value: Any) -> bool:
    """Whether the value is a text that says something."""
    return isinstance(value, str) and bool(value.strip())


def is_record(value: Any) -> bool:
    """Whether the value is a mapping whose keys are all texts, as a JSON object's are."""
    return isinstance(value, Mapping) and all(isinstance(key, str) for key in value)


def distinct(names: Iterable[str]) -> list[str]:
    """The names, with a number where one comes again."""
    found: dict[str, None] = {}
    for name in names:
        numbered = (f"{name} {number}" for number in count(2))
        found[next(each for each in chain((name,), numbered) if each not in found)] = None
    return list(found)
