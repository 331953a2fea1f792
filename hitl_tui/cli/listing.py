"""The command `list`: the queue on paper; it loads nothing that its rows do not need."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from hitl_tui.cli import rows as output
from hitl_tui.cli.ages import AGE
from hitl_tui.cli.wiring import common_options, inbox_for, json_option, source_argument
from hitl_tui.model.queries import Claim, Group, Query, Sort, ThreadState

_WAITING = frozenset({ThreadState.OPEN, ThreadState.LOCKED, ThreadState.IN_DOUBT})
_SORTS = [sort.value for sort in Sort]
_CLAIMS = [claim.value for claim in Claim]
_GROUPS = [group.value for group in Group]
_PAGE = 5000


@click.command("list")
@source_argument
@click.option("--state", "states", multiple=True, type=click.Choice(output.state_names()))
@click.option("--graph", help="Only threads of this graph.")
@click.option("--kind", help="Only threads whose first question is of this kind.")
@click.option(
    "--claim", type=click.Choice(_CLAIMS), help="Only threads claimed by me, others, nobody."
)
@click.option("--search", default="", help="Only threads that hold this text.")
@click.option("--sort", type=click.Choice(_SORTS), default=_SORTS[0], help="The order.")
@click.option("--reverse", is_flag=True, help="In the opposite order.")
@click.option("--older-than", type=AGE, help="Last written so long ago, as 30m, 2h, 3d or 1w.")
@click.option("--newer-than", type=AGE, help="Last written since then.")
@click.option("--snoozed/--awake", default=None, help="Only what was put off, or what was not.")
@click.option("--group-by", type=click.Choice(_GROUPS), help="Only how many there are of each.")
@click.option("--limit", type=click.IntRange(min=0), help="At most so many.")
@json_option
@common_options
def list_(
    source: str,
    states: tuple[str, ...],
    limit: int | None,
    group_by: str | None,
    as_json: bool,
    **flags: Any,
) -> None:
    """The queue of SOURCE, oldest waiting first: what is open, locked or in doubt."""
    wanted = frozenset() if "all" in states else frozenset(map(ThreadState, states)) or _WAITING
    query = _query(wanted, flags, whole=as_json)
    with inbox_for(source, flags, hears=False) as inbox:
        if group_by:
            _hear()
            output.print_groups(inbox.groups(query, Group(group_by)), group_by, as_json, limit)
            return
        shown = 0
        told = inbox.told(query, limit, whole=as_json)
        if told is not None:
            marks = inbox.notes.marks()
            output.print_told([(row, marks.get(row.thread_id)) for row in told], as_json)
            shown, limit = len(told), 0
        else:
            _hear()
        while limit is None or shown < limit:
            room = _PAGE if limit is None else min(_PAGE, limit - shown)
            page = inbox.page(query, shown, room)
            marks = inbox.notes.marks()
            output.print_rows(
                inbox, [(row, marks.get(row.thread_id)) for row in page.rows], as_json
            )
            shown += len(page.rows)
            if not page.rows or (shown >= page.total and not page.partial):
                break
    if not shown and not as_json:
        output.warn("Nothing waits." if wanted == _WAITING else "No such thread.")


def _hear() -> None:
    """Threads are read: what is loaded for that may log. An index is told without any of it."""
    from hitl_tui.cli.hearing import print_what_is_logged

    print_what_is_logged()


def _query(states: frozenset[ThreadState], flags: dict[str, Any], *, whole: bool) -> Query:
    """The query of the flags, which are taken out of them."""
    now = datetime.now(UTC)
    older, newer, claim = (flags.pop(name) for name in ("older_than", "newer_than", "claim"))
    return Query(
        states=states,
        graph=flags.pop("graph"),
        search=flags.pop("search"),
        snoozed=flags.pop("snoozed"),
        sort=Sort(flags.pop("sort")),
        backwards=flags.pop("reverse"),
        since=now - newer if newer else None,
        until=now - older if older else None,
        kind=flags.pop("kind"),
        claim=Claim(claim) if claim else None,
        whole=whole,
    )
