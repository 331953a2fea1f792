"""The address of a database: read as libpq does, shown without its password."""

import sys

import pytest
from psycopg.conninfo import conninfo_to_dict

from hitl_tui.database import Address
from hitl_tui.errors import UsageError


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("postgresql://ann:secret@db.example.com:5433/agents", "db.example.com/agents"),
        ("postgresql://db.example.com,other/agents", "db.example.com/agents"),
        ("postgresql:///agents?host=/run/postgresql", "agents"),
        ("postgresql://ann@", "ann"),
        ("postgresql:///", "postgres"),
    ],
)
def test_it_is_called_by_host_and_database(source, name, monkeypatch):
    for variable in ("PGHOST", "PGDATABASE", "PGUSER"):
        monkeypatch.delenv(variable, raising=False)
    assert Address(source).name == name


def test_what_the_environment_says_counts_where_the_address_says_nothing(monkeypatch):
    monkeypatch.setenv("PGHOST", "elsewhere")
    monkeypatch.setenv("PGDATABASE", "agents")
    monkeypatch.setenv("PGPASSWORD", "from the environment")
    address = Address("postgresql://ann@/")
    assert address.name == "elsewhere/agents"
    given = conninfo_to_dict(address.resolved())
    assert (given["host"], given["dbname"], given["user"]) == ("elsewhere", "agents", "ann")
    assert given["password"] == "from the environment"
    assert conninfo_to_dict(Address("postgresql://other/").resolved())["host"] == "other"


def test_a_password_is_masked_in_what_the_database_says(monkeypatch):
    monkeypatch.setenv("PGPASSWORD", "envsecret")
    address = Address("postgresql://ann:urlsecret@h/d")
    told = address.words(ValueError("connection failed: bad urlsecret\nor envsecret."))
    assert told == "bad ••• or •••"


@pytest.mark.parametrize("source", ["postgresql://[h/d", "postgresql://ann:s3cret@h/d?no=way"])
def test_one_that_cannot_be_read_is_not_repeated(source):
    with pytest.raises(UsageError) as refused:
        Address(source)
    assert "s3cret" not in str(refused.value)


def test_a_missing_driver_is_told_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError, match=r"pip install 'hitl-tui\[postgres\]'"):
        Address("postgresql://h/d")
