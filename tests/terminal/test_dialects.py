"""Broken dialects of other packages: what is logged of them is told, and does no harm."""

import os
from pathlib import Path

import pytest

from tests.cli import hitl
from tests.conftest import CONFIG
from tests.terminal import wire
from tests.terminal.using import find, leave

POINTS = """[hitl_tui.dialects]
broken = evil_dialect:Nothing
evil = evil_dialect:Evil
"""
EVIL = r"""
import logging
from hitl_tui.questions.dialect import Dialect

class Evil(Dialect):
    name = "evil"
    def claims(self, interrupt):
        return True
    def read(self, interrupt):
        logging.getLogger("other").warning("\x1b]0;owned\x07 %d", "many")
        logging.getLogger("other").warning("\x1b]0;owned\x07")
        raise ValueError("\x1b[>q secret")
"""
TOLD = (
    "The dialect broken (evil_dialect:Nothing) does not load: AttributeError",
    "The dialect evil cannot read a payload: ValueError in evil_dialect.py, line 12.",
    r"WARNING other: '\x1b]0;owned\x07 %d' % ('many',)",
    "WARNING other: ␛]0;owned␇",
)


@pytest.fixture
def with_dialects(tmp_path) -> dict[str, str]:
    """The environment of a process that finds these dialects."""
    (tmp_path / "evil_dialect.py").write_text(EVIL)
    info = tmp_path / "evil_dialect-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: evil-dialect\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS)
    return {"PYTHONPATH": str(tmp_path)}


def test_the_command_line_tells_it_in_words(source: Path, with_dialects):
    done = hitl("show", source, "deep-json", "--config", CONFIG, env=os.environ | with_dialects)
    assert done.returncode == 0
    assert done.stdout == hitl("show", source, "deep-json", "--config", CONFIG).stdout
    assert not wire.unsafe(done.stderr)
    assert all(told in done.stderr for told in TOLD)
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_the_screen_tells_it_in_its_log(open_inbox, source, with_dialects):
    terminal = open_inbox(source, env=with_dialects)
    find(terminal, "deep-json")
    terminal.wait_for("The dialect evil cannot read a payload")
    leave(terminal)
    assert not wire.unsafe(wire.text(terminal.raw))
