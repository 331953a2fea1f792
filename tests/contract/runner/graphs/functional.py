"""The functional API, both ways."""

from typing import Any

from langgraph.func import entrypoint, task
from langgraph.types import interrupt


@task
def ask(question: str) -> Any:
    return interrupt(question)


@entrypoint()
def work(start: Any) -> Any:
    return {"answer": ask("Yes?").result()}


@task
async def ask_async(question: str) -> Any:
    return interrupt(question)


@entrypoint()
async def work_async(start: Any) -> Any:
    return {"answer": await ask_async("Yes?")}
