"""Virtual environments that have what something needs, and nothing else."""

from __future__ import annotations

import os
import venv
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def environment(folder: Path, wanted: Iterable[str]) -> Path:
    """The Python of a new environment with what the requirements name, and what that needs.

    Every file is a link to the one that is installed here: the same versions, no download.
    """
    venv.create(folder, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    files = [file for each in needed(wanted) for file in each.files or () if ".." not in file.parts]
    for parent in {file.parent for file in files}:
        (packages / parent).mkdir(parents=True, exist_ok=True)
    for file in files:
        os.symlink(file.locate(), packages / file)
    return folder / "bin" / "python"


def needed(wanted: Iterable[str]) -> list[Distribution]:
    """What is installed here of some requirements, and of all that those require in turn."""
    left, found, seen = [Requirement(each) for each in wanted], {}, set()
    while left:
        asked = left.pop()
        here = found.setdefault(canonicalize_name(asked.name), distribution(asked.name))
        for extra in {"", *asked.extras}:
            if (here, extra) not in seen:
                seen.add((here, extra))
                required = map(Requirement, here.requires or ())
                left += [each for each in required if holds(each, extra)]
    return list(found.values())


def holds(required: Requirement, extra: str = "") -> bool:
    """Whether a requirement counts here, for an extra or for none."""
    return required.marker is None or required.marker.evaluate({"extra": extra})
