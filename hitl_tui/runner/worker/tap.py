"""Hears everything a run streams at the moment it happens, in the thread where it happens.

Reading LangGraph's stream modes instead would hear `custom` and `messages` later, after what the
node printed meanwhile, and would move each node to a thread of its own, where Python's SIGINT
never arrives.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.tracers._streaming import _StreamingCallbackHandler
from langgraph.pregel.protocol import StreamProtocol
from langgraph.runtime import Runtime

from .plain import plain
from .wire import Wire


class Tap:
    """Turns what a run streams into `update`, `custom` and `token` frames."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def configurable(self) -> dict[str, Any]:
        """What makes LangGraph stream to us: keys it hands to every subgraph too."""
        return {
            "__pregel_stream": StreamProtocol(self._update, {"updates"}),
            "__pregel_runtime": Runtime(stream_writer=self._custom),
        }

    def callbacks(self) -> list[BaseCallbackHandler]:
        """What makes models stream to us."""
        return [_Tokens(self._wire)]

    def _update(self, chunk: Any) -> None:
        namespace, _, updates = chunk[:3]
        if not isinstance(updates, dict):
            return
        for node, update in updates.items():
            if not node.startswith("__"):
                where = {"namespace": list(namespace)} if namespace else {}
                self._wire.tell("update", node=node, update=plain(update), **where)

    def _custom(self, data: Any) -> None:
        self._wire.tell("custom", data=plain(data))


class _Tokens(BaseCallbackHandler, _StreamingCallbackHandler[Any]):
    """Each piece of a model's message; the whole message if it came in one piece."""

    run_inline = True

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._nodes: dict[UUID, str] = {}
        self._silent: set[UUID] = set()

    def on_chat_model_start(self, *_: Any, run_id: UUID, **known: Any) -> None:
        self._begin(run_id, known)

    def on_llm_start(self, *_: Any, run_id: UUID, **known: Any) -> None:
        self._begin(run_id, known)

    def on_llm_new_token(self, token: Any, *, run_id: UUID, **_: Any) -> None:
        self._silent.discard(run_id)
        self._tell(run_id, _text(token))

    def on_llm_end(self, response: Any, *, run_id: UUID, **_: Any) -> None:
        if run_id in self._silent:
            self._tell(run_id, response.generations[0][0].text)
        self._end(run_id)

    def on_llm_error(self, *_: Any, run_id: UUID, **__: Any) -> None:
        self._end(run_id)

    def tap_output_iter(self, run_id: UUID, output: Iterator[Any]) -> Iterator[Any]:
        return output

    def tap_output_aiter(self, run_id: UUID, output: AsyncIterator[Any]) -> AsyncIterator[Any]:
        return output

    def _begin(self, run_id: UUID, known: dict[str, Any]) -> None:
        if "nostream" not in (known.get("tags") or ()):
            self._nodes[run_id] = str((known.get("metadata") or {}).get("langgraph_node", ""))
            self._silent.add(run_id)

    def _tell(self, run_id: UUID, text: str) -> None:
        if text and run_id in self._nodes:
            self._wire.tell("token", node=self._nodes[run_id], text=plain(text))

    def _end(self, run_id: UUID) -> None:
        self._nodes.pop(run_id, None)
        self._silent.discard(run_id)


def _text(token: Any) -> str:
    """A token's text; some models give a list of content blocks."""
    if isinstance(token, str):
        return token
    blocks = token if isinstance(token, list) else []
    return "".join(block.get("text", "") for block in blocks if isinstance(block, dict))
