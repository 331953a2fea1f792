"""Keys have their turn while very much is read, and nothing is read otherwise than it was."""

import gc

import ormsgpack
import pytest

from hitl_tui import giving_way
from hitl_tui.backends.decode import decode

MUCH = {
    "keys": lambda: {f"key {n}": n for n in range(20_000)},
    "items": lambda: list(range(60_000)),
    "lists": lambda: [[n] for n in range(60_000)],
    "text": lambda: "é" * 3_000_000,
    "odd": lambda: {1: "a", "1": "b"} | {str(n): n for n in range(2, 20_000)},
}


@pytest.fixture
def pauses(monkeypatch) -> list[float]:
    """How long each pause was to be; none is made."""
    pauses: list[float] = []
    monkeypatch.setattr(giving_way, "sleep", pauses.append)
    monkeypatch.setattr(giving_way._Now, "quiet_until", 0.0)
    return pauses


@pytest.mark.parametrize("what", MUCH)
def test_what_is_read_is_the_same_with_keys_or_without(pauses, monkeypatch, what):
    data = ormsgpack.packb(MUCH[what](), option=ormsgpack.OPT_NON_STR_KEYS)
    before = decode("msgpack", data)
    assert pauses == []
    monkeypatch.setattr(giving_way, "monotonic", lambda: 100.0)
    giving_way.key_came()
    assert decode("msgpack", data) == before
    assert len(pauses) > 2
    assert pauses == pytest.approx([giving_way.QUIET] * len(pauses))
    if what != "odd":
        assert before == MUCH[what]()


def test_collections_pause_while_somebody_reads_much_however_it_ends():
    assert gc.isenabled()
    with giving_way.reading_much():
        with pytest.raises(ValueError, match="no"), giving_way.reading_much():
            raise ValueError("no")
        assert not gc.isenabled()
    assert gc.isenabled()
