"""What `list` prints: a row for each thread, and what all commands print alike; loads little."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from hitl_tui.model.threads import ThreadState
from hitl_tui.text import clean, line

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox
    from hitl_tui.model.notes import Mark
    from hitl_tui.model.threads import ThreadSummary


def print_json(value: Mapping[str, Any]) -> None:
    """One object on one line of ASCII, so that no terminal can act on it."""
    click.echo(_json(value))


def print_rows(inbox: Inbox, rows: Iterable[tuple[ThreadSummary, Mark]], as_json: bool) -> None:
    """Threads with what operators noted on them, each on a line; written in one go."""
    if as_json:
        lines = [_json(row_json(inbox, row, mark)) for row, mark in rows]
    else:
        lines = [_words(inbox, row, mark) for row, mark in rows]
    if lines:
        click.echo("\n".join(lines))


def _json(value: Mapping[str, Any]) -> str:
    try:
        return json.dumps(value, allow_nan=False)
    except ValueError:  # NaN and infinities are no JSON: told by their names
        return json.dumps(_finite(value), allow_nan=False)


def row_json(inbox: Inbox, row: ThreadSummary, mark: Mark) -> dict[str, Any]:
    """A row of `list --json`; `mark` is what operators noted on it."""
    from hitl_tui.questions.titles import title

    return {
        "thread_id": row.thread_id,
        "state": row.state.value,
        "graph_id": row.graph_id,
        "checkpoint_id": row.checkpoint_id,
        "waiting_since": time(row.waiting_since),
        "updated_at": time(row.updated_at),
        "title": inbox.title(row),
        "interrupts": [{"id": i.id, "node": i.node, "title": title(i)} for i in row.interrupts],
        "next": list(row.next),
        "reason": row.reason or None,
        "claimed_by": mark.claimed_by or None,
        "claimed_until": time(mark.claimed_until),
        "snoozed_by": mark.snoozed_by or None,
        "snoozed_until": time(mark.snoozed_until),
    }


def print_groups(groups: Mapping[str, int], by: str, as_json: bool) -> None:
    """How many there are of each, the most first; what has no name comes as null or a dash."""
    key = "graph_id" if by == "graph" else by
    for name, count in sorted(groups.items(), key=lambda item: (-item[1], item[0])):
        if as_json:
            print_json({key: name or None, "count": count})
        else:
            click.echo(f"{count:>8}  {line(name) or '-'}")


def _words(inbox: Inbox, row: ThreadSummary, mark: Mark) -> str:
    """A row of `list` for people: state, age, graph, thread, what it asks, and what was noted."""
    since = row.waiting_since or row.updated_at
    age = f"{since.astimezone():%Y-%m-%d %H:%M}" if since else "-"
    asked = inbox.title(row) or row.reason or ", ".join(row.next)
    asked = "  ".join([asked, *_noted(mark)])
    graph = line(row.graph_id or "-")
    thread = line(row.thread_id)
    return f"{row.state.label:<10}  {age:<16}  {graph:<16}  {thread:<20}  {line(asked)}"


def _noted(mark: Mark) -> Iterator[str]:
    if mark.claimed_until:
        yield f"[{mark.claimed_by} claims it until {_local(mark.claimed_until)}]"
    if mark.snoozed_until:
        yield f"[snoozed until {_local(mark.snoozed_until)}]"


def _local(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def state_names() -> list[str]:
    """The states that `--state` takes."""
    return [*(state.value for state in ThreadState), "all"]


def warn(text: str) -> None:
    """A line of people's words, on stderr."""
    print(clean(text), file=sys.stderr)


def time(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, or None."""
    return moment.isoformat() if moment else None


def _finite(value: Any) -> Any:
    import math

    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value
