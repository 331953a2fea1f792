"""Commands that need no answer: `start`, `continue`, `retry`, `reopen`, `abandon`."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import click

from hitl_tui.cli import output
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
        """Say what the verb means for the thread, do it, stream what comes of it."""
        with inbox_for(source, flags) as inbox:

            def begin() -> Any:
                known = inbox.consequences(thread, verb)
                events = inbox.act(thread, verb)
                output.warn(known)
                return events

            return follow(inbox, thread, begin, as_json)

    return command


continue_ = _verb(Verb.CONTINUE, "Go on with a THREAD that stands at a breakpoint or was stopped.")
retry = _verb(Verb.RETRY, "Run a failed or locked THREAD again, with the answer it has.")
reopen = _verb(
    Verb.REOPEN, "Ask a locked or doubtful THREAD again; what stands above the question runs again."
)
abandon = _verb(Verb.ABANDON, "Set aside an answer of THREAD that may have run: ask again.")
