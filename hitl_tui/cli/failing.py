"""An expected failure in people's words; loads nothing, since any command may fail."""

from __future__ import annotations

import sys

from hitl_tui.errors import AnswerRefused, HitlError
from hitl_tui.text import clean


def tell(error: HitlError) -> None:
    """Say on stderr what went wrong and what to do; of a refused answer field by field."""
    print(clean(_words(error)), file=sys.stderr)


def _words(error: HitlError) -> str:
    problems = error.problems if isinstance(error, AnswerRefused) else ()
    if len(problems) < 2:
        return f"{error.title}: {error}"
    lines = [f"{error.title}: nothing was sent, for {len(problems)} reasons."]
    return "\n".join([*lines, *(f"  {problem}" for problem in problems), error.hint]).rstrip()
