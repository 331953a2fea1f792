"""Which graphs are declared: `langgraph.json`, or one graph named on the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hitl_tui.errors import GraphError
from hitl_tui.runner import dotenv
from hitl_tui.runner.spec import RunnerSpec

CONFIG_NAME = "langgraph.json"
_HOW = f"Give one with --config {CONFIG_NAME}, or one graph with --graph module:name."


@dataclass(frozen=True, slots=True)
class Declared:
    """The graphs by id, each "place:name", and the world they are loaded in.

    `folder` is the working directory, `paths` go in front of the import path, `env` over the
    environment. `stamps` are time and size of the files that said so.
    """

    graphs: Mapping[str, str]
    folder: Path
    paths: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    config: Path | None = None
    stamps: Mapping[Path, tuple[int, int]] = field(default_factory=dict)


def declared(spec: RunnerSpec) -> Declared:
    """Read what `spec` names; raises GraphError when it is missing or broken."""
    here = Path.cwd()
    if spec.graph is not None:
        return Declared({_name_of(spec.graph): spec.graph}, here, paths=(str(here),))
    path = (spec.config or here / CONFIG_NAME).absolute()
    config = _read_json(path, given=spec.config is not None)
    folder = path.parent
    env, env_file = _environment(config.get("env"), folder)
    return Declared(
        graphs=_graphs(config.get("graphs"), path),
        folder=folder,
        paths=_paths(config.get("dependencies"), folder),
        env=env,
        config=path,
        stamps={file: _stamp(file) for file in (path, env_file) if file is not None},
    )


def is_current(world: Declared) -> bool:
    """Whether the files that said so are still the same; cheaper than reading them again."""
    try:
        return all(_stamp(path) == stamp for path, stamp in world.stamps.items())
    except OSError:
        return False


def _name_of(place: str) -> str:
    where, colon, name = place.rpartition(":")
    if not (where and colon and name):
        raise GraphError(f"{place!r} names no graph.", hint="Write module:name or file.py:name.")
    return name


def _read_json(path: Path, *, given: bool) -> Mapping[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        missing = f"{path} does not exist." if given else f"There is no {CONFIG_NAME} here."
        raise GraphError(missing, hint=_HOW) from error
    except OSError as error:
        raise GraphError(f"{path} cannot be read: {error.strerror}.", hint=_HOW) from error
    except UnicodeDecodeError as error:
        raise GraphError(f"{path} is not UTF-8 text.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise GraphError(f"{path} is not valid JSON: {error.msg} ({where}).") from error
    if not isinstance(config, dict):
        raise GraphError(f"{path} must hold a JSON object.")
    return config


def _graphs(graphs: Any, path: Path) -> Mapping[str, str]:
    if not isinstance(graphs, dict) or not graphs:
        hint = 'It needs "graphs": {"name": "./file.py:graph"}.'
        raise GraphError(f"{path} declares no graphs.", hint=hint)
    return {graph_id: _place(graph_id, place, path) for graph_id, place in graphs.items()}


def _place(graph_id: str, place: Any, path: Path) -> str:
    text = place.get("path") if isinstance(place, dict) else place
    if not isinstance(text, str) or not all(text.rpartition(":")):
        hint = "Write ./file.py:name or module:name."
        raise GraphError(f"{path}: the place of graph {graph_id!r} is unclear.", hint=hint)
    return text


def _paths(dependencies: Any, folder: Path) -> tuple[str, ...]:
    """Local dependencies as import paths; a package's own folder brings its parent along."""
    found = [folder]
    for dependency in dependencies if isinstance(dependencies, list) else []:
        if isinstance(dependency, str) and dependency.startswith("."):
            found.append((folder / dependency).resolve())
    paths: dict[str, None] = {}
    for path in found:
        paths[str(path)] = None
        if (path / "__init__.py").exists():
            paths[str(path.parent)] = None
        elif (path / "src").is_dir():
            paths[str(path / "src")] = None
    return tuple(paths)


def _environment(env: Any, folder: Path) -> tuple[dict[str, str], Path | None]:
    if isinstance(env, dict):
        return {str(key): str(value) for key, value in env.items()}, None
    if not isinstance(env, str):
        return {}, None
    path = folder / env
    try:
        return dotenv.parse(path.read_text(encoding="utf-8-sig")), path
    except (OSError, UnicodeDecodeError) as error:
        raise GraphError(f"The env file {path} cannot be read: {error}.") from error


def _stamp(path: Path) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_mtime_ns, status.st_size
