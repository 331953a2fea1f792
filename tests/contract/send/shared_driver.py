"""An operator's process whose answers share a commit, and to which something happens meanwhile."""

import json
import signal
import sys
from contextlib import ExitStack, nullcontext
from pathlib import Path

from hitl_tui.batching import begin, plan
from hitl_tui.carrying import carry
from hitl_tui.cli.wiring import journal_path
from hitl_tui.errors import HitlError
from hitl_tui.journal.journal import Journal
from tests.contract.runner.processes import soon
from tests.contract.send import sharing
from tests.contract.send.batch_driver import fault, no_fault, own
from tests.contract.send.driver import inbox_at

_FRAME = 4096 + 24  # bytes of a page in a WAL
_MOST = 60  # of them that a commit here may have


def kill(source, at, when, *threads):
    """Carry a batch out; `at` is a shared commit, or a step that is reached `when` times.

    `when` is "written", "committed", or how many bytes of the commit are.
    """
    is_commit = at in ("intents", "outcomes")
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    inbox = inbox_at(source, step=no_fault if is_commit else fault("own", at, when))
    shared = sharing.Shared(inbox._journal)
    if is_commit:
        shared.meet(at, **faults_at(when, journal_path(source)))
    batch_id = begin(inbox, plan(inbox, threads, own), "own")
    print(batch_id, flush=True)
    list(carry(inbox, batch_id, at_once=sharing.SHARING))
    print("nothing happened", flush=True)


def faults_at(when, journal):
    """What kills this process at a commit."""
    known = {"written": {"before": sharing.killed}, "committed": {"after": sharing.killed}}
    return known.get(when) or {"before": lambda: sharing.torn(journal, int(when))}


def faults(source, kind, effects, *threads):
    """A fault at every write of a batch; a line of JSON tells what each of them ended in."""
    batch = Batch(source, kind, Path(effects))
    eights = [threads[number : number + 8] for number in range(0, len(threads), 8)]
    warm, tried, *ended = eights
    batch.carried(batch.kept(warm))  # workers must not be started in a fault: they inherit it
    kept = batch.until("batch", lambda size: batch.kept(tried, size), is_kept)
    batch.shared = sharing.Shared(batch.inbox._journal)
    batch.until(
        "intents", lambda size: batch.faulty(kept, "intents", size), lambda e: tried[0] in e
    )
    for size, eight in zip((0, 2 * _FRAME, 6 * _FRAME), ended, strict=True):
        kept = batch.kept(eight)
        told_now = batch.faulty(kept, "outcomes", size)
        settled = soon(lambda now=kept: batch.is_settled(now))
        batch.tell("outcomes", size, told_now, settled=settled)
    batch.inbox.close()


class Batch:
    """Batches at a source whose disk has so much room left for what is written of them."""

    def __init__(self, source, kind, effects):
        self.inbox = inbox_at(source, lease=6.0)
        self._journal = journal_path(source)
        self._fault = sharing.FAULTS[kind]
        self._effects = effects
        self.shared = None

    def until(self, what, work, is_well):
        """Do it with ever more room, until it can be done; tell each time what came of it."""
        for number in range(_MOST):
            size = number * _FRAME
            ended = work(size)
            self.tell(what, size, ended)
            if is_well(ended):
                return ended
        raise AssertionError("it never could be done")

    def kept(self, threads, size=None):
        """Write a batch down."""
        planned = plan(self.inbox, threads, own)
        with self._fault(self._journal, size) if size is not None else nullcontext():
            return told(lambda: begin(self.inbox, planned, "own"))

    def carried(self, batch_id):
        """Carry it out: each thread's outcome and its reason."""
        members = lambda: carry(self.inbox, batch_id, at_once=sharing.SHARING)  # noqa: E731
        return told(
            lambda: {m.thread_id: [m.outcome and m.outcome.value, m.reason] for m in members()}
        )

    def faulty(self, batch_id, commit, size):
        """Carry it out, with a fault at a commit that all of it shares."""
        with ExitStack() as until_now:
            fault = self._fault(self._journal, size)
            self.shared.meet(commit, lambda: until_now.enter_context(fault))
            return self.carried(batch_id)

    def is_settled(self, batch_id):
        """Whether all outcomes stand in the journal."""
        return all(m.outcome == "finished" for m in self.inbox.batches.members(batch_id))

    def tell(self, what, size, ended, **more):
        """A line for the test."""
        effects = self._effects.read_text().splitlines()
        line = {"what": what, "size": size, "ended": ended, "effects": effects}
        print(json.dumps({**line, "trail": list(self.inbox.audit_faults()), **more}), flush=True)


def made(folder):
    """A journal is made on a disk that fails at one of the writes; then the disk is well again."""
    for number in range(_MOST):
        journal = Journal(Path(folder) / f"{number}.hitl.db")
        choose = lambda to=journal: told(lambda: to.choose_graph("t", "g", "ann"))  # noqa: E731
        with sharing.no_growth(journal._store._path, number * _FRAME):
            first = choose()
        line = {"first": first, "then": choose(), "choices": dict(journal.graph_choices())}
        print(json.dumps({**line, "trail": list(journal.trail.faults())}), flush=True)
        journal.close()
        if first is None:
            return


def told(work):
    """What a piece of work gave, or what refused it."""
    try:
        return work()
    except HitlError as error:
        return {type(error).__name__: str(error)}


def is_kept(ended):
    """Whether a batch was written down: it has an id."""
    return isinstance(ended, str)


def main():
    """kill|faults SOURCE …, or made FOLDER"""
    verb, source, *words = sys.argv[1:]
    {"kill": kill, "faults": faults, "made": made}[verb](source, *words)


if __name__ == "__main__":
    main()
