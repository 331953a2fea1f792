"""Any bytes become plain values or are refused; nothing that they name is imported or called."""

import datetime as dt
import json
import os
import sys

import ormsgpack
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hitl_tui.backends.decode import MAX_DEPTH, Unreadable, decode

PLAIN = (type(None), bool, int, float, str)


def is_plain(value):
    if isinstance(value, list):
        return all(map(is_plain, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_plain(item) for key, item in value.items())
    return isinstance(value, PLAIN)


def packed(value):
    return ormsgpack.packb(value, option=ormsgpack.OPT_NON_STR_KEYS)


def named(code, *content):
    """A blob that names something, as LangGraph writes it."""
    return ormsgpack.packb(ormsgpack.Ext(code, packed(content)))


def outcome(kind, data):
    """The plain value, or Unreadable; anything else is raised."""
    try:
        value = decode(kind, data)
    except Unreadable as error:
        return str(error)
    assert is_plain(value)
    return value


@settings(max_examples=400, derandomize=True, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["msgpack", "json", "bytes", "bytearray", "odd"]))
@example(b"\xdd\xff\xff\xff\xff", "msgpack")
@example(b"\xdf\xff\xff\xff\xff", "msgpack")
@example(b"\xc9\xff\xff\xff\xff\x05", "msgpack")
@example(b"9" * 5000, "json")
@example(b"\xa2\xff\xff", "msgpack")
def test_any_bytes_are_read_or_refused_and_import_nothing(data, kind):
    decode("msgpack", b"\xc0")  # loads the reader itself
    before = set(sys.modules)
    outcome(kind, data)
    assert set(sys.modules) == before


@settings(max_examples=300, derandomize=True, deadline=None)
@given(
    st.integers(0, 127),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**63 - 1)
        | st.floats()
        | st.binary()
        # Names of things that would be noticed if they were called.
        | st.sampled_from(["os", "system", "builtins", "exec", "uuid", "UUID", "Send", ""]),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text(max_size=3) | st.integers(-99, 99), inner, max_size=3)
        ),
        max_leaves=12,
    ),
)
def test_an_extension_of_any_content_is_plain_or_refused(code, content):
    outcome("msgpack", ormsgpack.packb(ormsgpack.Ext(code, packed(content))))


@pytest.mark.parametrize("code", range(8))
@pytest.mark.parametrize(
    "name", [("os", "system"), ("builtins", "exec"), ("builtins", "eval"), ("antigravity", "x")]
)
def test_nothing_that_a_blob_names_is_called(code, name, tmp_path, monkeypatch):
    canary = tmp_path / "called"
    called = []
    monkeypatch.setattr(os, "system", called.append)
    argument = {0: f"touch {canary}", 3: f"open({str(canary)!r}, 'w')"}.get(code, [str(canary)])
    outcome("msgpack", named(code, *name, argument, "fromisoformat"))
    assert not called
    assert not canary.exists()
    assert "antigravity" not in sys.modules


def test_a_named_thing_keeps_its_name_and_arguments():
    assert decode("msgpack", named(1, "os", "system", ["ls"])) == {
        "__type__": "os.system",
        "value": ["ls"],
    }
    assert decode("msgpack", named(5, "app", "Order", {"id": 3}, "model_validate_json")) == {
        "__type__": "app.Order",
        "id": 3,
    }


def test_a_field_cannot_pretend_another_type():
    assert decode("msgpack", named(2, "app", "Order", {"__type__": "x"})) == {
        "__type__": "app.Order"
    }


@pytest.mark.parametrize(
    ("blob", "value"),
    [
        (named(0, "uuid", "UUID", "0" * 32), "00000000-0000-0000-0000-000000000000"),
        (named(3, "datetime", "datetime", "2026-01-02T03:04:05", "x"), "2026-01-02T03:04:05"),
        (named(1, "datetime", "date", [2026, 1, 2]), "2026-01-02"),
        (named(0, "decimal", "Decimal", "1.20"), "1.20"),
        (named(1, "pathlib", "PosixPath", ["/", "etc", "x"]), "/etc/x"),
        (named(0, "builtins", "set", [1, 2]), [1, 2]),
        (packed({1: "a", (1, 2): "b", None: "c"}), {"1": "a", "[1, 2]": "b", "null": "c"}),
        (packed(b"\0\1"), {"__type__": "builtins.bytes", "base64": "AAE="}),
    ],
)
def test_what_has_an_obvious_spelling_is_spelt(blob, value):
    assert decode("msgpack", blob) == value


def test_keys_that_would_collide_keep_both_items():
    assert decode("msgpack", packed({1: "a", "1": "b"})) == {
        "__type__": "builtins.dict",
        "items": [[1, "a"], ["1", "b"]],
    }


@pytest.mark.parametrize("malformed", [None, 3, [], {"hex": 1}, ["a", "b", "c"]])
@pytest.mark.parametrize(
    "name",
    [
        "uuid.UUID",
        "datetime.date",
        "datetime.time",
        "decimal.Decimal",
        "builtins.set",
        "datetime.timedelta",
        "re.compile",
        "langgraph.types.Send",
        "pathlib.Path",
    ],
)
def test_a_known_type_with_odd_arguments_is_still_shown(name, malformed):
    module, _, attribute = name.rpartition(".")
    assert is_plain(decode("msgpack", named(0, module, attribute, malformed)))


def test_a_secret_stays_secret():
    assert "hunter2" not in str(decode("msgpack", named(0, "pydantic", "SecretStr", "hunter2")))


def test_a_delta_snapshot_says_that_it_is_incomplete():
    blob = ormsgpack.packb(ormsgpack.Ext(7, packed([1, 2])))
    value = decode("msgpack", blob)
    assert (value["incomplete"], value["value"]) == (True, [1, 2])


def test_an_old_json_value_constructs_nothing():
    blob = json.dumps({"lc": 2, "type": "constructor", "id": ["os", "system"], "args": ["ls"]})
    assert decode("json", blob.encode()) == {"__type__": "os.system", "value": "ls"}


@pytest.mark.parametrize(
    ("kind", "data", "why"),
    [
        ("pickle", b"cos\nsystem\n(S'ls'\ntR.", "pickled"),
        ("msgpack+aes", b"\0" * 64, "encrypted"),
        ("msgpack", b"\xc1", "damaged"),
        ("msgpack", None, "missing or damaged"),
        ("json", b"{", "damaged"),
        ("yaml", b"a: 1", "unknown kind"),
        ("msgpack", b"\x91" * 100_000, "deep"),
        ("json", b"[" * 100_000, "deep"),
        ("msgpack", b"\x91" * (MAX_DEPTH + 2) + b"\xc0", "deep"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(kind, data, why):
    with pytest.raises(Unreadable, match=why):
        decode(kind, data)


def test_extensions_inside_extensions_end_somewhere():
    blob = packed(None)
    for _ in range(200):
        blob = ormsgpack.packb(ormsgpack.Ext(7, blob))
    with pytest.raises(Unreadable, match="deep"):
        decode("msgpack", blob)


def test_not_a_number_and_lone_surrogates_are_tolerated():
    assert str(decode("msgpack", packed(float("nan")))) == "nan"
    assert decode("json", b'"\\ud800"') == "\ud800"


def test_the_largest_numbers_and_dates_survive():
    assert decode("msgpack", packed(2**64 - 1)) == 2**64 - 1
    assert decode("msgpack", named(1, "datetime", "date", [9999, 12, 31])) == str(dt.date.max)
