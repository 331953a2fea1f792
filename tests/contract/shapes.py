"""Graphs of many shapes, each with the steps an operator walks it through.

A shape builds a real graph on a real SqliteSaver. Its steps are inputs for `invoke`, one after the
other; `ANSWER` stands for a resume map that answers every pending interrupt by its id.
"""

from __future__ import annotations

import operator
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Annotated, Any, TypedDict

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, Send, interrupt
from pydantic import BaseModel

from hitl_tui.model.threads import Thread, ThreadState

ANSWER = object()
ANSWER_FIRST = object()
CONTINUE = None


class State(TypedDict, total=False):
    log: Annotated[list[Any], operator.add]
    fail: bool


@dataclass(frozen=True)
class Shape:
    name: str
    build: Callable[[SqliteSaver], Any]
    steps: tuple[Any, ...]


class Switch:
    """Fails while it is on; the world outside a graph."""

    on = False


def ask(question: str) -> Callable[[State], State]:
    def node(state: State) -> State:
        return {"log": [interrupt({"question": question})]}

    return node


def say(text: str) -> Callable[[State], State]:
    return lambda state: {"log": [text]}


def break_while(switch: Switch, question: str | None = None) -> Callable[[State], State]:
    def node(state: State) -> State:
        answer = interrupt(question) if question else "no question"
        if switch.on:
            raise ValueError("the service is down")
        return {"log": [answer]}

    return node


def chain(**nodes: Any) -> StateGraph:
    builder = StateGraph(State)
    before = START
    for name, node in nodes.items():
        builder.add_node(name, node)
        builder.add_edge(before, name)
        before = name
    builder.add_edge(before, END)
    return builder


def sequential(saver: SqliteSaver) -> Any:
    return chain(a=ask("first?"), b=say("b"), c=ask("second?")).compile(checkpointer=saver)


def two_in_a_node(saver: SqliteSaver) -> Any:
    def both(state: State) -> State:
        return {"log": [interrupt("one?"), interrupt("two?"), interrupt("three?")]}

    return chain(both=both, end=say("end")).compile(checkpointer=saver)


def parallel(saver: SqliteSaver) -> Any:
    builder = StateGraph(State)
    for name in ("a", "b", "c"):
        builder.add_node(name, ask(name) if name != "c" else say("c"))
        builder.add_edge(START, name)
    builder.add_node("join", say("joined"))
    builder.add_edge(["a", "b", "c"], "join")
    return builder.compile(checkpointer=saver)


def uneven_join(saver: SqliteSaver) -> Any:
    builder = StateGraph(State)
    for name in ("a", "b", "late"):
        builder.add_node(name, ask(name) if name == "late" else say(name))
    builder.add_node("join", say("joined"))
    builder.add_edge(START, "a")
    builder.add_edge(START, "b")
    builder.add_edge("b", "late")
    builder.add_edge(["a", "late"], "join")
    return builder.compile(checkpointer=saver)


def deferred(saver: SqliteSaver) -> Any:
    builder = StateGraph(State)
    builder.add_node("a", ask("a"))
    builder.add_node("b", say("b"))
    builder.add_node("last", ask("last?"), defer=True)
    builder.add_edge(START, "a")
    builder.add_edge(START, "b")
    builder.add_edge("a", "last")
    builder.add_edge("b", "last")
    return builder.compile(checkpointer=saver)


def nested(saver: SqliteSaver) -> Any:
    inner = chain(x=say("x"), deep=ask("deep?"), deeper=ask("deeper?")).compile()
    middle = chain(m=say("m"), inner=inner).compile()
    return chain(a=say("a"), middle=middle, z=say("z")).compile(checkpointer=saver)


def stateful_subgraph(saver: SqliteSaver) -> Any:
    inner = chain(deep=ask("deep?")).compile(checkpointer=True)
    return chain(sub=inner, z=say("z")).compile(checkpointer=saver)


def called_subgraph(saver: SqliteSaver) -> Any:
    inner = chain(deep=ask("deep?")).compile()

    def call(state: State) -> State:
        return {"log": inner.invoke({"log": []})["log"]}

    return chain(call=call).compile(checkpointer=saver)


def fan_out(saver: SqliteSaver) -> Any:
    builder = StateGraph(State)
    builder.add_node("worker", lambda arg: {"log": [interrupt(arg["item"]) if arg["ask"] else 0]})
    builder.add_node("end", say("end"))
    sends = [Send("worker", {"item": i, "ask": i != 1}) for i in range(3)]
    builder.add_conditional_edges(START, lambda state: sends, ["worker"])
    builder.add_edge("worker", "end")
    return builder.compile(checkpointer=saver)


def goto(saver: SqliteSaver) -> Any:
    def first(state: State) -> Command[Any]:
        return Command(goto=interrupt("where to?"), update={"log": ["first"]})

    builder = StateGraph(State)
    builder.add_node("first", first, destinations=("yes", "no"))
    builder.add_node("yes", ask("really?"))
    builder.add_node("no", say("no"))
    builder.add_edge(START, "first")
    return builder.compile(checkpointer=saver)


def loop(saver: SqliteSaver) -> Any:
    builder = StateGraph(State)
    builder.add_node("ask", ask("valid?"))
    builder.add_edge(START, "ask")
    builder.add_conditional_edges(
        "ask", lambda s: END if len(s["log"]) > 2 else "ask", ["ask", END]
    )
    return builder.compile(checkpointer=saver)


def functional(saver: SqliteSaver) -> Any:
    @task
    def review(text: str) -> Any:
        return interrupt({"review": text})

    @entrypoint(checkpointer=saver)
    def flow(text: str) -> Any:
        both = [review(text), review(text + "!")]
        return [part.result() for part in both] + [interrupt("and now?")]

    return flow


def call_fails_beside_question(saver: SqliteSaver) -> Any:
    @task
    def review(text: str) -> Any:
        return interrupt(text)

    @task
    def fail(asked: Any) -> Any:
        while not asked.done():
            sleep(0.001)
        raise ValueError("the other call is down")

    @entrypoint(checkpointer=saver)
    def flow(text: str) -> Any:
        return fail(review(text)).result()

    return flow


def breakpoints(saver: SqliteSaver) -> Any:
    builder = chain(a=say("a"), b=say("b"), c=say("c"))
    return builder.compile(checkpointer=saver, interrupt_before=["b"], interrupt_after=["b"])


def failing(saver: SqliteSaver) -> Any:
    switch = Switch()
    switch.on = True
    graph = chain(a=say("a"), b=break_while(switch)).compile(checkpointer=saver)
    graph.switch = switch
    return graph


def locked(saver: SqliteSaver) -> Any:
    switch = Switch()
    switch.on = True
    graph = chain(a=break_while(switch, "go?"), b=ask("b?")).compile(checkpointer=saver)
    graph.switch = switch
    return graph


def locked_inside(saver: SqliteSaver) -> Any:
    switch = Switch()
    switch.on = True
    inner = chain(deep=break_while(switch, "deep?")).compile()
    graph = chain(sub=inner, z=say("z")).compile(checkpointer=saver)
    graph.switch = switch
    return graph


def schema(saver: SqliteSaver) -> Any:
    class Answer(BaseModel):
        amount: int = 1

    def node(state: State) -> State:
        return {"log": [interrupt("how much?", response_schema=Answer).amount]}

    return chain(pay=node).compile(checkpointer=saver)


def locked_at_the_second(saver: SqliteSaver) -> Any:
    switch = Switch()
    switch.on = True

    def node(state: State) -> State:
        both = [interrupt("one?"), interrupt("two?")]
        if switch.on:
            raise ValueError("the service is down")
        return {"log": both}

    graph = chain(a=node).compile(checkpointer=saver)
    graph.switch = switch
    return graph


def one_fails_one_asks(saver: SqliteSaver) -> Any:
    switch = Switch()
    switch.on = True
    builder = StateGraph(State)
    builder.add_node("fails", break_while(switch))
    builder.add_node("asks", ask("asks?"))
    builder.add_edge(START, "fails")
    builder.add_edge(START, "asks")
    graph = builder.compile(checkpointer=saver)
    graph.switch = switch
    return graph


def failing_handler(saver: SqliteSaver) -> Any:
    switch = Switch()
    switch.on = True

    def fail(state: State) -> State:
        raise ValueError("the node is down")

    def handle(state: State) -> State:
        answer = interrupt("handle?")
        if switch.on:
            raise ValueError("handler down")
        return {"log": [answer]}

    builder = StateGraph(State)
    builder.add_node("a", fail, error_handler=handle)
    builder.add_edge(START, "a")
    graph = builder.compile(checkpointer=saver)
    graph.switch = switch
    return graph


def conditional(saver: SqliteSaver) -> Any:
    builder = StateGraph(State)
    builder.add_node("a", ask("a?"))
    builder.add_node("b", ask("b?"))
    builder.add_node("c", say("c"))
    builder.add_conditional_edges(START, lambda state: ["a", "b"], ["a", "b", "c"])
    builder.add_conditional_edges("a", lambda state: "c", ["b", "c"])
    builder.add_edge("b", "c")
    return builder.compile(checkpointer=saver)


def sends_and_edges(saver: SqliteSaver) -> Any:
    def spread(state: State) -> Command[Any]:
        return Command(goto=[Send("worker", {"item": 1}), "plain", Send("worker", {"item": 2})])

    builder = StateGraph(State)
    builder.add_node("spread", spread, destinations=("worker", "plain"))
    builder.add_node("worker", lambda arg: {"log": [interrupt(arg["item"])]})
    builder.add_node("plain", ask("plain?"))
    builder.add_node("end", say("end"))
    builder.add_edge(START, "spread")
    builder.add_edge("worker", "end")
    builder.add_edge("plain", "end")
    return builder.compile(checkpointer=saver)


def task_in_a_node(saver: SqliteSaver) -> Any:
    @task
    def review(text: str) -> Any:
        return interrupt(text)

    def node(state: State) -> State:
        return {"log": [review("task?").result(), interrupt("node?")]}

    return chain(node=node, z=say("z")).compile(checkpointer=saver)


def root_state(saver: SqliteSaver) -> Any:
    builder = StateGraph(int)
    builder.add_node("add", lambda number: number + len(interrupt(number)))
    builder.add_edge(START, "add")
    return builder.compile(checkpointer=saver)


def odd_names(saver: SqliteSaver) -> Any:
    builder = StateGraph(State)
    for name in ("a+b", "ü, x", "[c]"):
        builder.add_node(name, ask(name))
        builder.add_edge(START, name)
    builder.add_node("join", ask("joined?"))
    builder.add_edge(["a+b", "ü, x", "[c]"], "join")
    return builder.compile(checkpointer=saver)


START_INPUT: Any = {"log": ["hello"]}
REPAIR = object()

SHAPES = (
    Shape("sequential", sequential, (START_INPUT, ANSWER, ANSWER)),
    Shape("two_in_a_node", two_in_a_node, (START_INPUT, ANSWER, ANSWER, ANSWER)),
    Shape("parallel", parallel, (START_INPUT, ANSWER_FIRST, ANSWER)),
    Shape("uneven_join", uneven_join, (START_INPUT, ANSWER)),
    Shape("deferred", deferred, (START_INPUT, ANSWER, ANSWER)),
    Shape("nested", nested, (START_INPUT, ANSWER, ANSWER)),
    Shape("stateful_subgraph", stateful_subgraph, (START_INPUT, ANSWER, START_INPUT, ANSWER)),
    Shape("called_subgraph", called_subgraph, (START_INPUT, ANSWER)),
    Shape("fan_out", fan_out, (START_INPUT, ANSWER_FIRST, ANSWER)),
    Shape("goto", goto, (START_INPUT, ANSWER, ANSWER)),
    Shape("loop", loop, (START_INPUT, ANSWER, ANSWER)),
    Shape("functional", functional, ("text", ANSWER_FIRST, ANSWER, ANSWER)),
    Shape("breakpoints", breakpoints, (START_INPUT, CONTINUE, CONTINUE)),
    Shape("failing", failing, (START_INPUT, REPAIR, CONTINUE)),
    Shape("locked", locked, (START_INPUT, ANSWER, ANSWER, REPAIR, CONTINUE, ANSWER)),
    Shape("locked_inside", locked_inside, (START_INPUT, ANSWER, REPAIR, CONTINUE)),
    Shape(
        "locked_at_the_second",
        locked_at_the_second,
        (START_INPUT, ANSWER, ANSWER, ANSWER, REPAIR, CONTINUE),
    ),
    Shape("one_fails_one_asks", one_fails_one_asks, (START_INPUT, CONTINUE, REPAIR, ANSWER)),
    Shape("conditional", conditional, (START_INPUT, ANSWER_FIRST, ANSWER)),
    Shape("sends_and_edges", sends_and_edges, (START_INPUT, ANSWER_FIRST, ANSWER_FIRST, ANSWER)),
    Shape("task_in_a_node", task_in_a_node, (START_INPUT, ANSWER, ANSWER)),
    Shape("root_state", root_state, (5, ANSWER)),
    Shape("odd_names", odd_names, (START_INPUT, ANSWER_FIRST, ANSWER, ANSWER)),
    Shape("schema", schema, (START_INPUT, ANSWER)),
)


def opened(path: Path) -> SqliteSaver:
    """A saver of LangGraph's own on the file; the caller closes `saver.conn`."""
    return SqliteSaver(sqlite3.connect(path, check_same_thread=False))


def config(thread_id: str, **metadata: Any) -> Any:
    return {"configurable": {"thread_id": thread_id}, "metadata": metadata}


def take(graph: Any, thread_id: str, step: Any) -> None:
    """Go one step further with a thread; errors of the graph itself are part of some shapes."""
    if step is REPAIR:
        graph.switch.on = False
        return
    if step in (ANSWER, ANSWER_FIRST):
        step = Command(resume=answers(graph, thread_id, only_first=step is ANSWER_FIRST))
    with suppress(ValueError):
        graph.invoke(step, config(thread_id))


def answers(graph: Any, thread_id: str, *, only_first: bool = False) -> dict[str, Any]:
    """An answer that fits, for every pending interrupt or just the first, by id."""
    pending = graph.get_state(config(thread_id)).interrupts
    fits = {i.id: {"amount": 3} if i.response_schema else "yes" for i in pending}
    return dict(list(fits.items())[:1]) if only_first else fits


def said_by(snapshot: Any) -> Any:
    """What the graph says; the order of nodes is known to its code alone."""
    questions = sorted((i.id, i.value, i.response_schema) for i in snapshot.interrupts)
    return questions, sorted(snapshot.next), not snapshot.next and not questions


def said_by_us(thread: Thread) -> Any:
    """The same of what the rows say."""
    questions = sorted((i.id, i.value, i.response_schema) for i in thread.interrupts)
    return questions, sorted(thread.next), thread.state is ThreadState.DONE
