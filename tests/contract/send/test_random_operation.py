"""Random operation against a model: states on screen are always the model's.

Shortened here; `make soak` goes on for ten minutes, or `SOAK_SECONDS`.
"""

import os
import time

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.contract.send.machine import HereOperation, ServedOperation
from tests.contract.send.office import AtServer, Office

SECONDS = float(os.environ.get("SOAK_SECONDS", "0"))
SHORT = settings(
    max_examples=4,
    stateful_step_count=20,
    deadline=None,
    derandomize=not SECONDS,
    database=None,
    phases=[Phase.generate],  # to shrink runs of real graphs takes longer than to read one
    suppress_health_check=list(HealthCheck),
)


def operated(machine, make, tmp_path, steps):
    """Rounds of the machine, each at an office of its own, until the time is over."""
    end, round_ = time.monotonic() + SECONDS, 0
    while round_ == 0 or time.monotonic() < end:
        round_ += 1
        folder = tmp_path / f"round{round_}"
        folder.mkdir()
        office = make(folder)
        office.operators = {who: office.inbox(who) for who in ("ann", "bob")}
        here = type("Here", (machine,), {"office": office})
        try:
            run_state_machine_as_test(here, settings=steps)
        finally:
            office.close()
    assert time.monotonic() >= end


def test_states_are_always_the_models(tmp_path):
    def office(folder):
        made = Office(folder)
        made.start("first")
        return made

    operated(HereOperation, office, tmp_path, SHORT)


def test_states_are_always_the_models_at_a_server(agent_server, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    steps = settings(SHORT, max_examples=2, stateful_step_count=12)
    operated(ServedOperation, lambda folder: AtServer(folder, agent_server), tmp_path, steps)
