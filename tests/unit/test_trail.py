"""The audit trail: nothing in it can be changed unnoticed, and it keeps no secrets."""

import csv
import io
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hitl_tui.errors import UsageError
from hitl_tui.journal.journal import Journal
from hitl_tui.journal.owner import this_process
from hitl_tui.masks import MASKED, Masks
from hitl_tui.model.attempts import Attempt
from hitl_tui.model.runs import Outcome, Verb
from tests.cli import hitl
from tests.conftest import ROOT
from tests.contract.runner.processes import PATIENCE

SECRET = "hunter2-and-more"


def attempt(name="a", thread="t", **changes):
    made = Attempt(
        name, thread, Verb.ANSWER, "ann", this_process(), datetime.now(UTC), "cp1", {"i": {"n": 3}},
        asked={"i": {"node": "ask", "dialect": "plain", "value": "How many?", "edited": []}},
    )  # fmt: skip
    return replace(made, **changes)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.sqlite.hitl.db"


@pytest.fixture
def journal(path):
    journal = Journal(path)
    yield journal
    journal.close()


def filled(journal):
    """A trail of eight rows of every kind."""
    journal.notes.claim("t", datetime(2999, 1, 1, tzinfo=UTC), "ann")
    journal.notes.save_draft("t", "i", "ann", {"n": 3})
    journal.begin(attempt())
    journal.settle("a", Outcome.IN_DOUBT, "killed")
    journal.begin(attempt("b", verb=Verb.REOPEN), instead_of="a")
    journal.settle("b", Outcome.PAUSED)
    journal.notes.release("t", "ann")


def test_a_row_for_each_intent_outcome_claim_draft_sent_and_re_open(journal):
    filled(journal)
    rows = journal.trail.rows("t")
    told = [(row["kind"], json.loads(row["data"]).get("verb", "")) for row in rows]
    assert told == [
        ("claim", ""), ("intent", "answer"), ("draft sent", ""), ("outcome", ""),
        ("set aside", ""), ("intent", "reopen"), ("draft sent", ""), ("outcome", ""),
        ("release", ""),
    ]  # fmt: skip
    assert all(row["operator"] == "ann" and row["host"] for row in rows)
    assert not journal.trail.faults()


def test_an_intent_tells_what_was_proposed_edited_and_sent(journal):
    asked = {"i": {"node": "pay", "dialect": "batch", "value": {"amount": 3}, "edited": ["amount"]}}
    journal.begin(attempt(asked=asked, answers={"i": {"amount": 5}}))
    data = json.loads(journal.trail.rows()[0]["data"])
    assert data["asked"]["i"]["value"] == {"amount": 3}
    assert data["edited"] == {"i": ["amount"]}
    assert data["sent"] == {"i": {"amount": 5}}


TAMPERING = {
    "changed": "UPDATE audit SET operator = 'bob' WHERE seq = 4",
    "changed in its data": "UPDATE audit SET data = replace(data, '3', '4') WHERE seq = 2",
    "changed in its time": "UPDATE audit SET at = '2001-01-01T00:00:00+00:00' WHERE seq = 5",
    "removed": "DELETE FROM audit WHERE seq = 4",
    "removed at the start": "DELETE FROM audit WHERE seq = 1",
    "removed at the end": "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
    "removed, all of them": "DELETE FROM audit",
    "removed with the head": "DELETE FROM audit_head",
    "swapped": "UPDATE audit SET seq = CASE seq WHEN 3 THEN -4 WHEN 4 THEN -3 END"
    " WHERE seq IN (3, 4); UPDATE audit SET seq = -seq WHERE seq < 0",
    "closed up after a removal": "DELETE FROM audit WHERE seq = 4;"
    " UPDATE audit SET seq = seq - 1 WHERE seq > 4",
    "inserted": "INSERT INTO audit SELECT seq + 100, at, kind, thread_id, attempt_id, operator,"
    " host, data, hash FROM audit WHERE seq = 4",
    "resealed alone": "UPDATE audit SET hash = 'g' || substr(hash, 2) WHERE seq = 4",
    "cut off, the head made to fit": "DELETE FROM audit WHERE seq > 4;"
    " UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit WHERE seq = 4)",
}


@pytest.mark.parametrize("how", TAMPERING)
def test_any_row_that_is_changed_removed_or_reordered_is_found(journal, path, how):
    filled(journal)
    journal.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(TAMPERING[how])
        connection.commit()
    assert journal.trail.faults()


def test_what_is_tampered_with_is_named_by_the_command_line(journal, path):
    filled(journal)
    journal.close()
    source = path.with_name("a.sqlite")
    assert hitl("audit", "verify", source).returncode == 0
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(TAMPERING["changed"])
        connection.commit()
    done = hitl("audit", "verify", source)
    assert (done.returncode, "Row 4" in done.stdout) == (1, True)


def test_a_trail_that_is_not_there_is_not_called_intact(path):
    done = hitl("audit", "verify", path.with_name("a.sqlite"))
    assert (done.returncode, "no trail" in done.stdout) == (1, True)


WRITER = """
import sys
from pathlib import Path
from hitl_tui.journal import file
from tests.unit.test_trail import PATIENCE, Journal, Outcome, attempt
file._BUSY = PATIENCE  # a slow disk lets ten of them wait for long
journal, who = Journal(Path(sys.argv[1])), sys.argv[2]
for number in range(20):
    name = f"{who}-{number}"
    journal.begin(attempt(name, thread=name, operator=who))
    journal.settle(name, Outcome.FINISHED)
"""


def test_a_trail_of_ten_writers_at_once_verifies(path, journal):
    words = [sys.executable, "-c", WRITER, str(path)]
    writers = [subprocess.Popen([*words, f"w{number}"], cwd=ROOT) for number in range(10)]
    assert [writer.wait(PATIENCE) for writer in writers] == [0] * 10
    rows = journal.trail.rows()
    assert [row["seq"] for row in rows] == list(range(1, 10 * 20 * 2 + 1))
    assert not journal.trail.faults()


def test_csv_and_json_export_the_same_rows(journal, path):
    filled(journal)
    journal.close()
    source = path.with_name("a.sqlite")
    as_json = [json.loads(line) for line in hitl("audit", source, "--json").stdout.splitlines()]
    as_csv = list(csv.DictReader(io.StringIO(hitl("audit", source, "--csv").stdout)))
    assert [row["hash"] for row in as_json] == [row["hash"] for row in as_csv]
    assert [row["data"] for row in as_json] == [json.loads(row["data"]) for row in as_csv]


@pytest.mark.parametrize(
    ("pattern", "value", "masked"),
    [
        ("$.card.number", {"card": {"number": 1, "x": 2}}, {"card": {"number": MASKED, "x": 2}}),
        ("$..password", {"a": [{"password": "p"}]}, {"a": [{"password": MASKED}]}),
        ("$.items[*].iban", {"items": [{"iban": 1}, {}]}, {"items": [{"iban": MASKED}, {}]}),
        ("$['a key'][0]", {"a key": [1, 2]}, {"a key": [MASKED, 2]}),
        ("$.a", {"b": 1}, {"b": 1}),
        ("$.*", {"b": {"c": 1}}, {"b": MASKED}),
    ],
)
def test_masks_replace_what_they_name(pattern, value, masked):
    assert Masks([pattern]).over(value) == masked


@pytest.mark.parametrize("pattern", ["", "$", "password", "$.", "$.a[", "$a"])
def test_a_mask_that_cannot_be_read_is_named(pattern):
    with pytest.raises(UsageError, match="cannot be read"):
        Masks([pattern])


def held(folder) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("a.sqlite.hitl.db*")))


def test_a_masked_secret_is_kept_only_while_it_may_have_to_be_sent_again(path, tmp_path):
    journal = Journal(path, masks=["$..password"])
    answers = {"i": {"password": SECRET, "n": 3}}
    asked = {"i": {"value": {"password": SECRET}}}
    journal.notes.save_draft("t", "i", "ann", answers["i"])
    journal.begin(attempt(answers=answers, asked=asked))
    assert journal.unresolved()["t"].answers == answers, "in doubt, it can be sent again"
    journal.settle("a", Outcome.FINISHED, f"it said {SECRET}")
    journal.close()
    assert SECRET.encode() not in held(tmp_path)
    mark = "•••••• (masked: password)"
    assert journal.attempts("t")[0].answers == {"i": {"password": mark, "n": 3}}
    assert json.loads(journal.trail.rows()[0]["data"])["sent"]["i"]["n"] == 3


def test_what_is_masked_in_the_question_is_masked_in_its_answer(path, tmp_path):
    """The pattern names a place of the payload; the answer repeats the value at another one."""
    journal = Journal(path, masks=["$.call.args.pin", "$.call.args.key"])
    call = {"name": "login", "args": {"pin": 987654321, "key": SECRET}}
    answers = {"i": [{"type": "accept", "args": call, "note": f"with {SECRET}"}]}
    journal.begin(attempt(answers=answers, asked={"i": {"value": {"call": call}}}))
    assert journal.unresolved()["t"].answers == answers
    journal.settle("a", Outcome.FAILED, f"987654321 and {SECRET} do not fit")
    journal.close()
    for secret in (b"987654321", SECRET.encode()):
        assert secret not in held(tmp_path)
    (kept,) = journal.attempts("t")
    assert kept.answers["i"][0]["args"]["args"]["pin"] == "•••••• (masked: call.args.pin)"
    assert kept.answers["i"][0]["type"] == "accept"
    assert journal.trail.faults() == []


@pytest.mark.parametrize("end", ["abandoned", "replaced"])
def test_a_doubt_that_is_decided_keeps_no_secret_either(path, tmp_path, end):
    journal = Journal(path, masks=["$..password"])
    journal.begin(attempt(answers={"i": {"password": SECRET}}))
    journal.settle("a", Outcome.IN_DOUBT, "killed")
    if end == "abandoned":
        journal.resolve("a", "bob")
    else:
        journal.begin(attempt("b", answers={"i": {"password": SECRET}}), instead_of="a")
        journal.settle("b", Outcome.FINISHED)
    journal.close()
    assert SECRET.encode() not in held(tmp_path)
