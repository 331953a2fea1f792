"""Is everything there to run graphs? One line each."""

from __future__ import annotations

from collections.abc import Iterator

from hitl_tui.errors import GraphError
from hitl_tui.runner import roster
from hitl_tui.runner.crew import Crew
from hitl_tui.runner.spec import RunnerSpec
from hitl_tui.runner.start import begin, greet


def check(spec: RunnerSpec, crew: Crew) -> Iterator[tuple[bool, str]]:
    """The config, the interpreter with its LangGraph, then each graph; stops where no way leads."""
    try:
        world = crew.world()
        yield True, f"Graphs are declared in {world.config or world.folder}"
        process = begin(spec, world)
        versions = greet(process, spec).data
        process.close()
        python = spec.python or "this Python"
        yield (
            True,
            f"Workers run on {python}: Python {versions['python']}, "
            f"LangGraph {versions['langgraph']}",
        )
        for info in roster.describe(crew, tuple(world.graphs)):
            nodes = ", ".join(info.nodes)
            text = f"does not load: {info.error}" if info.error else f"loads; its nodes: {nodes}"
            yield not info.error, f"Graph {info.graph_id} {text}"
    except GraphError as error:
        yield False, str(error)
