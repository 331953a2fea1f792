"""The app from end to end, on a fake backend."""

from tests.fakes import thread


async def test_the_queue_has_the_focus_and_shows_the_oldest_question_first(operate):
    async with operate(thread("new", "How old?"), thread("old", "Who?", minutes=90)) as operator:
        assert operator.app.focused is operator.list
        assert operator.shown == "old"
        assert "Who?" in operator.text
