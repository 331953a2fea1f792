"""Start the worker: `python …/runner/worker REQUESTS EVENTS RAW LEASH NICE`, all numbers.

Makes this folder a package whatever started it, and takes it off the import path.
"""

from __future__ import annotations

import importlib.util
import os
import sys

_NAME = "hitl_tui_worker"


def _start() -> None:
    folder = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != folder]
    spec = importlib.util.spec_from_file_location(
        _NAME, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    if spec is None or spec.loader is None:
        raise ImportError(folder)
    sys.modules[_NAME] = package = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(package)
    serve = importlib.import_module(f"{_NAME}.serve")
    serve.main([int(number) for number in sys.argv[1:]])


if __name__ == "__main__":
    _start()
