"""A private Postgres cluster in a temporary folder, on a Unix socket, as an unprivileged user."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.contract.runner.processes import PATIENCE
from tests.lifeline import lifeline

NOT_INSTALLED = "POSTGRES IS NOT INSTALLED: what is tested on it was left out (apt: postgresql)"
_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 64MB
max_connections = 200
autovacuum = off
log_min_messages = fatal
{more}
"""


_STOP = """
pid=$(head -n 1 "$1/data/postmaster.pid") && kill -QUIT "$pid"
while kill -0 "$pid"; do sleep 0.1; done
"""
"""Stops the server in a folder if one runs there, as `immediate` does."""


class Cluster:
    """One running server; `psycopg.connect(cluster.url("postgres"))` is its superuser's."""

    def __init__(self, folder: Path, bin_: Path, user: str | None) -> None:
        self.folder = folder
        self._bin = bin_
        self._user = user

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def sql(self, *statements: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def rows(self, statement: str, database: str = "postgres") -> list[tuple]:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            return connection.execute(statement).fetchall()

    def start(self) -> None:
        self._control("start", "-w", "-l", str(self.folder / "log"))

    def stop(self, mode: str = "immediate") -> None:
        self._control("stop", "-w", "-m", mode)

    @contextmanager
    def replica(self) -> Iterator[Cluster]:
        """Another server that follows this one, and can only be read."""
        with _folder(self._user) as folder:
            made = Cluster(folder, self._bin, self._user)
            made.run("pg_basebackup", "-h", str(self.folder), "-U", "postgres", "-R", "-c", "fast",
                     "-D", str(folder / "data"))  # fmt: skip
            with made.running(f"unix_socket_directories = '{folder}'"):
                yield made

    @contextmanager
    def running(self, settings: str, stop: str = "immediate") -> Iterator[None]:
        """Running under more settings, until the end."""
        with (self.folder / "data" / "postgresql.conf").open("a") as file:
            file.write(f"{settings}\n")
        try:
            self.start()
            yield
        finally:
            if (self.folder / "data" / "postmaster.pid").exists():
                self.stop(stop)

    def run(self, *words: str) -> None:
        """A program of Postgres, as the user who owns the cluster."""
        user = pwd.getpwnam(self._user) if self._user else None
        subprocess.run(
            [str(self._bin / words[0]), *words[1:]], check=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=PATIENCE, cwd=self.folder,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"}, start_new_session=True,
            user=user and user.pw_uid, group=user and user.pw_gid,
            extra_groups=[] if user else None,
        )  # fmt: skip

    def _control(self, *words: str) -> None:
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-t", f"{PATIENCE:.0f}", *words)


def programs() -> Path | None:
    """Where Postgres's programs are: on the path, or where Debian puts the newest version."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(versions, key=lambda path: float(path.parts[-3]))
    return newest[-1].parent if newest else None


@contextmanager
def cluster(more: str = "", keep: Path | None = None) -> Iterator[Cluster]:
    """A cluster that runs until the end: a new one, or the one in a folder to `keep`."""
    bin_ = programs()
    assert bin_, "Postgres is not installed"
    user = "nobody" if os.getuid() == 0 else None
    with _kept(keep, user) if keep else _folder(user) as folder:
        made = Cluster(folder, bin_, user)
        if not (folder / "data" / "PG_VERSION").exists():
            made.run("initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-N")
        settings = _SETTINGS.format(folder=folder, more=more)
        with made.running(settings, "fast" if keep else "immediate"):
            yield made


@contextmanager
def _folder(owner: str | None) -> Iterator[Path]:
    """A folder for one server; a socket's path must be short."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        if owner:
            shutil.chown(folder, owner)
        with lifeline(f'{_STOP} rm -rf "$1"', folder):
            yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def _kept(folder: Path, owner: str | None) -> Iterator[Path]:
    """A folder that is there afterwards too."""
    folder.mkdir(parents=True, exist_ok=True)
    if owner:
        shutil.chown(folder, owner)
    with lifeline(f"{_STOP} true", folder):
        yield folder


def need() -> None:
    """Skip, unless this is where everything must be tested."""
    if programs() is None:
        assert "TEST_EVERYTHING" not in os.environ, NOT_INSTALLED
        pytest.skip(NOT_INSTALLED)


@contextmanager
def database(server: Cluster, name: str, template: str = "template1") -> Iterator[str]:
    """The address of a database of one's own; gone at the end, whoever still uses it."""
    server.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield server.url(name)
    finally:
        server.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
