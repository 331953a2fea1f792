"""Words of the command line that are no answer are status 2, say where, and send nothing."""

import pytest

from tests.contract.everywhere.world import here_and_there
from tests.places import has_journal, held_of

NO_JSON = [
    ("{oops", "line 1 column 2"), ("", "line 1 column 1"), ("'a'", "line 1"), ("NaN", "NaN"),
    ("1 2", "Extra data"), ("[" * 100_000, "not JSON"),
]  # fmt: skip


@pytest.fixture
def place(world):
    """Where the story's thread is, as `held_of` names it."""
    return world.place.source if world.kind == "server" else world.folder / "threads.sqlite"


@here_and_there
def test_an_answer_that_is_no_json_is_status_2_and_says_where(world, place):
    thread = world.seed("effect")
    before = held_of(place, thread)
    for value, words in NO_JSON:
        done = world.said("ann", "answer", thread, "--value", value)
        assert (done.returncode, done.stdout) == (2, ""), value[:9]
        assert "--value is not JSON" in done.stderr
        assert words in done.stderr
        assert "A text needs quotes" in done.stderr
    assert (held_of(place, thread), has_journal(place)) == (before, False)
    assert world.state() == "open"
    assert world.effects() == []


@here_and_there
def test_answers_in_a_file_that_is_no_json_or_not_there_are_status_2(world, place):
    thread = world.seed("effect")
    before = held_of(place, thread)
    wrong = world.folder / "answers.json"
    wrong.write_text('{"a": 1,\n}')
    for file, words in ((wrong, "line 2"), (world.folder / "absent.json", "absent.json")):
        done = world.said("ann", "answer", thread, "--from", str(file))
        assert (done.returncode, done.stdout) == (2, "")
        assert words in done.stderr
    assert (held_of(place, thread), has_journal(place)) == (before, False)
