"""The command `open`: the screen, and nothing imported that its first rows do not need."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from hitl_tui.cli.hearing import Heard, kept_for_a_screen
from hitl_tui.cli.unhurried import drawing_soon, leave_out_what_is_loaded, take_short_turns
from hitl_tui.cli.wiring import (
    common_options,
    connect,
    graph_option,
    settings_for,
    source_argument,
)
from hitl_tui.errors import UsageError

if TYPE_CHECKING:
    from hitl_tui.tui.app import HitlApp


@click.command("open")
@source_argument
@graph_option
@common_options
def open_(source: str, **flags: Any) -> None:
    """Open the inbox on SOURCE (`hitl-tui SOURCE` is the same)."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("The inbox needs a terminal; `list` and `answer` do not.")
    with kept_for_a_screen() as heard:
        app = _run(source, flags, heard)
    sys.exit(app.return_code or 0)


def _run(source: str, flags: dict[str, Any], heard: Heard) -> HitlApp:
    """The app, run and ended; what is logged meanwhile stands in its log."""
    settings = settings_for(source, flags)
    take_short_turns()
    inbox = connect(source, settings, background=True)
    from hitl_tui.tui.ahead import Ahead

    ahead = Ahead(inbox)
    with drawing_soon():  # a tenth of a second, in which the rows are read
        from hitl_tui.tui.app import HitlApp

    app = HitlApp(inbox, grace=settings.grace, at_once=settings.workers, ahead=ahead)
    app.log_lines = settings.log_lines
    app.loaded = leave_out_what_is_loaded
    app.listen = heard.hand_to
    try:
        app.run()
    finally:
        app.finish()
        inbox.close()
    return app
