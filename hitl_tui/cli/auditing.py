"""The command `audit`: who decided what, and whether the trail is intact."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

import click

from hitl_tui.cli import output
from hitl_tui.cli.wiring import common_options, inbox_for, json_option
from hitl_tui.errors import UsageError
from hitl_tui.model.queries import Query
from hitl_tui.text import clean, line

_COLUMNS = ("seq", "at", "kind", "thread_id", "attempt_id", "operator", "host", "data", "hash")


@click.command("audit")
@click.argument("words", nargs=-1, required=True, metavar="[verify] SOURCE")
@click.option("--thread", metavar="ID", help="Only what was done to this thread.")
@click.option("--csv", "as_csv", is_flag=True, help="Comma-separated, with a line of names.")
@json_option
@common_options
def audit(
    words: tuple[str, ...], thread: str | None, as_json: bool, as_csv: bool, **flags: Any
) -> int:
    """Who decided what, in order; `audit verify SOURCE` tells whether the trail is intact.

    Verifying ends with status 0 if it is, and with 1 after naming each fault.
    """
    *verb, source = words
    if verb not in ([], ["verify"]) or (as_json and as_csv):
        raise UsageError("Say `audit SOURCE` or `audit verify SOURCE`, as --json or as --csv.")
    with inbox_for(source, flags) as inbox:
        if verb:
            return _verify(inbox.audit_faults(), len(inbox.audit()))
        if not (rows := inbox.audit(thread)):
            inbox.page(Query(), 0, 1)  # a source that cannot be read is told as such
            output.warn(
                f"Nothing was sent or noted {'to that thread ' if thread else ''}from here."
            )
    if as_csv:
        click.echo(_csv([_COLUMNS, *([_cell(row[name]) for name in _COLUMNS] for row in rows)]))
        return 0
    for row in rows:
        if as_json:
            output.print_json({**row, "data": json.loads(row["data"])})
        else:
            _print(row)
    return 0


def _verify(faults: Any, count: int) -> int:
    for fault in faults:
        click.echo(clean(fault))
    if not faults:
        output.warn(f"The trail is intact: {count} row{'' if count == 1 else 's'}.")
    return 1 if faults else 0


def _print(row: Mapping[str, Any]) -> None:
    words = (row["at"][:19], row["kind"], row["operator"], row["thread_id"], row["data"])
    click.echo(line("  ".join(str(word) for word in words)))


def _cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula, and that holds no control character."""
    if not isinstance(value, str):
        return value
    text = clean(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _csv(rows: list[Any]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue().rstrip("\n")
