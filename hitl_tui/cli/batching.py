"""The command `batch`: one decision for many threads, and what was cut off of it, resumed."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import Any

import click

from hitl_tui.batching import Make, begin, by_decision, by_value, plan
from hitl_tui.carrying import carry
from hitl_tui.cli import batch_output, output
from hitl_tui.cli.answering import parse_json
from hitl_tui.cli.wiring import (
    common_options,
    inbox_with,
    json_option,
    settings_for,
    source_argument,
)
from hitl_tui.errors import UsageError
from hitl_tui.inbox import Inbox
from hitl_tui.model.threads import Query, ThreadState

_PAGE = 500


@click.command("batch")
@source_argument
@click.option("--thread", "threads", multiple=True, metavar="ID", help="One of them; repeat it.")
@click.option("--state", "states", multiple=True, type=click.Choice(output.state_names()))
@click.option(
    "--graph", metavar="GRAPH", help="Only threads of this graph; MODULE:NAME is one to run."
)
@click.option("--search", default="", help="Only threads that hold this text.")
@click.option("--decision", metavar="NAME", help="approve, reject, … as `show` names them.")
@click.option("--message", help="The text that goes with a decision.")
@click.option("--value", metavar="JSON", help="The answer as JSON, sent as it is.")
@click.option("--dry-run", is_flag=True, help="Only print what would be sent to which thread.")
@click.option("--stop-at-failure", is_flag=True, help="Begin no more once one has failed.")
@click.option("--resume", metavar="ID", help="Go on with a batch that was cut off.")
@click.option("--unfinished", is_flag=True, help="Only print the batches that were cut off.")
@json_option
@common_options
def batch(source: str, as_json: bool, stop_at_failure: bool, **flags: Any) -> int:
    """Send one decision to many threads of SOURCE, a few at a time.

    Each is checked first; those that cannot be answered so are named, and left out.
    """
    call = {name: flags.pop(name) for name in _OWN}
    if (graph := flags.pop("graph")) is not None:
        place = flags if ":" in graph else call
        place["graph"] = graph
    _check(call)
    settings = settings_for(source, flags)
    with inbox_with(source, settings) as inbox:
        show = batch_output.Printer(as_json, inbox.shown)
        if call["unfinished"]:
            show.unfinished(inbox.batches.all())
            return 0
        batch_id = call["resume"]
        if batch_id is None:
            planned = plan(inbox, _wanted(inbox, call), _make(call))
            show.plan(planned)
            if call["dry_run"]:
                return 0
            batch_id = begin(inbox, planned, _words(call))
            show.begun(batch_id)
        return _carry(inbox, batch_id, show, settings.workers, stop_at_failure)


_OWN = (
    "unfinished",
    "threads",
    "states",
    "search",
    "decision",
    "message",
    "value",
    "dry_run",
    "resume",
)


def _check(call: dict[str, Any]) -> None:
    """Raise UsageError unless the call says what goes to whom, or which batch goes on."""
    selects = [call["states"], call.get("graph"), call["search"]]
    answers = [way for way in ("decision", "value") if call[way] is not None]
    if call["resume"] is not None or call["unfinished"]:
        words = [*selects, *answers, call["threads"], call["message"], call["dry_run"]]
        if any(words) or (call["resume"] is not None and call["unfinished"]):
            raise UsageError("--resume and --unfinished stand alone: all else was decided before.")
        return
    if call.get("graph") == "":  # an empty variable of a script; `list` lists those without one
        raise UsageError("--graph names no graph.")
    if len(answers) != 1:
        raise UsageError("Give one of --decision and --value.")
    if call["message"] is not None and call["decision"] is None:
        raise UsageError("--message goes with --decision.")
    if bool(call["threads"]) == any(selects):
        raise UsageError(
            "Name threads with --thread, or choose them by --state, --graph, --search."
        )


def _make(call: dict[str, Any]) -> Make:
    if call["decision"] is not None:
        return by_decision(call["decision"], call["message"])
    return by_value(parse_json(call["value"], "--value"))


def _words(call: dict[str, Any]) -> str:
    """What was decided, as people read it in a list of batches; what is sent stays out of it."""
    return str(call["decision"] or "a value")


def _wanted(inbox: Inbox, call: dict[str, Any]) -> Sequence[str]:
    """The ids of the threads that the call names or selects, open ones unless it says otherwise."""
    if call["threads"]:
        return tuple(call["threads"])
    states = frozenset(map(ThreadState, set(call["states"]) - {"all"}))
    if not call["states"]:
        states = frozenset({ThreadState.OPEN})
    elif "all" in call["states"]:
        states = frozenset()
    query = Query(states=states, graph=call.get("graph"), search=call["search"])
    found: list[str] = []
    while rows := inbox.page(query, len(found), _PAGE).rows:
        found += [row.thread_id for row in rows]
    return found


def _carry(
    inbox: Inbox, batch_id: str, show: batch_output.Printer, at_once: int, stop_at_failure: bool
) -> int:
    """Follow a batch to its end; the status is the highest of its threads'."""
    with _stopped_by_interrupt() as stop:
        for member in carry(
            inbox, batch_id, at_once=at_once, stop_at_failure=stop_at_failure, stop=stop
        ):
            show.member(member)
    members = inbox.batches.members(batch_id)
    show.end(batch_id, members)
    status = max((each.outcome.exit_code for each in members if each.outcome), default=0)
    return status or (7 if any(each.outcome is None for each in members) else 0)


@contextmanager
def _stopped_by_interrupt() -> Iterator[Event]:
    """The first Ctrl-C begins no more and waits for what is under way; the second one leaves."""
    stop = Event()

    def ask(signum: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        output.warn("No more is begun; once more to leave at once.")
        stop.set()

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
