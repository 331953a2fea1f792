"""A large blob is read as the library reads it, and what is unusual is left to the library."""

import ormsgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hitl_tui.backends import decode
from hitl_tui.backends.unhurried import Unusual, unpack

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.builds(ormsgpack.Ext, st.integers(0, 127), st.binary(max_size=40))
)
KEYS = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=40) | st.dictionaries(KEYS, inner, max_size=40),
    max_leaves=60,
)


def extended(code: int, data: bytes) -> tuple[int, bytes]:
    return code, data


def by_library(data: bytes):
    return ormsgpack.unpackb(data, ext_hook=extended, option=ormsgpack.OPT_NON_STR_KEYS)


@settings(max_examples=60)
@given(VALUES)
def test_it_reads_what_the_library_reads(value):
    data = ormsgpack.packb(value, option=ormsgpack.OPT_NON_STR_KEYS)
    found = unpack(data, extended)
    assert found == by_library(data)
    assert repr(found) == repr(by_library(data))


@settings(max_examples=100)
@given(VALUES, st.data())
def test_of_a_damaged_blob_it_never_tells_anything_else(value, data):
    """It reads as the library does, or leaves it to it."""
    blob = bytearray(ormsgpack.packb(value, option=ormsgpack.OPT_NON_STR_KEYS))
    blob[data.draw(st.integers(0, len(blob) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(blob[: data.draw(st.integers(1, len(blob)))])
    try:
        found = unpack(cut, extended)
    except Unusual:
        return
    assert repr(found) == repr(by_library(cut))


@pytest.mark.parametrize("size", [15, 16, 31, 32, 255, 256, 65_535, 65_536])
def test_every_length_is_read(size):
    for value in ("x" * size, b"x" * size, [1] * size, {f"{n}": n for n in range(size)}):
        assert unpack(ormsgpack.packb(value), extended) == value


@pytest.mark.parametrize("blob", [b"\x91" * 5_000, b"\x91" * 200_000])
def test_what_is_nested_too_deep_is_refused(blob):
    with pytest.raises(Unusual):
        unpack(blob, extended)
    with pytest.raises(decode.Unreadable, match="nested too deep"):
        decode.decode("msgpack", blob)
