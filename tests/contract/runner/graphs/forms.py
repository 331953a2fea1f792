"""All forms in which a graph can be declared."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypedDict

from helper import LABEL
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt


class State(TypedDict, total=False):
    answer: Any
    label: str


def make(label: str) -> StateGraph[State]:
    def ask(state: State) -> State:
        return {"answer": interrupt(LABEL), "label": label}

    made = StateGraph(State)
    made.add_node("ask", ask)
    made.add_edge(START, "ask")
    return made


builder = make("builder")
graph = make("module").compile(checkpointer=InMemorySaver())


def factory() -> Any:
    return make("factory").compile()


def factory_with_config(config: RunnableConfig) -> Any:
    return make(f"for {config['configurable'].get('tenant')}")


def needy_factory(config: RunnableConfig) -> Any:
    return make(config["configurable"]["tenant"])


async def async_factory() -> Any:
    return make("async factory").compile()


@contextmanager
def context_factory() -> Iterator[Any]:
    yield make("context").compile()
    print("context closed")


@asynccontextmanager
async def async_context_factory(config: RunnableConfig) -> AsyncIterator[Any]:
    yield make("async context").compile()
    print("async context closed")
