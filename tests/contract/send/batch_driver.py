"""An operator's process that carries a batch out; it or its workers may be killed at a step."""

import json
import os
import signal
import sys
from contextlib import suppress
from itertools import count

from hitl_tui.batching import begin, plan
from hitl_tui.carrying import carry
from tests.contract.runner.processes import children
from tests.contract.send.driver import inbox_at


def own(question):
    """An answer that no other thread is sent."""
    return question.interrupt.id


def fault(whose, at, nth):
    """A step that kills this process, or its workers, when it is reached for the nth time."""
    numbers = count(1)

    def step(name):
        if name == at and next(numbers) == int(nth):
            killed = children() if whose == "workers" else [os.getpid()]
            for process in killed:
                with suppress(ProcessLookupError):  # it has just ended
                    os.kill(process, signal.SIGKILL)
            print(f"killed {len(killed)}", flush=True)

    return step


def no_fault(name):
    """Nothing happens."""


def main():
    """SOURCE begin WHOSE AT NTH THREAD…, or SOURCE resume BATCH."""
    source, verb, *words = sys.argv[1:]
    inbox = inbox_at(source, step=fault(*words[:3]) if verb == "begin" else no_fault)
    if verb == "begin":
        batch_id = begin(inbox, plan(inbox, words[3:], own), "own")
        print(batch_id, flush=True)
    else:
        batch_id = words[0]
        print("ready", flush=True)
        sys.stdin.readline()
    members = [*carry(inbox, batch_id, at_once=2)]
    told = {m.thread_id: [m.outcome and m.outcome.value, m.reason] for m in members}
    print(json.dumps(told), flush=True)
    inbox.close()


if __name__ == "__main__":
    main()
