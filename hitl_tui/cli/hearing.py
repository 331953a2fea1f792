"""What libraries and dialects log in our own process: never raw on a terminal, never lost.

Without a handler Python writes it to the standard error as it is: a message may hold words of a
payload, and under the screen nobody would see it.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from hitl_tui.text import clean

if TYPE_CHECKING:
    from hitl_tui.model.runs import RunEvent

Tell = Callable[["RunEvent"], None]
"""Takes a record as an event of no thread; what it says is still untrusted."""

_KEPT = 100  # records; more, before anybody listens, are a fault that the first ones tell of


class Heard(logging.Handler):
    """Hands on what is logged from WARNING up, with its traceback if it has one.

    Keeps the first ones until somebody listens. Used from whichever thread logs.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._kept: deque[RunEvent] = deque()
        self._tell: Tell = self._keep

    def hand_to(self, tell: Tell) -> None:
        """From now on `tell` is called, with what was kept first."""
        self.acquire()
        try:
            self._tell = tell
            while self._kept:
                tell(self._kept.popleft())
        finally:
            self.release()

    def emit(self, record: logging.LogRecord) -> None:
        """Hand it on; what its own formatting cannot say is told as it was given."""
        try:
            message = self.format(record)
        except Exception:  # noqa: BLE001 - a bad format string is another library's
            message = f"{record.msg!r} % {record.args!r}"
        from hitl_tui.model.runs import EventType, RunEvent

        said = {"level": record.levelname, "logger": record.name, "message": message}
        self._tell(RunEvent(EventType.LOG, "", said, datetime.now(UTC)))

    def _keep(self, event: RunEvent) -> None:
        if len(self._kept) < _KEPT:
            self._kept.append(event)


def print_what_is_logged() -> None:
    """From now on it stands on the standard error, made safe, unless somebody listens already."""
    root = logging.getLogger()
    if not root.handlers:
        heard = Heard()
        heard.hand_to(_print)
        root.addHandler(heard)


@contextmanager
def kept_for_a_screen() -> Iterator[Heard]:
    """Meanwhile nothing is printed: a screen listens. What none listened to is, after it."""
    heard = Heard()
    logging.getLogger().addHandler(heard)
    try:
        yield heard
    finally:
        heard.hand_to(_print)


def _print(event: RunEvent) -> None:
    click.echo(clean("{level} {logger}: {message}".format_map(event.data)), err=True)
