"""What `list` prints, out of an index and read from the source."""

from contextlib import redirect_stdout
from io import StringIO

from hitl_tui.cli.rows import print_rows, print_told
from hitl_tui.inbox import Inbox
from hitl_tui.model.threads import Query


def told(inbox: Inbox, query: Query, limit: int | None, *, as_json: bool) -> str | None:
    """The lines of a list out of an index; None where it does not tell them."""
    found = inbox.told(query, limit, whole=as_json)
    if found is None:
        return None
    with redirect_stdout(StringIO()) as out:
        print_told([(row, None) for row in found], as_json)
    return out.getvalue()


def read(inbox: Inbox, query: Query, limit: int | None, *, as_json: bool) -> str:
    """The same lines, each thread read."""
    rows = inbox.page(query, 0, 1000 if limit is None else limit).rows
    with redirect_stdout(StringIO()) as out:
        print_rows(inbox, [(row, None) for row in rows], as_json)
    return out.getvalue()


def assert_told_as_read(
    inbox: Inbox, reading: Inbox, query: Query, limit: int | None = None, *, as_json: bool = True
) -> None:
    """Word for word what `reading`, which has no index, prints."""
    out = told(inbox, query, limit, as_json=as_json)
    assert out is not None
    assert out == read(reading, query, limit, as_json=as_json)
