"""Random graphs, walked at random: the rows say what the graph says, after every step."""

from contextlib import closing, suppress

from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph.errors import GraphRecursionError
from langgraph.graph import START, StateGraph
from langgraph.types import Command, Send, interrupt

from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.model.threads import Query, ThreadState
from tests.contract.shapes import State, config, opened, said_by, said_by_us

NAMES = ("a", "b", "c", "d")
NODES = st.fixed_dictionaries(
    {
        "asks": st.integers(0, 2),
        "fails": st.booleans(),
        "sends": st.lists(st.sampled_from(NAMES), max_size=2),
        "goes": st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
    }
)
GRAPHS = st.fixed_dictionaries(
    {
        "nodes": st.fixed_dictionaries(dict.fromkeys(NAMES, NODES)),
        "edges": st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=4),
        "join": st.lists(st.sampled_from(NAMES), min_size=2, max_size=3, unique=True),
        "starts": st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True),
        "deferred": st.sets(st.sampled_from(NAMES), max_size=1),
        "stops": st.sets(st.sampled_from(NAMES), max_size=1),
        "nested": st.sets(st.sampled_from(NAMES), max_size=1),
    }
)
MOVES = st.lists(st.sampled_from(["answer", "answer one", "continue", "repair"]), max_size=6)


def built(plan, saver, world):
    builder = StateGraph(State)
    for name, spec in plan["nodes"].items():
        node = acting(spec, world)
        if name in plan["nested"]:
            node = alone(node)
        builder.add_node(name, node, defer=name in plan["deferred"], destinations=NAMES)
    for name in plan["starts"]:
        builder.add_edge(START, name)
    for start, end in plan["edges"]:
        builder.add_edge(start, end)
    builder.add_node("joined", lambda state: {"log": ["joined"]})
    builder.add_edge(plan["join"], "joined")
    return builder.compile(checkpointer=saver, interrupt_before=sorted(plan["stops"]))


def acting(spec, world):
    def node(state):
        log = [interrupt({"number": number}) for number in range(spec["asks"])]
        if spec["fails"] and world["broken"]:
            raise ValueError("broken")
        world["steps"] -= 1
        if world["steps"] < 0:
            return {"log": log}
        goto = [*(Send(name, {"log": []}) for name in spec["sends"]), *spec["goes"]]
        return Command(update={"log": log}, goto=goto)

    return node


def alone(node):
    """The node in a subgraph of its own; it goes nowhere from there."""

    def quiet(state):
        result = node(state)
        return result.update if isinstance(result, Command) else result

    builder = StateGraph(State)
    builder.add_node("inner", quiet)
    builder.add_edge(START, "inner")
    return builder.compile()


def moved(graph, move, world):
    if move == "repair":
        world["broken"] = False
        return
    step = None
    if move.startswith("answer"):
        ids = [pending.id for pending in graph.get_state(config("t")).interrupts]
        step = Command(resume=dict.fromkeys(ids[:1] if move == "answer one" else ids, "yes"))
        if not ids:
            return
    with suppress(ValueError, GraphRecursionError):
        graph.invoke(step, config("t") | {"recursion_limit": 12})


@settings(max_examples=60, derandomize=True, deadline=None)
@given(plan=GRAPHS, moves=MOVES)
def test_a_random_walk_through_a_random_graph_agrees(plan, moves, tmp_path_factory):
    path = tmp_path_factory.mktemp("walk") / "checkpoints.sqlite"
    saver, backend = opened(path), SqliteBackend(path)
    world = {"broken": True, "steps": 6}
    with closing(saver.conn):
        graph = built(plan, saver, world)
        with suppress(ValueError, GraphRecursionError):
            graph.invoke({"log": []}, config("t") | {"recursion_limit": 12})
        for move in (None, *moves):
            if move:
                moved(graph, move, world)
            thread = backend.thread("t")
            ours, theirs = said_by_us(thread), said_by(graph.get_state(config("t")))
            assert ours[:2] == theirs[:2]
            if thread.state is ThreadState.DONE:
                assert theirs[2]
            assert backend.page(Query()).rows[0].state is thread.state
