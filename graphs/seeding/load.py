"""Loads the graphs that `langgraph.json` declares: by path, whatever they are declared as."""

import inspect
import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from langgraph.graph import StateGraph

HOME = Path(__file__).resolve().parent.parent


def declared() -> dict[str, str]:
    """Every declared graph's `./file.py:name`, by graph id."""
    graphs: dict[str, str] = json.loads((HOME / "langgraph.json").read_text())["graphs"]
    return graphs


async def load(graph_id: str) -> Any:
    """The compiled graph, without a checkpointer; a copy of its own for the caller."""
    file, _, name = declared()[graph_id].partition(":")
    graph = getattr(module(HOME / file), name)
    if not hasattr(graph, "invoke") and callable(graph):
        graph = graph({}) if inspect.signature(graph).parameters else graph()
    if inspect.isawaitable(graph):
        graph = await graph
    return graph.compile() if isinstance(graph, StateGraph) else graph.copy()


def module(path: Path) -> ModuleType:
    """The module of a file, loaded once; known to Python so that its types can be looked up."""
    name = f"sample_{path.stem}"
    if name not in sys.modules:
        spec = spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]
