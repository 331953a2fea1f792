"""Dialects of other packages: found through their entry points, once, and never in the way."""

from __future__ import annotations

import sys

import pytest

from hitl_tui.model.question import Choice
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions import registry
from hitl_tui.questions.read import check, encode, read, title

COIN = """
from hitl_tui.questions.dialect import Dialect, Reading, Topic, Way
from hitl_tui.questions.form import Form

class Coin(Dialect):
    name = "coin"
    def claims(self, interrupt):
        return isinstance(interrupt.value, dict) and "toss" in interrupt.value
    def read(self, interrupt):
        if interrupt.value["toss"] == "edge":
            raise RuntimeError("on its edge")
        ways = (Way("heads", Form({"side": 1})), Way("tails", Form({"side": 2})))
        return Reading((Topic("Toss", ways),))
    def schema(self, interrupt):
        return {"properties": {"side": {"enum": [1, 2]}}, "required": ["side"]}
"""
POINTS = """[hitl_tui.dialects]
broken = coin_dialect:Nothing
coin = coin_dialect:Coin
none = coin_dialect:Form
"""


@pytest.fixture
def coin(tmp_path, monkeypatch):
    """A package that brings a dialect, beside two entry points that are no good."""
    (tmp_path / "coin_dialect.py").write_text(COIN)
    info = tmp_path / "coin_dialect-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: coin-dialect\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(registry, "_troubles", {})
    registry.added.cache_clear()
    yield
    registry.added.cache_clear()
    sys.modules.pop("coin_dialect", None)


@pytest.mark.usefixtures("coin")
def test_an_added_dialect_reads_what_no_other_knows():
    question = read(Interrupt("1", {"toss": True}))
    assert question.dialect == "coin"
    assert [(d.name, d.key) for d in question.actions[0].decisions] == [
        ("heads", "h"),
        ("tails", "t"),
    ]
    assert encode(question, [Choice("tails")]) == {"side": 2}
    assert [str(problem) for problem in check(question, {"side": 3})] == [
        "side: must be one of 1, 2"
    ]


@pytest.mark.usefixtures("coin")
def test_it_cannot_take_what_a_built_in_one_knows():
    payload = {"toss": True, "question": "Which?", "options": [1]}
    assert read(Interrupt("1", payload)).dialect == "options"


def test_a_payload_it_stumbles_over_is_plain_and_told_once_without_its_words(coin, caplog):
    for name in ("1", "2"):
        assert read(Interrupt(name, {"toss": "edge"})).dialect == "plain"
    told = [it for it in map(str, registry.troubles()) if "cannot read" in it]
    assert told == [
        "The dialect coin cannot read a payload: RuntimeError in coin_dialect.py, line 11."
    ]
    assert caplog.text.count("cannot read") == 1


def test_what_is_broken_is_left_out_and_told(coin, caplog):
    assert [dialect.name for dialect in registry.added()] == ["coin"]
    assert (
        [record.getMessage() for record in caplog.records]
        == list(registry.troubles())
        == [
            "The dialect broken (coin_dialect:Nothing) does not load: AttributeError:"
            " module 'coin_dialect' has no attribute 'Nothing'.",
            "The dialect none (coin_dialect:Form) is not a Dialect.",
        ]
    )


def test_titles_and_known_payloads_look_nothing_up(monkeypatch):
    monkeypatch.setattr(registry, "added", lambda: pytest.fail("looked up"))
    assert title(Interrupt("1", "Age?")) == "Age?"
    assert read(Interrupt("1", {"question": "?", "options": [1]})).dialect == "options"


def test_every_built_in_dialect_has_a_name_of_its_own():
    names = [dialect.name for dialect in (*registry.BUILT_IN, registry.PLAIN)]
    assert len(names) == len(set(names))
