"""Why a file cannot be read as a SQLite database, with what to do about it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from hitl_tui.errors import SourceError

_MAGIC = b"SQLite format 3\0"


def header(path: Path) -> bytes:
    """The file's first 100 bytes; raises SourceError with what to do if it is no database."""
    try:
        if path.is_dir():
            raise SourceError(f"{path} is a folder.", hint="Name the checkpoint file in it.")
        with path.open("rb") as file:
            first = file.read(100)
    except FileNotFoundError as error:
        hint = "Check the path; `hitl-tui start` creates a new one."
        raise SourceError(f"There is no file {path}.", hint=hint) from error
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
    if not first:
        raise SourceError(f"{path} is empty.", hint="Run a graph with a SqliteSaver on it first.")
    if not first.startswith(_MAGIC):
        hint = "Name the file that LangGraph's SqliteSaver writes."
        raise SourceError(f"{path} is not a SQLite database.", hint=hint)
    return first


def explained(path: Path, error: sqlite3.Error | OSError) -> SourceError:
    """SQLite's error, or the system's, in people's words."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        hint = "Try again when it is done."
        return SourceError(f"{path.name} is locked by another program.", hint=hint)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        hint = "Check it with `sqlite3 FILE 'PRAGMA integrity_check'`."
        return SourceError(f"{path.name} is damaged: {error}.", hint=hint)
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
        hint = "Its newest data is in files beside it that cannot be used from here."
        return SourceError(f"{path.name} cannot be opened for reading: {error}.", hint=hint)
    return SourceError(f"{path.name}: {error}.")
