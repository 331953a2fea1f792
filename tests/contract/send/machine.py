"""A model of threads, operators and other programs, and the real things held against it.

The model knows two graphs: `effect` asks once and then acts, `twice` asks twice in one node.
"""

from __future__ import annotations

import itertools
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from hitl_tui.errors import Conflict, UsageError
from hitl_tui.model.runs import Verb
from hitl_tui.model.threads import Query, Sort, ThreadState
from hitl_tui.tui.rows import Rows, read_pages
from tests.contract.send.driver import looked
from tests.contract.send.office import Office
from tests.unit.test_journal import DEAD, attempt

S = ThreadState
VERBS = {
    S.OPEN: {Verb.ANSWER},
    S.LOCKED: {Verb.RETRY, Verb.REOPEN},
    S.IN_DOUBT: {Verb.RETRY, Verb.REOPEN, Verb.ABANDON},
    S.DONE: set(),
}
LATEST = Query(sort=Sort.AGE, backwards=True)
OPEN = Query(frozenset({S.OPEN}), sort=Sort.AGE, backwards=True)
WHO = st.sampled_from(["ann", "bob"])
_numbers = itertools.count()


@dataclass
class Model:
    """What a thread must be. `answer` is the one that is locked in, or in doubt.

    Where only runs tell which answers were taken, one that its node never came to counts as such,
    until a retry asks again: it is `guessed`.
    """

    name: str
    graph: str
    state: ThreadState = S.OPEN
    by_runs: bool = False
    asked: int = 0
    answer: str = ""
    guessed: bool = False
    claimed: str = ""
    doubted: str = ""  # the question that was answered, nobody knows how
    drafts: set[tuple[str, str]] = field(default_factory=set)  # who has one, and for what
    seen: list[tuple[str, str]] = field(default_factory=list)

    def taken(self, value: str, *, down: bool) -> list[str]:
        """A run takes an answer; the effects that it has."""
        if self.graph == "twice":
            if not down:
                self.state, self.asked = (S.OPEN, 1) if not self.asked else (S.DONE, 2)
            else:
                self.guessed = self.by_runs and self.asked == 1
                self.state = S.OPEN if self.asked and not self.guessed else S.LOCKED
            self.answer = value
            return []
        self.state, self.answer = (S.LOCKED if down else S.DONE), value
        return [value]

    def retried(self, *, down: bool) -> list[str]:
        """The same answer once more; the effects that it has."""
        if self.guessed:
            self.guessed = down
            self.state = S.LOCKED if down else S.OPEN
            return []
        return self.taken(self.answer, down=down)


class Operation(RuleBasedStateMachine):
    """Two operators and other programs at one source, in any order."""

    office: Office
    by_runs = False
    threads = Bundle("threads")

    def __init__(self):
        super().__init__()
        self.models: dict[str, Model] = {}
        self.inboxes = {who: self.office.operators[who] for who in ("ann", "bob")}
        self.effects = Counter(self.office.effects())

    @rule(target=threads, graph=st.sampled_from(["effect", "twice"]))
    def start(self, graph):
        model = Model(str(uuid.uuid4()), graph, by_runs=self.by_runs)
        self.office.start(model.name, graph=graph)
        self.models[model.name] = model
        return model.name

    @rule(thread=threads, who=WHO, down=st.booleans())
    def answer(self, thread, who, down):
        model = self.models[thread]
        if model.state is not S.OPEN:
            return self._refused(lambda: self.inboxes[who].answer(thread, {"0" * 32: 1}))
        asked, seen = looked(self.inboxes[who], thread)
        model.seen.append((asked, seen))
        return self._sent(model, who, lambda v: {"values": {asked: v}, "seen": seen}, down)

    @rule(thread=threads, who=WHO)
    def type_a_draft(self, thread, who):
        asked, _ = looked_at(self.inboxes[who], thread)
        if asked:
            self.inboxes[who].notes.save_draft(thread, asked, {"value": "typed"})
            self.models[thread].drafts.add((who, asked))

    @rule(thread=threads, who=WHO)
    def answer_what_was_seen_long_ago(self, thread, who):
        for asked, seen in self.models[thread].seen:
            if looked_at(self.inboxes[who], thread) != (asked, seen):
                self._refused(lambda a=asked, s=seen: list(
                    self.inboxes[who].answer(thread, {a: "late"}, seen=s)
                ))  # fmt: skip

    @rule(thread=threads)
    def an_operators_process_dies_after_its_intent(self, thread):
        model = self.models[thread]
        if model.state is not S.OPEN or model.claimed:
            return
        asked, seen = looked(self.inboxes["ann"], thread)
        model.state, model.answer, model.doubted = S.IN_DOUBT, f"v{next(_numbers)}", asked
        journal = self.office.journal()
        dead = attempt(f"dead{next(_numbers)}", thread=thread, owner=DEAD, checkpoint_id=seen,
                       answers={asked: model.answer})  # fmt: skip
        journal.begin(dead, pending=[asked])
        journal.close()

    @rule(thread=threads)
    def another_program_answers(self, thread):
        model = self.models[thread]
        if model.state in (S.OPEN, S.IN_DOUBT):
            value = f"v{next(_numbers)}"
            self.office.stock_answer(value, thread, model.graph)
            self.effects += Counter(model.taken(value, down=False))

    @rule(thread=threads, who=WHO, verb=st.sampled_from(list(Verb)[1:5]), down=st.booleans())
    def act(self, thread, who, verb, down):
        model = self.models[thread]
        inbox = self.inboxes[who]
        if verb not in VERBS[model.state]:
            return self._refused(lambda: inbox.act(thread, verb))
        if verb is Verb.ABANDON:
            list(inbox.act(thread, verb))
            model.state = S.OPEN
        elif self._is_kept(model, who):
            self._refused(lambda: inbox.act(thread, verb))
        elif verb is Verb.REOPEN:
            list(inbox.act(thread, verb))
            model.state, model.asked, model.guessed = S.OPEN, 0, False
        else:
            self.office.switch("down", on=down)
            list(inbox.act(thread, verb))
            self.office.switch("down", on=False)
            if model.state is S.IN_DOUBT:
                model.drafts.discard((who, model.doubted))
            self.effects += Counter(model.retried(down=down))

    @rule(thread=threads, who=WHO)
    def claim_or_release(self, thread, who):
        model, notes = self.models[thread], self.inboxes[who].notes
        if self._is_kept(model, who):
            self._refused(lambda: notes.claim(thread))
        elif model.claimed:
            notes.release(thread)
            model.claimed = ""
        else:
            notes.claim(thread, datetime.now(UTC) + timedelta(days=1))
            model.claimed = who

    @invariant()
    def states_are_the_models(self):
        """In each thread, in the queue, and in what the screen reads to draw its rows."""
        for inbox in self.inboxes.values():
            self.office.notice(inbox)
            rows = Rows()
            read_pages(inbox, LATEST, rows, [0])
            drawn = {row.thread.thread_id: row.thread for row in rows.pages[0]}
            for name, model in self.models.items():
                opened = inbox.open(name)
                assert opened.thread.state is model.state, (name, opened.thread.reason)
                assert set(opened.verbs) == VERBS[model.state]
                assert drawn[name].state is model.state
                assert drawn[name].reason == opened.thread.reason
            listed = {row.thread_id for row in inbox.page(OPEN, 0, 100).rows}
            wanted = {name for name, model in self.models.items() if model.state is S.OPEN}
            assert listed & self.models.keys() == wanted

    @invariant()
    def drafts_are_the_models(self):
        """What was typed is kept until its own operator's answer is taken, and told either way."""
        for who, inbox in self.inboxes.items():
            for name, model in self.models.items():
                wanted = {asked for whose, asked in model.drafts if whose == who}
                assert set(inbox.notes.drafts(name)) == wanted
                opened = inbox.open(name)
                pending = {interrupt.id for interrupt in opened.thread.interrupts}
                assert {each.interrupt_id for each in opened.left} == wanted - pending

    @invariant()
    def effects_are_the_models(self):
        """Nothing ran that nobody decided, and nothing twice that was decided once."""
        assert Counter(self.office.effects()) == self.effects

    def teardown(self):
        faults = self.inboxes["ann"].audit_faults()
        assert not faults or faults[0].startswith("There is no trail")

    def _sent(self, model, who, words, down):
        value = f"v{next(_numbers)}"
        if self._is_kept(model, who):
            self._refused(lambda: self.inboxes[who].answer(model.name, **words(value)))
            return
        self.office.switch("down", on=down)
        answer = words(value)
        list(self.inboxes[who].answer(model.name, **answer))
        self.office.switch("down", on=False)
        model.drafts -= {(who, asked) for asked in answer["values"]}
        self.effects += Counter(model.taken(value, down=down))

    @staticmethod
    def _is_kept(model, who):
        return bool(model.claimed) and model.claimed != who

    @staticmethod
    def _refused(call):
        try:
            call()
        except (Conflict, UsageError):
            return
        raise AssertionError("it was not refused")


class HereOperation(Operation):
    """The same where graphs run here: workers may be killed at any moment."""

    threads = Operation.threads

    @rule(thread=threads, who=WHO, when=st.sampled_from(["before", "after"]))
    def answer_and_the_worker_dies(self, thread, who, when):
        model = self.models[thread]
        if model.state is not S.OPEN or model.graph != "effect" or self._is_kept(model, who):
            return
        value = f"v{next(_numbers)}"
        self.office.switch(when, on=True)
        asked, seen = looked(self.inboxes[who], thread)
        end = list(self.inboxes[who].answer(thread, {asked: value}, seen=seen))[-1]
        self.office.switch(when, on=False)
        assert end.data["outcome"] == "in_doubt"
        model.state, model.answer, model.doubted = S.IN_DOUBT, value, asked
        self.effects += Counter([value] if when == "after" else [])


class ServedOperation(Operation):
    """The same where a server runs the graphs."""

    by_runs = True


def looked_at(inbox, thread):
    found = inbox.open(thread).thread
    return (found.interrupts[0].id if found.interrupts else ""), found.checkpoint_id
