"""From the words of a call to an inbox: options of all commands, settings, backend, journal."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox
    from hitl_tui.model.threads import Interrupt
    from hitl_tui.settings import Settings

if TYPE_CHECKING:
    from hitl_tui.journal.journal import Journal
    from hitl_tui.journal.store import Store

_FIRST = 1.0  # seconds after which the first rows stand on any screen
_F = TypeVar("_F", bound=Callable[..., Any])

_PATH = click.Path(path_type=Path)
_OPTIONS = (
    click.option("--config", type=_PATH, help="The langgraph.json that declares the graphs."),
    click.option("--python", type=_PATH, help="The interpreter that runs the graphs."),
    click.option("--operator", help="Who answers (default: the login name)."),
    click.option("--read-only", is_flag=True, default=None, help="Only look; send nothing."),
)

graph_option = click.option(
    "--graph", metavar="MODULE:NAME", help="The graph to run, instead of a langgraph.json."
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
source_argument = click.argument("source")
thread_argument = click.argument("thread")


def common_options(command: _F) -> _F:
    """The options that every command has."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@contextmanager
def inbox_for(
    source: str, flags: dict[str, Any], *, create: bool = False, hears: bool = True
) -> Iterator[Inbox]:
    """The inbox of a source, closed at the end; `create` allows a file that is not there yet.

    Without `hears` the caller loads what prints what is logged, if it loads anything that logs.
    """
    with inbox_with(source, settings_for(source, flags), create=create, hears=hears) as inbox:
        yield inbox


@contextmanager
def inbox_with(
    source: str, settings: Settings, *, create: bool = False, hears: bool = True
) -> Iterator[Inbox]:
    """The inbox of a source under these settings, closed at the end; `hears` as for `inbox_for`."""
    if hears:
        from hitl_tui.cli.hearing import print_what_is_logged

        print_what_is_logged()
    inbox = connect(source, settings, create=create)
    try:
        yield inbox
    finally:
        inbox.close()


def settings_for(source: str, flags: dict[str, Any]) -> Settings:
    """The settings of a call: a settings file stands beside the langgraph.json, else here."""
    from hitl_tui.settings import load

    config = flags.get("config") or (None if flags.get("graph") else _config_beside(source))
    return load(flags, config.parent if config else Path(), os.environ)


def connect(
    source: str, settings: Settings, *, create: bool = False, background: bool = False
) -> Inbox:
    """The inbox of a source. Raises SourceError before anything is made or written.

    `background` has an index of a large source built while the first rows are shown.
    """
    from hitl_tui.backends.caching import Caching
    from hitl_tui.backends.connect import backend_for
    from hitl_tui.inbox import Inbox
    from hitl_tui.runner.spec import RunnerSpec

    spec = RunnerSpec(
        python=settings.python,
        config=settings.config or (None if settings.graph else _config_beside(source)),
        graph=settings.graph,
        max_workers=settings.workers,
        nice=settings.nice,
    )
    command = _index_command(source, settings) if background else ()
    backend = backend_for(
        source,
        None if settings.read_only else spec,
        create=create,
        caching=Caching(settings.cache, command, wait=_FIRST, told=source),
        describe=_described,
    )
    return Inbox(
        backend,
        journal_for(source, settings),
        operator=settings.operator,
        read_only=settings.read_only,
        contracts=settings.contracts,
        priorities=settings.priorities,
    )


def journal_for(source: str, settings: Settings) -> Journal:
    """The journal that all operators of a source share. Reads nothing and makes nothing."""
    from hitl_tui.journal.journal import Journal

    return Journal(store_for(source), lease=settings.lease, masks=settings.masks)


def store_for(source: str) -> Store | Path:
    """Where the journal of a source is kept: beside a file, in a database, or among our data."""
    from hitl_tui.backends.connect import Kind, kind_of

    match kind_of(source):
        case Kind.POSTGRES:
            from hitl_tui.database import Address

            address = Address(source)
            from hitl_tui.journal.postgres import PostgresStore

            return PostgresStore(address)
        case Kind.SERVER:
            from hitl_tui.journal.file import JournalFile

            return JournalFile(_of_server(source), make_folder=True)
    return journal_path(source)


def _of_server(source: str) -> Path:
    """A file of this user's for each address: its operators on other machines have their own."""
    from hashlib import sha256

    from platformdirs import user_data_path

    from hitl_tui.backends.agent_server.address import address_of

    address = address_of(source)
    slug = re.sub(r"[^a-z0-9.]+", "-", address.identity.partition("://")[2])[:80]
    number = sha256(address.identity.encode()).hexdigest()[:12]
    return user_data_path("hitl-tui") / "servers" / f"{slug}-{number}.hitl.db"


def journal_path(source: str) -> Path:
    """Our own file beside the user's: its name and `.hitl.db`.

    However the file is named, all its operators share one journal: links are followed.
    """
    from hitl_tui.backends.connect import path_of

    path = path_of(source).resolve()
    return path.parent / f"{path.name}.hitl.db"


def _described(interrupt: Interrupt) -> tuple[str, str]:
    """The kind and the title of a question; the dialects are loaded with the first one."""
    from hitl_tui.questions.titles import described

    return described(interrupt)


def _index_command(source: str, settings: Settings) -> tuple[str, ...]:
    """The call of this program that builds the index of a source, which it reads from its input.

    The source may hold a password, and everybody may read a command line.
    """
    folder = ("--cache", str(settings.cache)) if settings.cache else ()
    return (sys.executable, "-m", "hitl_tui", "index", "-", "--for", str(os.getpid()), *folder)


def _config_beside(source: str) -> Path | None:
    folders = (Path(), Path(source.removeprefix("sqlite:///")).parent)
    found = (folder / "langgraph.json" for folder in folders)
    return next((config for config in found if config.is_file()), None)
