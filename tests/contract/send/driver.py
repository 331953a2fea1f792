"""An operator's process that answers one thread, and is killed or stopped at a step of the send."""

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from hitl_tui.backends.connect import backend_for
from hitl_tui.cli.wiring import store_for
from hitl_tui.errors import HitlError
from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.journal.trail import Trail
from hitl_tui.runner.spec import RunnerSpec
from tests.contract.runner.processes import children

CONFIG = Path(__file__).parent / "graphs" / "langgraph.json"


def inbox_at(source, operator="ann", lease=60.0, **options) -> Inbox:
    """An inbox on a source of the graphs here."""
    backend = backend_for(str(source), RunnerSpec(config=CONFIG, nice=0))
    journal = Journal(store_for(str(source)), lease=lease)
    return Inbox(backend, journal, operator=operator, **options)


def fault(at, how):
    """A step that does `how` to this process, or its workers, when it is reached."""

    def step(name):
        if name == at and how == "worker":
            for child in children():
                with suppress(ProcessLookupError):  # it has just ended
                    os.kill(child, signal.SIGKILL)
        elif name == at:
            os.kill(os.getpid(), getattr(signal, how))

    return step


def fault_in_journal(at, how):
    """The same in the middle of a transaction: its rows are written, and not yet committed."""
    told = Trail.tell

    def tell(trail, db, kind, *rest, **more):
        told(trail, db, kind, *rest, **more)
        if at == f"writing {kind}":
            os.kill(os.getpid(), getattr(signal, how))

    Trail.tell = tell


def looked(inbox, thread_id):
    """The one question of a thread, and the head that asks it."""
    thread = inbox.open(thread_id).thread
    return thread.interrupts[0].id, thread.checkpoint_id


def answer(inbox, thread_id, value, question=None):
    """Answer the question looked at; how that ended, as a line of JSON shows it."""
    try:
        asked, seen = question or looked(inbox, thread_id)
        end = list(inbox.answer(thread_id, {asked: value}, seen=seen))[-1].data
        return {"outcome": end["outcome"], "reason": end["reason"]}
    except HitlError as error:
        return {"outcome": type(error).__name__, "reason": str(error)}


def race(source, operator, value):
    """Answer the questions named on stdin, each as soon as its line arrives."""
    inbox = inbox_at(source, operator)
    inbox.graphs()
    print("ready", flush=True)
    for line in sys.stdin:
        thread_id, *question = json.loads(line)
        print(json.dumps(answer(inbox, thread_id, value, question)), flush=True)
    inbox.close()


def main():
    source, operator, value, at, how, lease, thread = sys.argv[1:]
    if how == "race":
        race(source, operator, value)
        return
    fault_in_journal(at, how)
    inbox = inbox_at(source, operator, float(lease), step=fault(at, how))
    asked = inbox.open(thread).thread.interrupts[0].id
    inbox.notes.save_draft(thread, asked, {"value": value})
    print(json.dumps(answer(inbox, thread, value)), flush=True)
    inbox.close()


if __name__ == "__main__":
    main()
