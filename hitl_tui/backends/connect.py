"""From the words on the command line to a backend."""

from __future__ import annotations

from contextlib import suppress
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from hitl_tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from hitl_tui.backends.backend import Backend
    from hitl_tui.backends.caching import Caching
    from hitl_tui.backends.index.desk import IndexDesk
    from hitl_tui.backends.words import Describe
    from hitl_tui.runner.pool import Pool
    from hitl_tui.runner.spec import RunnerSpec


class Kind(Enum):
    """What a source is, as its scheme tells; each kind has its backend and its journal."""

    FILE = auto()
    POSTGRES = auto()
    SERVER = auto()


_SCHEMES = {
    "postgresql": Kind.POSTGRES,
    "postgres": Kind.POSTGRES,
    "http": Kind.SERVER,
    "https": Kind.SERVER,
}


def kind_of(source: str) -> Kind:
    """What kind of source the words name; whatever has no known scheme is a file's name."""
    scheme, found, _ = source.partition("://")
    return _SCHEMES.get(scheme.lower(), Kind.FILE) if found else Kind.FILE


def backend_for(
    source: str,
    spec: RunnerSpec | None,
    *,
    create: bool = False,
    caching: Caching | None = None,
    describe: Describe | None = None,
) -> Backend:
    """The backend of `source`: a path, `sqlite:///…`, …. Reads nothing and starts nothing.

    Without `spec` nothing can be run. `create` allows a missing file, which a run then creates.
    Without `caching` no index is used; see `SqliteBackend`.
    """
    more = {} if describe is None else {"describe": describe}
    match kind_of(source):
        case Kind.POSTGRES:
            from hitl_tui.database import Address

            address = Address(source)
            from hitl_tui.backends.postgres import PostgresBackend

            runner = None if spec is None else partial(_pool, spec._replace(saver="postgres"))
            return PostgresBackend(address, runner, create=create, caching=caching, **more)
        case Kind.SERVER:
            return _server_for(source, spec, early=bool(caching and caching.command), more=more)
    from hitl_tui.backends.sqlite import SqliteBackend

    path = path_of(source)
    pool = None if spec is None else partial(_pool, spec)
    screen = bool(caching and caching.command)
    return SqliteBackend(path, pool, create=create, caching=caching, in_passing=screen, **more)


def _pool(spec: RunnerSpec) -> Pool:
    """What runs graphs; loaded when one is to be run, or asked about."""
    from hitl_tui.runner.pool import Pool

    return Pool(spec)


def _server_for(
    source: str, spec: RunnerSpec | None, *, early: bool, more: dict[str, Describe]
) -> Backend:
    """The backend of an Agent Server; `early` shows its first rows while others are read."""
    from importlib.util import find_spec

    from hitl_tui.backends.agent_server.address import address_of

    address = address_of(source)
    if spec is not None and spec.graph is not None:
        raise UsageError("A server runs its own graphs: --graph does not apply.")
    if find_spec("langgraph_sdk") is None:
        raise UsageError(
            "Agent Servers need one more package.", hint="pip install 'hitl-tui[server]'"
        )
    from hitl_tui.backends.agent_server.backend import AgentServerBackend

    return AgentServerBackend(address, may_run=spec is not None, early=early, **more)


def index_for(
    source: str, caching: Caching, describe: Describe, second: Sequence[str] = ()
) -> IndexDesk:
    """The index of `source`, which may have to be built first; raises UsageError for a server.

    `second` starts a process that calls `read_part` for it, which reads while this one writes.
    """
    if kind_of(source) is Kind.SERVER:
        raise UsageError("A server needs no index: files and databases have one.")
    from hitl_tui.backends.index.desk import IndexDesk

    if kind_of(source) is Kind.POSTGRES:
        from hitl_tui.database import Address

        address = Address(source)
        from hitl_tui.backends.postgres_index.source import source_at

        return IndexDesk(source_at(address, describe), caching, describe)
    from hitl_tui.backends.index.file_source import FileSource
    from hitl_tui.backends.looks import Looks, WeighedFile
    from hitl_tui.backends.sqlite_file import SqliteFile

    file = SqliteFile(path_of(source))
    looks = Looks(WeighedFile(file), describe, in_passing=False)
    return IndexDesk(FileSource(file, looks, second), caching, describe)


def read_part(source: str, describe: Describe, told: BinaryIO, pipe: BinaryIO) -> None:
    """Read a part of a file for another process that indexes it; see `index.part`."""
    from hitl_tui.backends.index.part import asked_for, send_part
    from hitl_tui.backends.sqlite_file import SqliteFile

    with suppress(BrokenPipeError):  # nobody needs it any more
        send_part(SqliteFile(path_of(source)), asked_for(told), describe, pipe)


def path_of(source: str) -> Path:
    """A file's path; `sqlite:///rel.db` is relative and `sqlite:////abs.db` absolute."""
    if not source:
        raise UsageError("No source is named.", hint="Name a LangGraph checkpoint file.")
    if kind_of(source) is not Kind.FILE:  # not repeated here: it may hold a password
        raise UsageError("This works on files alone, and the source is none.")
    if "://" not in source:
        return _expanded(source)
    parts = urlsplit(source)
    if parts.scheme != "sqlite" or parts.netloc or not parts.path.strip("/"):
        hint = "Write a path, or sqlite:/// and a path."
        raise UsageError(f"{source} names no source that can be read.", hint=hint)
    return _expanded(unquote(parts.path.removeprefix("/")))


def _expanded(text: str) -> Path:
    if "\0" in text:
        raise UsageError("A path cannot hold a NUL character.")
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{text}: {error}") from error
