"""How urgent a thread says it is."""

import pytest

from hitl_tui.backends.priority import priority
from hitl_tui.model.threads import Interrupt


def asks(value):
    return Interrupt("1", value)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (3, 3.0),
        (-1.5, -1.5),
        ("2", 2.0),
        ("Urgent", 2.0),
        (" high ", 1.0),
        ("normal", 0.0),
        ("low", -1.0),
        ("whenever", None),
        (True, None),
        (None, None),
        ([1], None),
        (float("nan"), None),
        ("inf", None),
        (10**400, None),
    ],
)
def test_a_number_or_a_word_says_it(given, found):
    assert priority({}, [asks({"priority": given})]) == found
    assert priority({"priority": given}, []) == found


def test_the_greatest_of_what_is_asked_wins_over_the_metadata():
    questions = [asks({"priority": "low"}), asks({"priority": 1}), asks("text"), asks({"a": 1})]
    assert priority({"priority": 9}, questions) == 1.0
    assert priority({"priority": 9}, questions[2:]) == 9.0
