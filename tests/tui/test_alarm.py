"""Two answers to one question are told in the queue and above the question that waits now."""

from hitl_tui.model.threads import Branch, Rivals
from tests.fakes import thread

RIVALS = Rivals(
    "cp", (Branch("a", {"answer": "yes"}), Branch("b", {"answer": "no [@click=x]y[/]"})), ("no",)
)


async def test_an_alarm_stands_in_the_row_and_names_both_answers(operate):
    async with operate(thread("a", "Well?", rivals=(RIVALS,))) as operator:
        await operator.until(lambda: operator.shown == "a" and "ALARM:" in operator.text)
        assert 'answer = "yes"' in operator.text
        assert "[@click=x]y[/]" in operator.text
        row = operator.list._rows.get(0)
        assert str(row.title).startswith("ALARM: answered more than once. Well?")
