"""How the queue is looked at: its order, its groups, and what of it is shown only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual import work
from textual.app import SystemCommand

from hitl_tui.errors import HitlError
from hitl_tui.model.threads import Group, Query, Sort, ThreadState
from hitl_tui.tui.screens.queue_batch import QueueBatch
from hitl_tui.tui.tabs import TABS, Tab
from hitl_tui.tui.view import SORT_WORDS, SORTS, View
from hitl_tui.tui.widgets.search import Search
from hitl_tui.tui.widgets.tab_bar import TabBar
from hitl_tui.tui.widgets.title_bar import TitleBar

if TYPE_CHECKING:
    from hitl_tui.tui.screens.narrow import Choice

AGEING = 30.0  # seconds after which bounds of age are drawn anew


class QueueView(QueueBatch):
    """The keys that change what is listed, and in which order."""

    def list_anew(self) -> None:
        """List the threads of the tab, the search and the view."""
        states = self._tab.states
        if self.view.state is not None and states and self.view.state not in states:
            self.view = replace(self.view, state=None)
        self.workers.cancel_group(self, "queue.count")  # of what was listed before
        self.threads.show(self._query(self.view), self.view.group)
        self.threads.border_subtitle = self.view.order
        self.query_one(TitleBar).narrowed = self.view.narrowed

    def grow_old(self) -> None:
        """Threads come into and leave bounds of age without a change."""
        if self.view.age is not None:
            self.threads.show(self._query(self.view), self.view.group, fresh=False)

    def look_at(self, view: View) -> None:
        """List by another view."""
        self.view = view
        self.list_anew()
        self.refresh_bindings()

    def action_sort(self) -> None:
        """The next order."""
        self.look_at(self.view.next_sort())

    def action_reverse(self) -> None:
        """The opposite order."""
        self.look_at(replace(self.view, group=None, backwards=not self.view.backwards))

    def action_group(self) -> None:
        """The next kind of groups."""
        self.look_at(self.view.next_group())

    def action_show_all(self) -> None:
        """Leave nothing out."""
        self.look_at(self.view.everything())

    @work(exclusive=True, group="queue.narrow")
    async def action_narrow(self) -> None:
        """Choose what is shown only; counting that takes long asks nobody who went on."""
        still = self.still_here()
        try:
            offered = await self.files.run(self._offered())
        except HitlError as error:
            self.desk.tell(error, "")
            return
        if not still():
            return
        from hitl_tui.tui.screens.narrow import Narrow

        chosen = await self.app.push_screen_wait(Narrow(offered, self.settling))
        if chosen is not None:
            self.look_at(chosen)

    def commands(self) -> Iterator[SystemCommand]:
        """What the palette offers beside the keys: each order by its name."""
        for sort in SORTS:
            words = f"Sort by {SORT_WORDS[sort]}"
            view = replace(self.view, sort=sort, backwards=False, group=None)
            yield SystemCommand(words, "Another order of the queue", partial(self.look_at, view))
        for group in Group:
            words = f"Group by {SORT_WORDS[Sort(group.value)]}"
            view = replace(self.view, group=group)
            yield SystemCommand(words, "With how many there are", partial(self.look_at, view))

    def _offered(self) -> Callable[[], list[Choice]]:
        """What finds out, off the event loop, what there is to choose from: it counts threads."""
        view, inbox = self.view, self._inbox
        states = [state for state in ThreadState if state in (self._tab.states or ThreadState)]
        of_graphs = self._query(replace(view, graph=None))
        of_kinds = self._query(replace(view, kind=None))

        def offered() -> list[Choice]:
            from hitl_tui.tui.screens.narrow import choices

            graphs = inbox.groups(of_graphs, Group.GRAPH)
            kinds = inbox.groups(of_kinds, Group.KIND)
            return choices(view, states, graphs, kinds)

        return offered

    @property
    def _tab(self) -> Tab:
        return TABS[self.query_one(TabBar).chosen]

    def _query(self, view: View) -> Query:
        tab, search = self._tab, self.query_one(Search).value
        query = Query(states=tab.states, search=search, snoozed=tab.snoozed)
        return view.of(query, self.clock())
