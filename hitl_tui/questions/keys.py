"""Keys for decisions: unique in a question's action, and the same every time."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase, digits

from hitl_tui.model.question import Decision
from hitl_tui.questions.dialect import Way

USUAL = {
    "approve": "a",
    "accept": "a",
    "answer": "a",
    "edit": "e",
    "reject": "r",
    "respond": "m",
    "response": "m",
    "ignore": "i",
    "decline": "d",
    "cancel": "c",
}
"""The key an operator learns once for a decision, whatever the dialect."""


def keys(ways: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """A key for each name: the one wanted for it, else the usual, else a letter of the name.

    Past all letters and digits decisions get no key (an empty one) and are picked from a list.
    """
    taken: dict[int, str] = {}
    for at, (name, wanted) in enumerate(ways):
        usual = wanted or USUAL.get(name, "")
        if usual and usual not in taken.values():
            taken[at] = usual
    for at, (name, _) in enumerate(ways):
        if at not in taken:
            letters = [char for char in name.lower() if char in ascii_lowercase]
            pool = [*letters, *digits[1:], *ascii_lowercase]
            taken[at] = next((char for char in pool if char not in taken.values()), "")
    return tuple(taken[at] for at in range(len(ways)))


def decisions(ways: Sequence[Way]) -> tuple[Decision, ...]:
    """The ways as an operator sees them, each with its key."""
    wanted = [(way.name, way.key) for way in ways]
    return tuple(
        Decision(way.name, way.label or way.name, key, way.form.fields, way.help)
        for way, key in zip(ways, keys(wanted), strict=True)
    )
