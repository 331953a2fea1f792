"""Rows that were read of threads, and as of which moment they are proved to be still the same.

Who looks at what is new proves along, in the same statement, the rows that were asked for last:
most likely they are asked for next.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock, local
from typing import TYPE_CHECKING

from hitl_tui.backends.postgres_index.claims import NOTHING, Claims, Found, claims_of
from hitl_tui.backends.postgres_index.shown import MOST

if TYPE_CHECKING:
    from hitl_tui.backends.postgres_index.entries import Proof
    from hitl_tui.model.threads import ThreadSummary


class ProvedRows:
    """The rows of one database that were read last; safe to use from several threads."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._known: dict[str, tuple[Proof, ThreadSummary]] = {}
        self._proved: set[str] = set()
        self._claims = NOTHING
        self._is_new = False
        self._here = local()
        self.text = ""
        """The moment that the rows were proved for last, see `Moment`; empty before the first."""

    def begin(self) -> None:
        """Somebody asks, in this thread: what is taken from here on is of a moment since."""
        self._here.text = ""

    def is_since(self, text: str) -> bool:
        """Whether rows of this moment were taken by this thread, since it asked."""
        return bool(text) and getattr(self._here, "text", "") == text

    @property
    def claims(self) -> Claims:
        """What is to be proved along."""
        return self._claims

    def expect(self, threads: Sequence[str]) -> None:
        """These will be asked for next, as far as they are known."""
        with self._guard:
            known = {name: self._known[name] for name in threads if name in self._known}
            if known != self._claims.rows:
                self._claims = claims_of(known)

    def know(self, rows: Found) -> None:
        """These were read once, at whatever moment; what is known is newer."""
        with self._guard:
            self._keep({name: row for name, row in rows.items() if name not in self._known})

    def take(self, text: str, rows: Found, *, read: bool = False) -> None:
        """So are these rows at this moment; they were `read`, or proved to be what they were."""
        with self._guard:
            self._is_new = self._is_new or read
            self._proved = set(rows) | (self._proved if text == self.text else set())
            self.text = self._here.text = text
            self._keep(rows)

    def known(self, threads: Sequence[str]) -> Found:
        """What those of the threads were of which that is known."""
        with self._guard:
            return {name: self._known[name] for name in threads if name in self._known}

    def proved(self, threads: Sequence[str], text: str) -> Found:
        """The same of those of which it is proved for this moment."""
        with self._guard:
            if text != self.text:
                return {}
            return {name: self._known[name] for name in threads if name in self._proved}

    def news(self) -> Found:
        """All that is known, if any of it was read since the last call."""
        with self._guard:
            is_new, self._is_new = self._is_new, False
            return dict(self._known) if is_new else {}

    def _keep(self, rows: Found) -> None:
        for name in rows:
            self._known.pop(name, None)
        self._known |= rows
        for name in list(self._known)[:-MOST]:
            del self._known[name]
            self._proved.discard(name)
