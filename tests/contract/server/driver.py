"""An operator's process at a server: answers threads, in a race with another or to be killed."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.contract.send.driver import answer
from tests.contract.server.office import inbox_at


def main():
    """Answer the questions named on stdin, those of one line all at once."""
    url, journal, operator, value = sys.argv[1:]
    inbox = inbox_at(url, Path(journal), operator)
    inbox.graphs()
    print("ready", flush=True)
    with ThreadPoolExecutor(32) as pool:
        for line in sys.stdin:
            told = pool.map(lambda each: answer(inbox, each[0], value, each[1:]), json.loads(line))
            print(json.dumps(list(told)), flush=True)
    inbox.close()


if __name__ == "__main__":
    main()
