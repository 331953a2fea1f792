"""The command `index`: makes the index of a large source, which the screen does by itself."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from hitl_tui.cli.wiring import common_options, settings_for, source_argument
from hitl_tui.errors import SourceError

_BACK = 19  # as in nice(1)


@click.command("index")
@source_argument
@click.option("--cache", type=click.Path(path_type=Path), help="The folder to keep it in.")
@click.option("--for", "screen", type=int, help="Stand back for this process; stop when it ends.")
@click.option("--part", is_flag=True, hidden=True, help="Read a part for another such process.")
@common_options
def index(source: str, screen: int | None, part: bool, **flags: Any) -> None:
    """Index SOURCE, so that a large one is listed and searched at once.

    The index is kept in the user's cache folder and can be deleted at any time. A SOURCE of - is
    read from the input.
    """
    from hitl_tui.backends.caching import Caching
    from hitl_tui.backends.connect import index_for, read_part
    from hitl_tui.backends.index.store import Unavailable
    from hitl_tui.questions.read import described

    if part:
        read_part(source, described, sys.stdin.buffer, sys.stdout.buffer)
        return
    if screen is not None:
        os.nice(_BACK)
    if source == "-":
        source = os.fsdecode(sys.stdin.buffer.read()).removesuffix("\n")
    caching = Caching(settings_for(source, flags).cache, index_from=0)
    second = (sys.executable, "-m", "hitl_tui", "index", "--part", "--", source)
    desk = index_for(source, caching, described, second)
    try:
        if not desk.build(lambda batches: _stop_without(screen)):
            click.echo("Another program is indexing it.", err=True)
            return
        _, text = desk.doctor()
    except (Unavailable, OSError) as error:
        raise SourceError(f"The index cannot be made: {error}.") from error
    finally:
        desk.close()
    click.echo(text, err=True)


def _stop_without(screen: int | None) -> None:
    """Stop in the middle if the process that started this one is gone: the next one goes on."""
    if screen is not None and os.getppid() != screen:
        raise click.Abort
