"""The queue's rows as far as they are known: pages fetched on demand, nothing more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hitl_tui.model.notes import Mark
from hitl_tui.model.threads import Group, Query, ThreadSummary
from hitl_tui.text import Safe, line
from hitl_tui.tui.sections import Sections
from hitl_tui.tui.snippets import pattern, snippet

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox

PAGE = 32  # rows read at once: about what a terminal shows
NONE = Mark()
_NOWHERE = Safe("")
_TRIES = 3
_TITLE = 400  # characters of a title that any terminal could show


@dataclass(frozen=True, slots=True)
class Row:
    """A thread, the one line that says what it asks, and what operators noted on it."""

    thread: ThreadSummary
    title: Safe
    mark: Mark
    found: Safe = _NOWHERE
    """Where a searched text stands in what is asked; empty if nothing is searched, or elsewhere."""


@dataclass(slots=True)
class Rows:
    """The rows of one reading of a query: `total` of them, in pages by number.

    `position` is where the row that was looked for stands, None if it is not among them. `partial`
    says that more will come: the source is still being read for the first time. `sections` are the
    groups in which they stand.
    """

    total: int = 0
    pages: dict[int, tuple[Row, ...]] = field(default_factory=dict)
    position: int | None = None
    partial: bool = False
    sections: Sections = field(default_factory=Sections)

    @property
    def lines(self) -> int:
        """How many lines of a list they take."""
        return self.sections.lines(self.total)

    def get(self, index: int) -> Row | None:
        """The row at `index`, None if it is not known (yet)."""
        page = self.pages.get(index // PAGE, ())
        return page[index % PAGE] if 0 <= index % PAGE < len(page) and index >= 0 else None

    def missing(self, first: int, last: int) -> list[int]:
        """Numbers of the pages between two rows that are not known."""
        last = min(last, self.total - 1)
        return [n for n in range(max(0, first) // PAGE, last // PAGE + 1) if n not in self.pages]

    def find(self, thread_id: str) -> int | None:
        """Where a thread stands among the rows that are known."""
        for number, page in self.pages.items():
            for at, row in enumerate(page):
                if row.thread.thread_id == thread_id:
                    return number * PAGE + at
        return None

    def known_after(self, index: int) -> Iterator[tuple[int, Row]]:
        """Known rows after `index`, then those before it: the order in which to go on."""
        known = sorted(n * PAGE + i for n, page in self.pages.items() for i in range(len(page)))
        for i in [i for i in known if i > index] + [i for i in known if i < index]:
            if row := self.get(i):
                yield i, row


def read_rows(
    inbox: Inbox,
    query: Query,
    looked_for: str | None,
    top: int,
    height: int,
    group: Group | None = None,
) -> Rows:
    """Read afresh what a list of `height` rows shows; blocks.

    `looked_for` is the thread whose row must be known wherever it went, `top` the first row shown.
    Rows that change while they are counted by `group` are read again; if that does not help, or
    not all are known yet, they come without groups.
    """
    for _ in range(_TRIES if group else 1):
        rows = _read(inbox, query, looked_for, top, height)
        if group is None or rows.partial:
            break
        sections = Sections(inbox.groups(query, group))
        if sections.rows == rows.total:
            rows.sections = sections
            break
    return rows


def _read(inbox: Inbox, query: Query, looked_for: str | None, top: int, height: int) -> Rows:
    rows = Rows()
    if looked_for is not None:
        rows.position = inbox.position(query, looked_for)
    wanted = {max(0, top) // PAGE, (max(0, top) + height) // PAGE}
    if rows.position is not None:
        wanted.add(rows.position // PAGE)
    read_pages(inbox, query, rows, wanted)
    return rows


def read_pages(inbox: Inbox, query: Query, rows: Rows, numbers: Iterable[int]) -> None:
    """Add pages to `rows`, and correct their total; blocks."""
    marks, sought = inbox.notes.marks(), pattern(query.search)
    for number in sorted(numbers):
        page = inbox.page(query, number * PAGE, PAGE)
        rows.total = page.total
        rows.partial = rows.partial or page.partial
        rows.pages[number] = tuple(
            Row(
                row,
                _title(inbox, row),
                marks.get(row.thread_id, NONE),
                snippet(row, sought) if sought else _NOWHERE,
            )
            for row in page.rows
        )


def _title(inbox: Inbox, row: ThreadSummary) -> Safe:
    text = inbox.title(row) or row.reason or ", ".join(row.next) or row.thread_id
    return line(text[:_TITLE])
