"""`python -m tests.benchmarks.server_rows FILE COUNT`: multiplies the one thread of a server.

The in-memory server keeps its rows in a pickle, which names classes of its own: this process loads
them, so that nobody else has to.
"""

import copy
import pickle
import sys
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any


def copied(first: dict[str, Any], number: int) -> dict[str, Any]:
    """The same thread under another id, a little younger."""
    row = copy.deepcopy(first) | {"thread_id": uuid.UUID(int=number + 1, version=4)}
    for name in ("created_at", "updated_at", "state_updated_at"):
        row[name] += timedelta(milliseconds=number)
    return row


def main() -> None:
    """Write so many rows."""
    file, count = Path(sys.argv[1]), int(sys.argv[2])
    kept = pickle.loads(file.read_bytes())
    (first,) = kept["threads"]
    kept["threads"] = [copied(first, number) for number in range(count)]
    file.write_bytes(pickle.dumps(kept))


if __name__ == "__main__":
    main()
