"""The app on a fake backend, with everything that moves by itself switched off."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from hitl_tui.model.threads import Thread
from hitl_tui.tui.widgets import guard
from tests.fakes import FakeBackend
from tests.tui.operator import Operator, make_app
from tests.tui.rest import wait_for_rest

Operate = Callable[..., AbstractAsyncContextManager[Operator]]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run tests that are coroutines, each in an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    test = pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted})
    asyncio.run(asyncio.wait_for(test, 300))
    return True


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """No colour or theme from outside; keys count at once, since pilots do not read but wait."""
    wait_for_rest(monkeypatch)
    for name in ("NO_COLOR", "FORCE_COLOR", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS", "TEXTUAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr(guard, "SECONDS", 0.0)


@pytest.fixture
def operate(tmp_path: Path) -> Operate:
    """`async with operate(thread…) as operator`: the app, running, with its first rows shown."""

    @asynccontextmanager
    async def _operate(
        *threads: Thread,
        backend: FakeBackend | None = None,
        size: tuple[int, int] = (120, 36),
        settle: float = 0.0,
        grace: float = 0.0,
        read_only: bool = False,
        ready: bool = True,
        masks: Sequence[str] = (),
    ) -> AsyncIterator[Operator]:
        backend = backend or FakeBackend(*threads)
        app = make_app(backend, tmp_path / "journal.db", settle, grace, read_only, masks)
        async with app.run_test(size=size, notifications=True) as pilot:
            operator = Operator(app, pilot, backend)
            if ready:
                await operator.ready()
            yield operator
        backend.close()

    return _operate
