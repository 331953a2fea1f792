"""How the queue is looked at, beside its tab and search: order, groups, what is left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hitl_tui.model.threads import Claim, Group, Query, Sort, ThreadState

SORTS = (Sort.WAITING, Sort.AGE, Sort.GRAPH, Sort.STATE, Sort.PRIORITY)
GROUPS = (None, Group.GRAPH, Group.KIND)
SORT_WORDS = {
    Sort.WAITING: "waiting time",
    Sort.AGE: "age",
    Sort.GRAPH: "graph",
    Sort.STATE: "state",
    Sort.PRIORITY: "priority",
    Sort.KIND: "kind of question",
}
CLAIM_WORDS = {
    Claim.MINE: "claimed by you",
    Claim.OTHERS: "claimed by others",
    Claim.NOBODY: "not claimed",
}


@dataclass(frozen=True, slots=True)
class Age:
    """When a thread was written last: more than `over` ago, and less than `under`."""

    words: str
    over: timedelta | None = None
    under: timedelta | None = None


AGES = (
    Age("under an hour old", under=timedelta(hours=1)),
    Age("over an hour old", over=timedelta(hours=1)),
    Age("over a day old", over=timedelta(days=1)),
    Age("over a week old", over=timedelta(weeks=1)),
)


@dataclass(frozen=True, slots=True)
class View:
    """An order, and what of a tab is shown; empty names mean threads without a graph or a kind."""

    sort: Sort = Sort.WAITING
    backwards: bool = False
    group: Group | None = None
    state: ThreadState | None = None
    graph: str | None = None
    kind: str | None = None
    claim: Claim | None = None
    age: Age | None = None

    def of(self, query: Query, now: datetime) -> Query:
        """The query, looked at so."""
        age = self.age or Age("")
        return replace(
            query,
            states=query.states if self.state is None else frozenset({self.state}),
            graph=self.graph,
            kind=self.kind,
            claim=self.claim,
            since=now - age.under if age.under else None,
            until=now - age.over if age.over else None,
            sort=Sort(self.group.value) if self.group else self.sort,
            backwards=self.backwards and self.group is None,
        )

    def next_sort(self) -> View:
        """The same in the next order; groups have their own."""
        if self.group is not None:
            return replace(self, group=None)
        at = SORTS.index(self.sort)
        return replace(self, sort=SORTS[(at + 1) % len(SORTS)], backwards=False)

    def next_group(self) -> View:
        """The same by the next kind of groups, or without any."""
        return replace(self, group=GROUPS[(GROUPS.index(self.group) + 1) % len(GROUPS)])

    def everything(self) -> View:
        """The same with nothing left out."""
        return View(self.sort, self.backwards, self.group)

    @property
    def order(self) -> str:
        """The order in words; empty for the queue's own."""
        if self.group is not None:
            return f"by {SORT_WORDS[Sort(self.group.value)]}"
        if (self.sort, self.backwards) == (Sort.WAITING, False):
            return ""
        return f"by {SORT_WORDS[self.sort]}{' ↑' if self.backwards else ''}"

    @property
    def narrowed(self) -> tuple[str, ...]:
        """What is shown only, in words; untrusted."""
        found = [
            self.state and self.state.label,
            None if self.graph is None else f"graph {self.graph or 'unknown'}",
            None if self.kind is None else f"kind {self.kind or 'none'}",
            self.claim and CLAIM_WORDS[self.claim],
            self.age and self.age.words,
        ]
        return tuple(words for words in found if words)
