"""Commands for runs that go on at the source without us: `watch` and `cancel`."""

from __future__ import annotations

from typing import Any

import click

from hitl_tui.cli import output
from hitl_tui.cli.running import follow
from hitl_tui.cli.wiring import (
    common_options,
    inbox_for,
    json_option,
    source_argument,
    thread_argument,
)
from hitl_tui.errors import Conflict


@click.command("watch")
@source_argument
@thread_argument
@json_option
@common_options
def watch(source: str, thread: str, as_json: bool, **flags: Any) -> int:
    """Follow the run of a THREAD that goes on at a server; Ctrl-C leaves it going.

    The status is as of `answer`. What was asked for here before is settled at its end.
    """
    with inbox_for(source, flags) as inbox:
        return follow(inbox, thread, lambda: inbox.join(thread), as_json, cancels=False)


@click.command("cancel")
@source_argument
@thread_argument
@common_options
def cancel(source: str, thread: str, **flags: Any) -> None:
    """Ask a server to stop the run of THREAD, whoever began it; it may have taken effect."""
    with inbox_for(source, flags) as inbox:
        if not inbox.stop(thread):
            inbox.open(thread)  # one that is not there is told as such
            raise Conflict("No run of this thread can be stopped from here.")
    output.warn("The server was asked to stop it.")
