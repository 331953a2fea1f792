"""Settings of a file in which every value is plainly right, without loading what checks the others.

Whatever is not, an unknown key, another type, a number out of bounds, is left to `settings_model`,
which knows what to say about it: loading that takes as long as drawing a screen.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

_MODEL = re.compile(r"[^:]+:[^\W\d]\w*")
_TABLE = ("tool", "hitl-tui")


class _Doubt(Exception):
    """Not plainly right."""


def plainly(file: Path) -> dict[str, Any] | None:
    """What the file sets, as `settings_model.stored` tells it; None if that must be asked."""
    try:
        found: Any = tomllib.loads(file.read_text(encoding="utf-8"))
        for name in () if file.name == "hitl.toml" else _TABLE:
            found = found[name]
        settings = {key: _CHECKS[key](value) for key, value in found.items()}
    except (_Doubt, KeyError, ValueError, AttributeError, OSError, RecursionError):
        return None
    return placed(settings, file.parent)


def placed(settings: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The settings with their contracts frozen, and the paths of schema files as seen from here."""
    if "contracts" not in settings:
        return settings
    contracts = {
        graph: MappingProxyType({node: _seen(text, folder) for node, text in nodes.items()})
        for graph, nodes in settings["contracts"].items()
    }
    return {**settings, "contracts": MappingProxyType(contracts)}


def is_contract(text: str) -> bool:
    """Whether a text names a JSON Schema file or a model."""
    return text.endswith(".json") or _MODEL.fullmatch(text) is not None


def _seen(text: str, folder: Path) -> str:
    return str(folder / text) if text.endswith(".json") else text


def _sure(holds: bool) -> None:
    if not holds:
        raise _Doubt


def _text(value: Any) -> str:
    _sure(type(value) is str and value != "")
    return str(value)


def _path(value: Any) -> Path:
    return Path(_text(value))


def _flag(value: Any) -> bool:
    _sure(type(value) is bool)
    return bool(value)


def _whole(least: int, most: float = math.inf) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        _sure(type(value) is int and least <= value <= most)
        return int(value)

    return check


def _number(least: float = -math.inf, most: float = math.inf) -> Callable[[Any], float]:
    def check(value: Any) -> float:
        _sure(type(value) in (int, float) and math.isfinite(value) and least <= value <= most)
        return float(value)

    return check


def _table(value: Any, check: Callable[[Any], Any]) -> dict[str, Any]:
    _sure(type(value) is dict)
    return {key: check(item) for key, item in value.items()}


def _contract(value: Any) -> str:
    _sure(type(value) is str and is_contract(value))
    return str(value)


def _masks(value: Any) -> tuple[str, ...]:
    from hitl_tui.errors import UsageError
    from hitl_tui.masks import Masks

    _sure(type(value) is list and all(type(item) is str for item in value))
    try:
        Masks(value)
    except UsageError as error:
        raise _Doubt from error
    return tuple(value)


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "config": _path,
    "python": _path,
    "cache": _path,
    "graph": _text,
    "operator": _text,
    "read_only": _flag,
    "workers": _whole(1, 64),
    "nice": _whole(0, 19),
    "log_lines": _whole(100),
    "grace": _number(0, 60),
    "lease": _number(3, 3600),
    "masks": _masks,
    "priorities": lambda value: _table(value, _number()),
    "contracts": lambda value: _table(value, lambda nodes: _table(nodes, _contract)),
}
