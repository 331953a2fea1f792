"""The keys of the queue screen; a key's tooltip is what help says of it."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from hitl_tui.tui.tabs import TABS

KEYS: list[BindingType] = [
    Binding("ctrl+s", "send", "Send", priority=True, id="queue.send",
            tooltip="Send the answer in the form; from elsewhere, go to the form"),
    Binding("ctrl+t", "send_all", "Send all", priority=True, id="queue.send_all",
            tooltip="Send the answers to all questions of the thread together, or none of them"),
    Binding("u", "take_back", "Undo send", id="queue.undo",
            tooltip="Take back an answer that has not gone yet; its form comes back"),
    Binding("escape", "back", "Back", id="queue.back", tooltip="Go back to the queue"),
    Binding("left_square_bracket", "turn(-1)", "Previous question", show=False,
            id="queue.previous", tooltip="Show the previous question of the thread"),
    Binding("right_square_bracket", "turn(1)", "Question", key_display="[ ]", id="queue.next",
            tooltip="Show the next question of a thread that asks several"),
    Binding("c", "act('continue')", "Continue", id="queue.continue",
            tooltip="Run what is left of a paused thread, after a question"),
    Binding("t", "act('retry')", "Retry", id="queue.retry",
            tooltip="Run what failed again, after a question"),
    Binding("o", "act('reopen')", "Re-open", id="queue.reopen",
            tooltip="Have a locked or doubtful thread ask again; first says what runs again"),
    Binding("x", "act('abandon')", "Abandon", id="queue.abandon",
            tooltip="Set aside an answer that may have run; first says what was sent"),
    Binding("m", "claim", "Claim", id="queue.claim",
            tooltip="Claim this thread for half an hour: others cannot answer it meanwhile"),
    Binding("l", "release", "Release", id="queue.release",
            tooltip="End your claim on this thread"),
    Binding("z", "snooze", "Snooze", id="queue.snooze",
            tooltip="Put this thread off until a time; it waits under Snoozed and All"),
    Binding("d", "drop_left", "Drop draft", id="queue.drop",
            tooltip="Drop your draft for a question that others answered"),
    Binding("b", "batch", "Batch", id="queue.batch",
            tooltip="Decide the marked threads together; first shows what each will be sent"),
    Binding("B", "resume_batch", "Resume batch", show=False, id="queue.resume_batch",
            tooltip="Go on with a batch that was cut off; nothing is sent twice"),
    Binding("ctrl+k,ctrl+x", "cancel", "Stop run", id="queue.cancel",
            tooltip="Stop our run of this thread, after a question"),
    Binding("v", "view", "Context", id="queue.view",
            tooltip="Show the thread's state, or its request again"),
    Binding("ctrl+r", "raw", "As it came", id="queue.raw",
            tooltip="Show all of the thread as it came: to fold, search and copy"),
    Binding("slash", "search", "Search", id="queue.search",
            tooltip="List only threads that hold a text"),
    Binding("s", "sort", "Sort", show=False, id="queue.sort",
            tooltip="Sort by waiting time, age, graph, state, priority, in turn"),
    Binding("S", "reverse", "Reverse", show=False, id="queue.reverse",
            tooltip="List in the opposite order"),
    Binding("G", "group", "Group", show=False, id="queue.group",
            tooltip="Group by graph, by kind of question, or not at all"),
    Binding("F", "narrow", "Show only", show=False, id="queue.narrow",
            tooltip="Show only threads of a state, a graph, a kind, a claim or an age"),
    Binding("A", "show_all", "Show all", show=False, id="queue.show_all",
            tooltip="Leave nothing of this tab out any more"),
    Binding("f", "filter_log", "Filter log", show=False, id="queue.filter",
            tooltip="Log only this thread, or all again"),
    Binding("w", "save_log", "Save log", show=False, id="queue.save",
            tooltip="Write the log to a new file"),
    Binding("g", "follow_log", "Log's end", show=False, id="queue.follow",
            tooltip="Go to the end of the log and follow it"),
    Binding("tab", "step(1)", "Next pane", show=False, id="queue.tab",
            tooltip="Go to the next field or pane"),
    Binding("shift+tab", "step(-1)", "Previous pane", show=False, id="queue.backtab",
            tooltip="Go to the previous field or pane"),
    *(
        Binding(str(number), f"tab({number - 1})", tab.label, show=False, id=f"queue.tab{number}",
                tooltip=f"List the threads of the tab {tab.label}")
        for number, tab in enumerate(TABS, 1)
    ),
    Binding("question_mark", "help", "Help", id="queue.help", tooltip="Show all keys"),
    Binding("q", "leave", "Quit", id="queue.quit", tooltip="Leave hitl-tui"),
]  # fmt: skip

TYPED = frozenset(
    {
        "act", "batch", "claim", "drop_left", "filter_log", "follow_log", "group", "help", "leave",
        "narrow", "release", "resume_batch", "reverse", "save_log", "search", "show_all", "snooze",
        "sort", "tab", "take_back", "turn", "view",
    }
)  # fmt: skip
"""Actions on plain characters: they hold where nothing is typed in."""

DECIDE = frozenset({"ctrl+s", "ctrl+t"})
"""Keys that send: from wherever they come, what they send must have been seen for a moment."""
