"""Whoever reads what is printed may go away, or have no room for it: what becomes of us then."""

from __future__ import annotations

import errno
import os
import sys

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def end_with_reader() -> None:
    """End quietly because the reader did (`| head`), by the signal that ends other programs then.

    Only now, when all is closed: while graphs run, a worker that is gone must not end us so.
    """
    import signal

    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGPIPE)


def print_no_more() -> None:
    """Throw away what is still to be printed, what Python holds back for its end included."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def is_about_output(error: OSError) -> bool:
    """Whether an error says that what was printed has no room, on no file of ours."""
    return error.errno in _NO_ROOM and error.filename is None
