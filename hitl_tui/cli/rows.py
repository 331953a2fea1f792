"""What `list` prints: a row for each thread, and what all commands print alike; loads little."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from hitl_tui.backends.times import moment_of
from hitl_tui.backends.told import fields, time
from hitl_tui.model.queries import ThreadState
from hitl_tui.text import clean, identity, line

_MINUTE = 600_000_000  # ticks
_NOTED = ("claimed_by", "claimed_until", "snoozed_by", "snoozed_until")

if TYPE_CHECKING:
    from hitl_tui.backends.told import Told
    from hitl_tui.inbox import Inbox
    from hitl_tui.model.notes import Mark
    from hitl_tui.model.threads import ThreadSummary


def print_json(value: Mapping[str, Any]) -> None:
    """One object on one line of ASCII, so that no terminal can act on it."""
    click.echo(_json(value))


def print_rows(
    inbox: Inbox, rows: Iterable[tuple[ThreadSummary, Mark | None]], as_json: bool
) -> None:
    """Threads with what operators noted on them, if they did, a line each; written in one go."""
    if as_json:
        lines = [_json(row_json(inbox, row, mark)) for row, mark in rows]
    else:
        lines = [_words(inbox, row, mark) for row, mark in rows]
    if lines:
        click.echo("\n".join(lines))


def print_told(rows: Iterable[tuple[Told, Mark | None]], as_json: bool) -> None:
    """The same of rows that an index tells."""
    if as_json:
        import json

        nothing = json.dumps(_noted_json(None))[1:]
        lines = [
            f"{row.json[:-1]}, {json.dumps(_noted_json(mark))[1:] if mark else nothing}"
            for row, mark in rows
        ]
    else:
        starts: dict[tuple[ThreadState, int, str], str] = {}
        lines = [_told_words(row, mark, starts) for row, mark in rows]
    if lines:
        click.echo("\n".join(lines))


def _json(value: Mapping[str, Any]) -> str:
    import json

    try:
        return json.dumps(value, allow_nan=False)
    except ValueError:  # NaN and infinities are no JSON: told by their names
        return json.dumps(_finite(value), allow_nan=False)


def row_json(inbox: Inbox, row: ThreadSummary, mark: Mark | None) -> dict[str, Any]:
    """A row of `list --json`; `mark` is what operators noted on it."""
    from hitl_tui.questions.titles import title

    titles = [title(interrupt) for interrupt in row.interrupts]
    return fields(row, inbox.title(row), titles) | _noted_json(mark)


def _noted_json(mark: Mark | None) -> dict[str, Any]:
    if mark is None:
        return dict.fromkeys(_NOTED)
    return {
        "claimed_by": mark.claimed_by or None,
        "claimed_until": time(mark.claimed_until),
        "snoozed_by": mark.snoozed_by or None,
        "snoozed_until": time(mark.snoozed_until),
    }


def print_groups(groups: Mapping[str, int], by: str, as_json: bool, limit: int | None) -> None:
    """How many there are of each, the most first; what has no name comes as null or a dash."""
    key = "graph_id" if by == "graph" else by
    for name, count in sorted(groups.items(), key=lambda item: (-item[1], item[0]))[:limit]:
        if as_json:
            print_json({key: name or None, "count": count})
        else:
            click.echo(f"{count:>8}  {line(name) or '-'}")


def _words(inbox: Inbox, row: ThreadSummary, mark: Mark | None) -> str:
    """A row for people: state, age, graph, thread, what it asks, and what was noted."""
    since = row.waiting_since or row.updated_at
    asked = inbox.title(row) or row.reason or ", ".join(row.next)
    return _line(
        row.state, _local(since) if since else "-", row.graph_id, row.thread_id, asked, mark
    )


def _told_words(
    row: Told, mark: Mark | None, starts: dict[tuple[ThreadState, int, str], str]
) -> str:
    """The same of a row that an index tells; `starts` are those of the lines made before."""
    if not row.title or not row.ticks:
        import json

        read = json.loads(row.json)
        since = read["waiting_since"] or read["updated_at"]
        age = _local(datetime.fromisoformat(since)) if since else "-"
        asked = read["title"] or read["reason"] or ", ".join(read["next"])
        return _line(row.state, age, read["graph_id"], row.thread_id, asked, mark)
    key = row.state, row.ticks // _MINUTE, row.graph_id
    start = starts.get(key)
    if start is None:
        start = starts[key] = _start(row.state, _local(moment_of(row.ticks)), row.graph_id)
    return start + _end(row.thread_id, row.title, mark)


def _line(
    state: ThreadState, age: str, graph: str | None, thread_id: str, asked: str, mark: Mark | None
) -> str:
    return _start(state, age, graph) + _end(thread_id, asked, mark)


def _start(state: ThreadState, age: str, graph: str | None) -> str:
    return f"{state.label:<10}  {age:<16}  {line(graph or '-'):<16}  "


def _end(thread_id: str, asked: str, mark: Mark | None) -> str:
    if mark is not None:
        asked = "  ".join([asked, *_noted(mark)])
    return f"{identity(thread_id):<20}  {line(asked)}"


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


def _finite(value: Any) -> Any:
    import math

    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value
