"""Up to which moment of a database an index is right, and where what comes later will stand."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from operator import le

from hitl_tui.backends.postgres_index.moment import MOST_AGE, Blocks, Moment

_MARGIN = 64
"""Pages before a table's end that are looked at too: programs that write at once each fill one."""
_KEPT = 32


@dataclass(frozen=True, slots=True)
class Marks:
    """What was seen last, as in `Moment`; `ended` is where the tables ended at earlier moments.

    That is kept as pairs, oldest first, of the first transaction that had not begun at a moment,
    and its ends: whoever began later wrote later pages. All transactions below `passed` were looked
    for everywhere, as was all that a moment of the text `settled` sees.
    """

    text: str = ""
    oldest: int = 0
    next: int = 0
    running: frozenset[int] = frozenset()
    ends: Blocks = (0, 0)
    files: str = ""
    passed: int = 0
    settled: str = ""
    ended: tuple[tuple[int, Blocks], ...] = field(default=())

    @classmethod
    def begun(cls, now: Moment) -> Marks:
        """Nothing is known from before this moment, but all that it sees."""
        return cls(passed=now.oldest).at(now)

    def at(self, now: Moment) -> Marks:
        """What was found up to now is known."""
        moved = self.files != now.files
        ended = () if moved else self.ended
        return replace(
            self,
            text=now.text,
            oldest=now.oldest,
            next=now.next,
            running=now.running,
            ends=now.ends,
            files=now.files,
            ended=_thinned((*ended, (now.next + now.ages, now.ends))),
        )

    def earliest(self, now: Moment) -> int:
        """The first transaction whose rows may be new since then: those that ended meanwhile count.

        A transaction that was going on then, and is over, wrote before others that were seen.
        """
        if now.is_replica:
            return self.oldest
        return min((each for each in self.running if each not in now.running), default=self.next)

    def pages(self, now: Moment) -> Blocks:
        """From where on those rows stand, unless they were put into the room of deleted ones."""
        if self.files != now.files:
            return now.ends
        first = self.earliest(now)
        known = [ends for following, ends in self.ended if following <= first]
        begin = known[-1] if known else self.ended[0][1] if self.ended else self.ends
        return (
            max(0, min(begin[0], now.ends[0]) - _MARGIN),
            max(0, min(begin[1], now.ends[1]) - _MARGIN),
        )

    @property
    def is_calm(self) -> bool:
        """Whether no transaction was going on then: all later rows are of later ones."""
        begun = self.ended[-1][0] if self.ended else 0
        return not self.running and self.oldest == self.next == begun

    def last_pages(self) -> Blocks:
        """From where on later rows stand, if it was calm and the tables became no shorter."""
        return max(0, self.ends[0] - _MARGIN), max(0, self.ends[1] - _MARGIN)

    def reaches(self, now: Moment) -> bool:
        """Whether the tables are the same files by then, no shorter, and all ages can be told."""
        longer = all(map(le, self.ends, now.ends))
        return self.files == now.files and longer and now.age_of(self.next) < MOST_AGE

    def after_pass(self, begun: Moment) -> Marks:
        """All that this moment sees was looked for everywhere."""
        return replace(self, passed=begun.oldest, settled=begun.text)

    def has_run_back(self, now: Moment) -> bool:
        """Whether the database is of an earlier time than what was seen: another one took over."""
        return now.next < self.next and not now.is_replica

    def written(self) -> str:
        """As text, to keep."""
        return json.dumps([*self._told()])

    def _told(self) -> list[object]:
        return [
            *(self.text, self.oldest, self.next, sorted(self.running), self.ends),
            *(self.files, self.passed, self.settled, self.ended),
        ]

    @classmethod
    def read(cls, text: str) -> Marks | None:
        """What was written; None if nothing was."""
        if not text:
            return None
        seen, oldest, following, running, ends, *more, ended = json.loads(text)
        files, passed, settled = more
        pairs = tuple((at, (first, second)) for at, (first, second) in ended)
        at_ends = (ends[0], ends[1])
        numbers = oldest, following, frozenset(running)
        return cls(seen, *numbers, at_ends, files, passed, settled, pairs)


def _thinned(ended: tuple[tuple[int, Blocks], ...]) -> tuple[tuple[int, Blocks], ...]:
    """At most so many, fewer the older: each second one of the older half goes."""
    if len(ended) <= _KEPT:
        return ended
    half = len(ended) // 2
    return (*ended[:half:2], *ended[half:])
