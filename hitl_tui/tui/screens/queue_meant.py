"""Keys struck for the thread under the cursor while it is still being read."""

from __future__ import annotations

from textual import events, on
from textual.binding import Binding

from hitl_tui.tui.screens.queue_actions import QueueActions
from hitl_tui.tui.screens.queue_keys import KEYS
from hitl_tui.tui.widgets.detail import Detail
from hitl_tui.tui.widgets.thread_list import ThreadList

_ACTIONS = ("act", "claim", "drop_left", "release", "snooze")
_FOR_A_THREAD = {
    each.key: each.action
    for each in KEYS
    if isinstance(each, Binding) and each.action.partition("(")[0] in _ACTIONS
}
"""What a key does to a thread; whether it can is known once the thread is read."""


class QueueMeant(QueueActions):
    """Has such a key wait for its thread, unless the operator does anything else meanwhile."""

    meant: tuple[str, str] | None = None  # the thread, and the action

    def on_key(self, event: events.Key) -> None:
        """Keep it for its thread; it is the last key that counts."""
        self.meant = None
        action, thread_id = _FOR_A_THREAD.get(event.key), self.threads.thread_id
        being_read = self.detail.thread_id == thread_id and self.detail.opened is None
        if action and thread_id and being_read and self.focused is self.threads:
            self.meant = (thread_id, action)
            event.stop()

    @on(Detail.Loaded)
    async def _do_what_was_meant(self, event: Detail.Loaded) -> None:
        """Do what was meant for this thread, if that can be done."""
        meant, self.meant = self.meant, None
        here = self.is_current and self.focused is self.threads
        if meant and here and meant[0] == self.shown_thread() == event.opened.thread.thread_id:
            await self.run_action(meant[1])

    @on(ThreadList.Highlighted)
    def _mean_nothing(self) -> None:
        """The cursor went on."""
        self.meant = None
