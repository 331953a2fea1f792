"""The tabs of the queue: which states each of them shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hitl_tui.model.threads import ThreadState as S


@dataclass(frozen=True, slots=True)
class Tab:
    """A choice of states; no states means all. `glyph` stands for it where space is short.

    `snoozed` is whether it holds threads that sleep, or only the others; None: both.
    """

    label: str
    glyph: str
    states: frozenset[S] = frozenset()
    snoozed: bool | None = None

    def count(self, counts: Mapping[S, int], asleep: Mapping[S, int]) -> int:
        """How many threads the tab holds; `asleep` are how many of all sleep."""
        if self.snoozed:
            return self._sum(asleep)
        return self._sum(counts) - (self._sum(asleep) if self.snoozed is False else 0)

    def _sum(self, counts: Mapping[S, int]) -> int:
        return sum(n for state, n in counts.items() if not self.states or state in self.states)


TABS = (
    Tab("Open", "●", frozenset({S.OPEN}), snoozed=False),
    Tab("Attention", "▲", frozenset({S.LOCKED, S.IN_DOUBT, S.FAILED, S.DRIFTED, S.UNREADABLE})),
    Tab("Running", "↻", frozenset({S.RUNNING})),
    Tab("Paused", "‖", frozenset({S.PAUSED})),
    Tab("Done", "✓", frozenset({S.DONE})),
    Tab("All", "*"),
    Tab("Snoozed", "z", frozenset({S.OPEN}), snoozed=True),
)
