"""Commands that run a graph without an answer: `start`, `continue`, `retry`, `abandon`."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import click

from hitl_tui.cli.answering import parse_json
from hitl_tui.cli.running import follow
from hitl_tui.cli.wiring import (
    common_options,
    graph_option,
    inbox_for,
    json_option,
    source_argument,
    thread_argument,
)
from hitl_tui.errors import UsageError
from hitl_tui.model.runs import Verb


@click.command("start")
@source_argument
@click.argument("graph_id", metavar="GRAPH")
@click.option("--input", "graph_input", required=True, metavar="JSON", help="The graph's input.")
@click.option("--thread", metavar="ID", help="The thread's id (default: a new one).")
@json_option
@common_options
def start(
    source: str, graph_id: str, graph_input: str, thread: str | None, as_json: bool, **flags: Any
) -> int:
    """Start a thread of GRAPH and stream it to its first question; makes SOURCE if missing."""
    thread_id = thread or str(uuid4())
    value = parse_json(graph_input, "--input")
    if ":" in graph_id and flags.get("config") is None:
        flags["graph"], graph_id = graph_id, graph_id.rpartition(":")[2]
    with inbox_for(source, flags, create=True) as inbox:
        return follow(inbox, thread_id, lambda: inbox.start(graph_id, value, thread_id), as_json)


def _verb(verb: Verb, text: str) -> click.Command:
    """A command that does `verb` to a thread."""

    @click.command(verb.value, help=text)
    @source_argument
    @thread_argument
    @graph_option
    @json_option
    @common_options
    def command(source: str, thread: str, as_json: bool, **flags: Any) -> int:
        with inbox_for(source, flags) as inbox:
            return follow(inbox, thread, lambda: inbox.act(thread, verb), as_json)

    return command


continue_ = _verb(Verb.CONTINUE, "Go on with a THREAD that stands at a breakpoint or was stopped.")
retry = _verb(Verb.RETRY, "Run a failed or locked THREAD again, with the answer it has.")
abandon = _verb(Verb.ABANDON, "Set aside an answer of THREAD that may have run: ask again.")


@click.command("reopen")
@source_argument
@thread_argument
@json_option
@common_options
def reopen(source: str, thread: str, **flags: Any) -> None:
    """Ask a locked question of THREAD again (comes with a later release)."""
    raise UsageError("`reopen` comes with a later release.", hint="`retry` sends the same answer.")


@click.command("audit")
@click.argument("words", nargs=-1, required=True)
@click.option("--thread", metavar="ID")
@json_option
@common_options
def audit(words: tuple[str, ...], **flags: Any) -> None:
    """Who decided what (comes with a later release)."""
    raise UsageError("`audit` comes with a later release.")
