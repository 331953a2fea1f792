"""A tool node whose tool has only an async form, as tools from MCP servers have."""

from typing import Any

from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode


@tool
async def double(number: int) -> int:
    """Twice the number."""
    return number * 2


def propose(state: MessagesState) -> dict[str, Any]:
    call = {"name": "double", "args": {"number": 21}, "id": "1"}
    return {"messages": [AIMessage("", tool_calls=[call])]}


builder = StateGraph(MessagesState)
builder.add_node("propose", propose)
builder.add_node("tools", ToolNode([double]))
builder.add_edge(START, "propose")
builder.add_edge("propose", "tools")
graph = builder.compile()
