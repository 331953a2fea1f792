"""The decisions that can be made about one action."""

from __future__ import annotations

from collections.abc import Sequence

from hitl_tui.model.question import Decision
from hitl_tui.tui.widgets.choice_bar import ChoiceBar, Item
from hitl_tui.tui.widgets.guard import Guard


class DecisionBar(ChoiceBar):
    """One item per allowed decision; what is not allowed is not there."""

    def __init__(
        self, decisions: Sequence[Decision], guard: Guard, *, picked: int | None = None
    ) -> None:
        items = [Item(each.key, each.label or each.name) for each in decisions]
        super().__init__(items, guard, picked=picked)
