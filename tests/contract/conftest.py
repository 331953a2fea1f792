"""One Agent Server for all tests of a worker of pytest, and places of each kind for a module's."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hitl_tui.backends.agent_server.credentials import KINDS as CREDENTIALS
from hitl_tui.backends.caching import Caching
from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.questions.titles import described
from tests.contract.server.served import Served
from tests.places import EVERYWHERE, Source
from tests.postgres.cluster import database

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def agent_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that lives as long as the tests; the threads of other tests are in it too."""
    served = Served(tmp_path_factory.mktemp("served"), shapes=True)
    served.start()
    yield served
    served.close()


@pytest.fixture(scope="module", params=EVERYWHERE)
def anywhere(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Source]:
    """A file that is not there yet, an empty database, a server: for the tests of one module.

    They give their threads ids of their own; journals of a server are the module's too.
    """
    folder = tmp_path_factory.mktemp("anywhere")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        for name in (name for kind in CREDENTIALS for name in kind.names):
            patch.delenv(name, raising=False)
        if request.param == "server":
            yield request.getfixturevalue("agent_server").url
        elif request.param == "postgres":
            server = request.getfixturevalue("server")
            with database(server, f"anywhere_{next(_NUMBERS)}") as address:
                yield address
        else:
            yield folder / "checkpoints.sqlite"


@pytest.fixture
def inbox_of() -> Iterator[Callable[..., Inbox]]:
    """Makes inboxes of files, with a journal beside each; `caching` says where an index is."""
    made: list[Inbox] = []

    def make(path: Path, caching: Caching | None, **more: Any) -> Inbox:
        backend = SqliteBackend(path, caching=caching, describe=described)
        journal = Journal(path.with_name("journal.db"), masks=more.pop("masks", ()))
        made.append(Inbox(backend, journal, operator="ann", **more))
        return made[-1]

    yield make
    for inbox in made:
        inbox.close()
