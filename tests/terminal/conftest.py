"""Terminals that are closed at the end of a test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import CONFIG
from tests.terminal.terminal import Terminal


@pytest.fixture
def open_inbox() -> Iterator[Callable[..., Terminal]]:
    """Opens the inbox on a file, in a terminal of its own."""
    terminals: list[Terminal] = []

    def opened(source: object, *arguments: str, **options: Any) -> Terminal:
        terminal = Terminal.hitl(str(source), "--config", str(CONFIG), *arguments, **options)
        terminals.append(terminal)
        return terminal

    yield opened
    for terminal in terminals:
        terminal.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them, so that they can be run, or left out, by themselves."""
    for item in items:
        if "tests/terminal" in item.path.as_posix():
            item.add_marker(pytest.mark.terminal)
