"""LangChain agents whose calls a person decides; they tell what their tool and model received.

The first message says how many calls are proposed. What LangChain's middleware made of the answers
stands in the last message, as JSON: by call, what the tool was called with or what was said
instead, and whether that is an error.
"""

from __future__ import annotations

import json
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult


def send(to: str, count: int, cc: list[str] | None = None) -> str:
    """Send something."""
    return json.dumps({"to": to, "count": count, "cc": cc})


class Scripted(BaseChatModel):
    """A model that proposes so many calls, then repeats what it was told of each."""

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Scripted:
        return self

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        last = messages[-1]
        reply = proposed(int(last.text)) if isinstance(last, HumanMessage) else repeated(messages)
        return ChatResult(generations=[ChatGeneration(message=reply)])


def proposed(calls: int) -> AIMessage:
    made = [
        {"name": "send", "args": {"to": f"a{n}", "count": n, "cc": None}, "id": f"call{n}"}
        for n in range(calls)
    ]
    return AIMessage("", tool_calls=made)


def repeated(messages: list[BaseMessage]) -> AIMessage:
    told = [each for each in messages if isinstance(each, ToolMessage)]
    return AIMessage(json.dumps({each.tool_call_id: [each.text, each.status] for each in told}))


def agent(mode: Any) -> Any:
    middleware = HumanInTheLoopMiddleware({"send": True}, interrupt_mode=mode)
    return create_agent(Scripted(), [send], middleware=[middleware])


batched = agent("batched")
per_call = agent("per_call")
