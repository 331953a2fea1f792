"""One Agent Server for all tests of a worker of pytest."""

from collections.abc import Iterator

import pytest

from tests.contract.server.served import Served


@pytest.fixture(scope="session")
def agent_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that lives as long as the tests; the threads of other tests are in it too."""
    served = Served(tmp_path_factory.mktemp("served"), shapes=True)
    served.start()
    yield served
    served.close()
