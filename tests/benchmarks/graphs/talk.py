"""Asks, then lets a model talk in one line, at a steady rate of tokens, for as long as it was told.

Answer `"talk"`. `seconds` in the input is how long, `rate` how many tokens a second. The model is
LangChain's own kind, and tells each token the way they all do.
"""

import time
from typing import Any, TypedDict

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt

_SLICE = 0.02  # seconds


class Talker(BaseChatModel):
    """Says "word" again and again."""

    seconds: float
    rate: int

    @property
    def _llm_type(self) -> str:
        return "talker"

    def _generate(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **_: Any
    ) -> ChatResult:
        begun, told = time.monotonic(), 0
        while (passed := time.monotonic() - begun) < self.seconds:
            due = int(passed * self.rate)
            for _number in range(told, due):
                run_manager.on_llm_new_token("word ")
            told = due
            time.sleep(_SLICE)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(f"{told} words"))])


class State(TypedDict, total=False):
    """The graph state; `said` is what the model counted."""

    name: str
    seconds: float
    rate: int
    said: str


def talk(state: State) -> State:
    interrupt({"question": f"Talk {state['name']}?", "options": ["talk", "stop"]})
    answer = Talker(seconds=state["seconds"], rate=state["rate"]).invoke("Talk.")
    return {"said": str(answer.content)}


builder = StateGraph(State)
builder.add_node("talk", talk)
builder.add_edge(START, "talk")
graph = builder.compile()
