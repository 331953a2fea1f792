"""A thread of a server is told as the same thread of a file is, for every shape at every step."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from hitl_tui.backends.connect import backend_for
from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.model.threads import Query
from hitl_tui.runner.spec import RunnerSpec
from tests.contract.server.shapes_served import SERVED
from tests.contract.shapes import ANSWER, ANSWER_FIRST, REPAIR, opened, take


def told(thread):
    """What does not depend on ids, which differ: what is asked and by whom, what is next, why."""
    questions = [
        (
            i.node,
            str(i.value),
            i.response_schema,
            [part.partition(":")[0] for part in i.asked_by],
            i.before,
        )
        for i in thread.interrupts
    ]
    return {
        "state": thread.state.value,
        "asked": sorted(questions, key=str),
        "next": sorted(set(thread.next)),
        "given": sorted(map(str, thread.given.values())),
        "errors": sorted(thread.errors),
        "values": thread.values if not thread.next else "of a step under way: files hold less",
    }


class Walk:
    """One shape walked at a server, by the SDK alone, and on a file, by LangGraph alone."""

    def __init__(self, server, backend, shape, folder):
        self.server, self.backend, self.shape, self.folder = server, backend, shape, folder
        (server.switches / shape.name).unlink(missing_ok=True)  # the server may have been walked
        self.thread = server.client.threads.create(graph_id=shape.name)["thread_id"]

    def steps(self):
        """What both say after each step."""
        found = []
        path = self.folder / f"{self.shape.name}.sqlite"
        saver = opened(path)
        with closing(saver.conn), closing(SqliteBackend(path)) as file:
            graph = self.shape.build(saver)
            for step in self.shape.steps:
                take(graph, "t", step)
                self.take(step)
                ours = self.backend.thread(self.thread)
                self.backend._queue.look_again()
                [row] = self.backend.page(Query(search=self.thread)).rows
                found.append((told(ours), told(file.thread("t")), row.state is ours.state))
        return found

    def take(self, step):
        client, name = self.server.client, self.shape.name
        if step is REPAIR:
            (self.server.switches / name).touch()
            return
        what = {"input": step}
        if step in (ANSWER, ANSWER_FIRST):
            pending = client.threads.get_state(self.thread)["interrupts"]
            fits = {i["id"]: {"amount": 3} if i.get("response_schema") else "yes" for i in pending}
            chosen = dict(list(fits.items())[:1]) if step is ANSWER_FIRST else fits
            what = {"command": {"resume": chosen}}
        client.runs.wait(self.thread, name, **what, raise_error=False)
        self.server.settle(self.thread)


def walked(server, folder):
    """What was said of each shape at each step; all walked at once."""
    backend = backend_for(server.url, RunnerSpec())
    with ThreadPoolExecutor(len(SERVED)) as pool:
        walks = [Walk(server, backend, shape, folder) for shape in SERVED]
        found = dict(zip((s.name for s in SERVED), pool.map(Walk.steps, walks), strict=True))
    backend.close()
    return {(name, number): step for name in found for number, step in enumerate(found[name])}


def test_each_shape_is_told_as_on_a_file_at_every_step(server, tmp_path):
    """One test for all of them: they are walked at once, and once."""
    steps = walked(server, tmp_path)
    assert {name for name, _ in steps} == {shape.name for shape in SERVED}
    assert {at: ours for at, (ours, _, _) in steps.items()} == {
        at: files for at, (_, files, _) in steps.items()
    }
    assert [at for at, (*_, alike) in steps.items() if not alike] == [], "the row's state"
