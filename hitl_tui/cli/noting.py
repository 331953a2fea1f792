"""Commands that send nothing and tell other operators something: `claim`, `release`, `snooze`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from hitl_tui.cli import output
from hitl_tui.cli.wiring import common_options, inbox_for, source_argument, thread_argument
from hitl_tui.errors import UsageError
from hitl_tui.when import when

_until = click.option("--until", metavar="TIME", help="2h, 30m, 17:30, tomorrow or a date.")


@click.command("claim")
@source_argument
@thread_argument
@_until
@common_options
def claim(source: str, thread: str, until: str | None, **flags: Any) -> None:
    """Keep THREAD for yourself, for half an hour or until a time: others are refused."""
    end = when(until, datetime.now(UTC)) if until else None
    with inbox_for(source, flags) as inbox:
        inbox.open(thread)
        inbox.notes.claim(thread, end)
    output.warn("Claimed.")


@click.command("release")
@source_argument
@thread_argument
@common_options
def release(source: str, thread: str, **flags: Any) -> None:
    """End your claim on THREAD."""
    with inbox_for(source, flags) as inbox:
        inbox.open(thread)
        inbox.notes.release(thread)
    output.warn("Released.")


@click.command("snooze")
@source_argument
@thread_argument
@_until
@click.option("--wake", is_flag=True, help="Wake it instead.")
@common_options
def snooze(source: str, thread: str, until: str | None, wake: bool, **flags: Any) -> None:
    """Put THREAD off until a time, for all operators; it waits apart meanwhile."""
    if wake == bool(until):
        raise UsageError("Give one of --until and --wake.")
    end = when(until, datetime.now(UTC)) if until else None
    with inbox_for(source, flags) as inbox:
        inbox.open(thread)
        inbox.notes.snooze(thread, end)
    output.warn("Awake." if end is None else f"Snoozed until {end.astimezone():%Y-%m-%d %H:%M}.")
