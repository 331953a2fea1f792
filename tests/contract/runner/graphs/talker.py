"""A model that streams its words, one that does not, and one that must not be heard."""

from collections.abc import Iterator
from typing import Any, TypedDict

from langchain_core.language_models import BaseChatModel, FakeListChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langgraph.graph import START, StateGraph


class Whole(BaseChatModel):
    @property
    def _llm_type(self) -> str:
        return "whole"

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage("all at once"))])


class Words(Whole):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        for word in ("one ", "two"):
            yield ChatGenerationChunk(message=AIMessageChunk(word))
            print("said", word)


class State(TypedDict, total=False):
    said: str


def talk(state: State) -> State:
    FakeListChatModel(responses=["secret"]).invoke("x", {"tags": ["nostream"]})
    Words().invoke("x")
    return {"said": Whole().invoke("x").text}


builder = StateGraph(State)
builder.add_node("talk", talk)
builder.add_edge(START, "talk")
graph = builder.compile()
