"""Half a minute of output after the approval: prints, logging, a custom stream, model tokens.

Answer `"deploy"` or `"abort"`. `DEPLOY_SECONDS` sets how long it takes, 30 by default; 0 is at
once. `roll_out` prints, logs at every level and reports progress through LangGraph's stream
writer; `report` streams a message of a scripted chat model, token by token.

Declared as a factory that gets the run's configuration.
"""

import logging
import os
import time
from collections.abc import Iterator
from typing import Any, Literal, TypedDict

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import RunnableConfig
from langgraph.config import get_stream_writer
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, interrupt

STEPS = 60
WORDS = "All machines run the new version. Error rate 0.02 %, as before. Nothing is left to do."

logger = logging.getLogger("deploy")


class State(TypedDict, total=False):
    """The graph state."""

    service: str
    version: str
    machines: list[str]
    report: str


def pause(share: float) -> None:
    """Wait for a share of the whole time."""
    time.sleep(float(os.environ.get("DEPLOY_SECONDS") or 30) * share)


class Reporter(BaseChatModel):
    """A stand-in for a model: says `WORDS`, word by word."""

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(WORDS, id="report"))])

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        words = WORDS.split(" ")
        for position, word in enumerate(words):
            pause(0.2 / len(words))
            text = word if position == 0 else f" {word}"
            yield ChatGenerationChunk(message=AIMessageChunk(content=text, id="report"))


def approve(state: State) -> Command[Literal["roll_out", "__end__"]]:
    question = {
        "question": f"Deploy {state['service']} {state['version']}?",
        "machines": state["machines"],
        "options": ["deploy", "abort"],
    }
    if interrupt(question) == "deploy":
        return Command(goto="roll_out")
    return Command(update={"report": "aborted"}, goto="__end__")


def roll_out(state: State) -> None:
    tell = get_stream_writer()
    levels = (logging.DEBUG, logging.INFO, logging.INFO, logging.WARNING, logging.ERROR)
    for step in range(1, STEPS + 1):
        machine = state["machines"][step % len(state["machines"])]
        print(f"> {machine}: step {step} of {STEPS}")
        logger.log(levels[step % len(levels)], "%s: health check %d", machine, step)
        tell({"progress": round(step / STEPS, 2), "machine": machine})
        pause(0.8 / STEPS)


def report(state: State) -> State:
    return {"report": Reporter().invoke(f"Report on {state['service']}").text}


def make_graph(config: RunnableConfig) -> CompiledStateGraph[State, None, State, State]:
    """The graph, the same for every configuration."""
    builder = StateGraph(State)
    builder.add_node("approve", approve)
    builder.add_node("roll_out", roll_out)
    builder.add_node("report", report)
    builder.add_edge(START, "approve")
    builder.add_edge("roll_out", "report")
    return builder.compile()
