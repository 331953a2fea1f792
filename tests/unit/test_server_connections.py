"""Connections to a server that are ended stay so, whoever is still asking."""

import socket

import httpx
import pytest

from hitl_tui.backends.agent_server.address import address_of
from hitl_tui.backends.agent_server.server import Server
from hitl_tui.backends.agent_server.transport import Bounded
from hitl_tui.errors import SourceError


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


def url_of(listener):
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_none_is_made_any_more_once_all_were_ended(listener):
    server = Server(address_of(url_of(listener)))
    server.close()
    with pytest.raises(SourceError, match="is closed"):
        server.read(lambda client: client.threads.search())
    with pytest.raises(SourceError, match="is closed"):
        server.send(lambda client: client.threads.create())
    listener.setblocking(False)
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_one_that_is_made_meanwhile_is_ended_before_it_says_anything(listener):
    bounded = Bounded(url_of(listener), "the server", keep=1)
    bounded.close()
    with pytest.raises(httpx.ConnectError, match="is closed"):
        bounded.handle_request(httpx.Request("GET", url_of(listener)))
    made, _ = listener.accept()
    with made:
        assert made.recv(1) == b""
