"""Where indexes are kept: the folder that platformdirs names, mostly told without loading it."""

from pathlib import Path

import pytest
from platformdirs import user_cache_path

from hitl_tui.backends.index.place import user_folder

NAMES = ("XDG_CACHE_HOME", "HOME", "ANDROID_DATA")
PLACES = {
    "at home": {"HOME": "/home/ann"},
    "at home, with a slash": {"HOME": "/home/ann/"},
    "at the root": {"HOME": "/"},
    "set": {"HOME": "/home/ann", "XDG_CACHE_HOME": "/var/cache/ann"},
    "set, with slashes": {"HOME": "/home/ann", "XDG_CACHE_HOME": "//var//cache/"},
    "set empty": {"HOME": "/home/ann", "XDG_CACHE_HOME": ""},
    "set, no home": {"XDG_CACHE_HOME": "/var/cache/ann"},
    "relative": {"HOME": "/home/ann", "XDG_CACHE_HOME": "cache"},
    "spaces": {"HOME": "/home/ann", "XDG_CACHE_HOME": " "},
    "a home that is relative": {"HOME": "ann"},
    "no home": {},
}


@pytest.mark.parametrize("environ", PLACES.values(), ids=PLACES)
def test_indexes_are_where_platformdirs_says(monkeypatch, environ):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert user_folder() == Path(user_cache_path("hitl-tui"))
