"""A text of the answer in the operator's editor, and what is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hitl_tui.errors import UsageError
from hitl_tui.text import clean
from hitl_tui.tui.editor import edit, system_environment

if TYPE_CHECKING:
    from textual.widget import Widget

    from hitl_tui.tui.widgets.guard import Guard


def outside(widget: Widget, guard: Guard, text: str, suffix: str) -> str | None:
    """What an editor makes of a text, the terminal being its own meanwhile; None, told, if nothing.

    What was typed behind its back decides nothing.
    """
    try:
        made = edit(text, suffix, system_environment(), widget.app.suspend)
    except UsageError as error:
        tell(widget, str(error))
        return None
    guard.start()
    return made


def tell(widget: Widget, text: str) -> None:
    """Say something about the answer that no field can say."""
    widget.notify(clean(text[:500]), title="Answer", severity="warning", markup=False)
