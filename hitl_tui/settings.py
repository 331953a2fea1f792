"""Settings: flags over environment over `hitl.toml` or `[tool.hitl-tui]` over defaults.

A frozen value passed to constructors. pydantic is loaded only where a variable sets something, or a
file something that is not plainly right: a screen does not wait for it.
"""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PREFIX = "HITL_TUI_"
_TABLE = b"[tool.hitl-tui"


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in the password database, as in some containers
        return "unknown"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. Paths are relative to the current directory."""

    config: Path | None = None
    """The langgraph.json that declares the graphs."""
    python: Path | None = None
    """The interpreter that runs the graphs; ours if none."""
    graph: str | None = None
    """A graph as `module:name` or `file.py:name`, instead of `config`."""
    operator: str = field(default_factory=_login)
    """Who answers, as the journal names it."""
    read_only: bool = False
    """Only look: no worker, no journal, nothing can be sent."""
    workers: int = 2
    """How many graphs may run at once."""
    nice: int = 15
    """How far graphs stand back for the screen, as in nice(1)."""
    grace: float = 2.0
    """Seconds in which an answer can be taken back before it goes; 0 sends it at once."""
    log_lines: int = 10_000
    """How many lines the log keeps."""
    lease: float = 60.0
    """Seconds that a sender may be silent before others may decide about what it sent."""
    masks: tuple[str, ...] = ()
    """What is never kept for long, as JSONPath patterns of payloads and answers: `$..password`."""
    cache: Path | None = None
    """Where indexes of large sources are kept; the user's cache folder if none."""
    priorities: Mapping[str, float] = field(default_factory=dict, hash=False)
    """By graph, how urgent its threads are where they do not say; the greatest come first."""
    contracts: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    """By graph and node, what answers must be where the graph does not say: `module:Class`, a
    Pydantic model that the graph's interpreter loads, or the path of a JSON Schema, `….json`."""


def load(flags: Mapping[str, Any], folder: Path, environ: Mapping[str, str]) -> Settings:
    """The settings that hold. `flags` that are None are not given; `folder` may hold a file.

    Raises UsageError that names the file or variable, and the key.
    """
    given = {key: value for key, value in flags.items() if value is not None}
    file = _file(folder)
    if any(name.startswith(PREFIX) for name in environ):
        return Settings(**(_checked(file) | given))
    if file is None:
        return Settings(**given)
    from hitl_tui.settings_quick import plainly

    found = plainly(file)
    return Settings(**((_checked(file) if found is None else found) | given))


def _checked(file: Path | None) -> dict[str, Any]:
    from hitl_tui.settings_model import stored

    return stored(file)


def _file(folder: Path) -> Path | None:
    """The file that holds settings, of the two that may."""
    if (own := folder / "hitl.toml").is_file():
        return own
    shared = folder / "pyproject.toml"
    return shared if shared.is_file() and _TABLE in shared.read_bytes() else None
