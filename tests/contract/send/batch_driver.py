"""An operator's process that carries a batch out, and may be killed at a step of a send."""

import json
import os
import signal
import sys
from itertools import count

from hitl_tui.batching import begin, plan
from hitl_tui.carrying import carry
from tests.contract.send.driver import inbox_at


def own(question):
    """An answer that no other thread is sent."""
    return question.interrupt.id


def fault(at, nth):
    """A step that kills this process when it is reached for the nth time."""
    numbers = count(1)

    def step(name):
        if name == at and next(numbers) == int(nth):
            os.kill(os.getpid(), signal.SIGKILL)

    return step


def no_fault(name):
    """Nothing happens."""


def main():
    """SOURCE begin AT NTH THREAD…, or SOURCE resume BATCH."""
    source, verb, *words = sys.argv[1:]
    inbox = inbox_at(source, step=fault(*words[:2]) if verb == "begin" else no_fault)
    if verb == "begin":
        batch_id = begin(inbox, plan(inbox, words[2:], own), "own")
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
