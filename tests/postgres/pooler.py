"""What a pooler looks like from outside: a connection that another process than its own serves."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_KEY = b"K\x00\x00\x00\x0c"
"""How BackendKeyData begins: the number of the process and a secret follow, four bytes each."""
_OPTIONS = b"\0options\0"
_REFUSED = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0"
_NAME = ".s.PGSQL.5432"


@contextmanager
def pooler(server: Path, folder: Path) -> Iterator[Path]:
    """A folder with the socket of a pooler before the server whose socket is in another folder.

    As PgBouncer does, it takes no options.
    """
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / _NAME))
        listening.listen()
        threading.Thread(target=_serve, args=(listening, server / _NAME), daemon=True).start()
        try:
            yield folder
        finally:
            listening.shutdown(socket.SHUT_RDWR)


def _serve(listening: socket.socket, server: Path) -> None:
    with suppress(OSError):  # nobody listens any more
        while True:
            client = listening.accept()[0]
            behind = socket.socket(socket.AF_UNIX)
            behind.connect(str(server))
            for ends in ((client, behind), (behind, client)):
                threading.Thread(target=_pass_on, args=ends, daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with source, suppress(OSError):
        while data := source.recv(65536):
            if _OPTIONS in data:
                source.sendall(b"E" + (4 + len(_REFUSED)).to_bytes(4, "big") + _REFUSED)
                break
            head, key, rest = data.partition(_KEY)
            target.sendall(head + key + b"\x7f\xff\xff\xff" + rest[4:] if key else data)
        target.shutdown(socket.SHUT_RDWR)
