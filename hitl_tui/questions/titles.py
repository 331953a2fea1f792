"""What an interrupt asks in one short line: all that a queue needs of questions."""

from __future__ import annotations

from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.payload import one_line
from hitl_tui.questions.registry import known


def title(interrupt: Interrupt) -> str:
    """What an interrupt asks in one short line, raw; cheap, for every row; never raises.

    Dialects of other packages are left aside here: the plain title stands in for theirs.
    """
    return one_line(known(interrupt).title(interrupt))


def described(interrupt: Interrupt) -> tuple[str, str]:
    """The kind of a question, which is its dialect's name, and its title; cheap; never raises."""
    dialect = known(interrupt)
    return dialect.name, one_line(dialect.title(interrupt))
