"""What a thread was read from, in a few bytes: where they are the same, it still reads the same."""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING

from xxhash import xxh3_128_digest

if TYPE_CHECKING:
    from hitl_tui.backends.tables import Head

_PLAIN = 0
"""The version of marshal's format in which equal values are always the same bytes."""


def proof(head: Head) -> bytes:
    """The hash of all that is stored of a head and of the writes on it.

    It differs also where a value was changed in its place, which neither keys nor numbers tell.
    """
    writes = list(map(tuple, head.writes))
    return xxh3_128_digest(marshal.dumps((*head[:5], writes), _PLAIN))
