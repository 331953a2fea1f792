"""Commands that only look at threads and at what is around them: `show`, `doctor`."""

from __future__ import annotations

from typing import Any

import click

from hitl_tui.cli import output
from hitl_tui.cli.wiring import (
    common_options,
    graph_option,
    inbox_for,
    json_option,
    source_argument,
    thread_argument,
)
from hitl_tui.questions.registry import troubles
from hitl_tui.text import line


@click.command("show")
@source_argument
@thread_argument
@json_option
@common_options
def show(source: str, thread: str, as_json: bool, **flags: Any) -> None:
    """One THREAD of SOURCE: its questions, values and metadata."""
    with inbox_for(source, flags) as inbox:
        opened = inbox.open(thread)
    if as_json:
        output.print_json(output.thread_json(opened))
    else:
        output.print_thread(opened)


@click.command("doctor")
@source_argument
@graph_option
@common_options
def doctor(source: str, **flags: Any) -> int:
    """What of SOURCE can be read, which graphs load, what is missing; a line each.

    Ends with status 8 if the source or a graph cannot be used (BAD); what is merely worth a look,
    such as a thread that cannot be read, is told (see) and is no fault of theirs.
    """
    usable = True
    with inbox_for(source, flags) as inbox:
        for ok, text in inbox.doctor():
            usable = usable and ok is not False
            click.echo(f"{_SIGNS[ok]}  {line(text)}")
    for trouble in troubles():
        click.echo(f"{_SIGNS[None]}  {line(trouble)}")
    return 0 if usable else 8


_SIGNS = {True: "ok ", False: "BAD", None: "see"}
