"""The command `open`: the screen, and nothing imported that its first rows do not need."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from hitl_tui.cli.wiring import (
    common_options,
    connect,
    graph_option,
    settings_for,
    source_argument,
)
from hitl_tui.errors import HitlError, UsageError
from hitl_tui.model.threads import Query, ThreadState

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox


@click.command("open")
@source_argument
@graph_option
@common_options
def open_(source: str, **flags: Any) -> None:
    """Open the inbox on SOURCE (`hitl-tui SOURCE` is the same)."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("The inbox needs a terminal; `list` and `answer` do not.")
    settings = settings_for(source, flags)
    inbox = connect(source, settings, background=True)
    threading.Thread(target=_look_ahead, args=(inbox,), daemon=True).start()
    from hitl_tui.tui.app import HitlApp

    app = HitlApp(inbox, grace=settings.grace, at_once=settings.workers)
    try:
        app.run()
    finally:
        app.finish()
        inbox.close()
    sys.exit(app.return_code or 0)


def _look_ahead(inbox: Inbox) -> None:
    """Have the source read while the screen is still being imported; the screen tells failures."""
    with suppress(HitlError):
        inbox.page(Query(frozenset({ThreadState.OPEN})), limit=1)
