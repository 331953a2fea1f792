"""Which of the proposed arguments an answer changes, for whoever reads the trail later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hitl_tui.model.question import Question


def edited(question: Question, value: Any) -> list[str]:
    """The names of the arguments that `value` changes, adds or leaves out, sorted.

    Of a question with several actions, `0.amount` for the first one's. Empty where nothing was
    proposed to be edited.
    """
    found = []
    several = len(question.actions) > 1
    for at, (action, decision) in enumerate(zip(question.actions, _decisions(value), strict=False)):
        found += [f"{at}.{name}" if several else name for name in _changed(action.facts, decision)]
    return found


def _decisions(value: Any) -> list[Any]:
    """One for each action: a batch, a list of one, or the answer itself."""
    if isinstance(value, Mapping) and isinstance(value.get("decisions"), list):
        return list(value["decisions"])
    return value if isinstance(value, list) else [value]


def _changed(proposed: Mapping[str, Any], decision: Any) -> Iterator[str]:
    if not isinstance(decision, Mapping) or decision.get("type") != "edit":
        return
    action = decision.get("edited_action") or decision.get("editedAction") or decision.get("args")
    args = action.get("args") if isinstance(action, Mapping) else None
    if isinstance(args, Mapping):
        for name in sorted(proposed.keys() | args.keys()):
            if name not in args or name not in proposed or args[name] != proposed[name]:
                yield name
