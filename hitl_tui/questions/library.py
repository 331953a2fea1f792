"""Loads the `jsonschema` library without the packages that only some formats need.

It imports all of them with itself, and one of them, for `duration`, brings more code than the
library has. So it is loaded without, and what checks a format is taken from the library, made once
more with that package, when a schema names the format.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from threading import get_ident
from typing import Any

PACKAGES: Mapping[str, str] = {
    "color": "webcolors",
    "date-time": "rfc3339_validator",
    "duration": "isoduration",
    "hostname": "fqdn",
    "idn-hostname": "idna",
    "json-pointer": "jsonpointer",
    "relative-json-pointer": "jsonpointer",
    "time": "rfc3339_validator",
    "uri-template": "uri_template",
}
"""What checks a format, where that is a package that the library can do without.

Schemas of schemas have none of these formats, so whether a schema is valid never hangs on them.
"""

Checks = tuple[Callable[[object], bool], Any]
"""What tells whether a value has a format, and the errors that mean it has not."""


@cache
def load() -> None:
    """Have the library loaded; for whoever may be the first to import something of it."""
    with _without(set(PACKAGES.values())):
        import_module("jsonschema")


def checks(wanted: Collection[str]) -> dict[str, Checks]:
    """The library's checks: those that need no package of their own, and those that are wanted.

    Raises ModuleNotFoundError where a package is missing that a wanted one needs.
    """
    load()
    from jsonschema import Draft202012Validator, FormatChecker

    found = _all_of(FormatChecker, Draft202012Validator.FORMAT_CHECKER)
    for name in PACKAGES.keys() & wanted:
        found[name] = _with(PACKAGES[name])[name]
    return found


@cache
def _with(package: str) -> Mapping[str, Checks]:
    """The checks of a library that was loaded with this package."""
    from jsonschema import FormatChecker

    import_module(package)
    spec: Any = find_spec(FormatChecker.__module__)
    module: Any = module_from_spec(spec)
    with _without(set(PACKAGES.values()) - {package}):
        spec.loader.exec_module(module)
    return _all_of(module.FormatChecker, module.draft202012_format_checker)


def _all_of(of_any_draft: Any, of_the_last: Any) -> dict[str, Checks]:
    return {**of_any_draft.checkers, **of_the_last.checkers}


@contextmanager
def _without(packages: Collection[str]) -> Iterator[None]:
    """Have this thread, and no other, find none of these packages unless they are loaded.

    The list of finders is replaced, never changed: other threads may be going through it.
    """
    finder = _Missing(packages)
    sys.meta_path = [finder, *sys.meta_path]
    try:
        yield
    finally:
        sys.meta_path = [each for each in sys.meta_path if each is not finder]


class _Missing:
    """Finds for one thread that packages are not there."""

    def __init__(self, packages: Collection[str]) -> None:
        self._packages = packages
        self._thread = get_ident()

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Refuse the packages, leave all else to others."""
        if name in self._packages and get_ident() == self._thread:
            raise ModuleNotFoundError(f"{name} is loaded for the formats it checks", name=name)
