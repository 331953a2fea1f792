"""Find what a graph's place names: `./file.py:name` or `package.module:name`."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import zlib
from types import ModuleType
from typing import Any

from .failures import Refused, described


def find(place: str) -> Any:
    """The object at a place; Refused when it is not there or its module fails to import."""
    where, _, name = place.rpartition(":")
    try:
        module = _module(where)
    except BaseException as error:
        raise _does_not_import(place, error) from error
    try:
        return getattr(module, name)
    except AttributeError as error:
        message = f"{where} has no {name!r}."
        raise Refused("graph", message, f'Look at "{place}" in the config.') from error


def _module(where: str) -> ModuleType:
    if not where.endswith(".py") and "/" not in where:
        return importlib.import_module(where)
    path = os.path.realpath(where)
    if not os.path.isfile(path):
        raise FileNotFoundError(f"{path} does not exist")
    name = _natural_name(path)
    if _would_import(name) == path:
        return importlib.import_module(name)
    return _by_path(path, name)


def _natural_name(path: str) -> str:
    """The file's name with all packages around it, whose root is put on the import path.

    Relative imports work then, and values stored under the module's name are found again.
    """
    folder, base = os.path.split(path)
    parts = [base.removesuffix(".py")]
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        folder, package = os.path.split(folder)
        parts.insert(0, package)
    if len(parts) > 1 and folder not in sys.path:
        sys.path.insert(0, folder)
    return ".".join(parts)


def _would_import(name: str) -> str | None:
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return None
    return os.path.realpath(spec.origin) if spec and spec.origin else None


def _by_path(path: str, name: str) -> ModuleType:
    """A file whose own name is taken, or no name at all: loaded under one nobody else has."""
    name = name if name.isidentifier() and not _would_import(name) else _unique(path)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _unique(path: str) -> str:
    """A module name for a path, the same in every process: stored values refer to it."""
    return f"hitl_graph_{zlib.crc32(path.encode()):x}"


def _does_not_import(place: str, error: BaseException) -> Refused:
    told = described(error)
    return Refused("graph", f"{place} does not load.\n{told['traceback'].rstrip()}")
