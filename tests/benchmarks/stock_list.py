"""Lists the threads that wait, as one would with LangGraph's own SqliteSaver: `FILE`.

A thread's newest checkpoint is its head; an interrupt waits on it unless its task has put
something out. Prints the thread's id and what it asks.
"""

import sys
from collections.abc import Sequence
from typing import Any

from langgraph.checkpoint.sqlite import SqliteSaver


def waiting(writes: Sequence[tuple[str, str, Any]]) -> list[Any]:
    """What is asked, among the writes pending on a head."""
    done = {task for task, channel, _ in writes if not channel.startswith("__")}
    asked = [
        value for task, channel, value in writes if channel == "__interrupt__" and task not in done
    ]
    return [interrupt.value for interrupts in asked for interrupt in interrupts]


def main(path: str) -> None:
    """List a file, newest checkpoint first, as the saver gives them."""
    seen = set()
    with SqliteSaver.from_conn_string(path) as saver:
        for item in saver.list(None):
            configurable = item.config["configurable"]
            thread_id = configurable["thread_id"]
            if configurable["checkpoint_ns"] or thread_id in seen:
                continue
            seen.add(thread_id)
            for value in waiting(item.pending_writes or ()):
                print(thread_id, value)


if __name__ == "__main__":
    main(sys.argv[1])
