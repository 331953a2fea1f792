"""Errors are told with the frames that a user can do something about."""

from hitl_tui.runner.worker.failures import described


def raised_in(filename: str, code: str = "raise ValueError('no')") -> BaseException:
    try:
        exec(compile(code, filename, "exec"), {})
    except Exception as error:  # noqa: BLE001 - any error of the code's own
        return error
    raise AssertionError("the code raised nothing")


def frames(error: BaseException) -> str:
    error.__traceback__ = error.__traceback__.tb_next
    return described(error)["traceback"]


def test_a_users_file_is_shown():
    assert 'File "/project/graph.py", line 1' in frames(raised_in("/project/graph.py"))


def test_a_graph_that_is_installed_is_shown_and_langgraph_is_not():
    place = "/venv/lib/python3.11/site-packages"
    assert "shop/graph.py" in frames(raised_in(f"{place}/shop/graph.py"))
    assert "File" not in frames(raised_in(f"{place}/langgraph/pregel/main.py"))


def test_a_group_tells_all_of_its_members():
    code = "raise ExceptionGroup('both', [ValueError('one'), KeyError('two')])"
    told = frames(raised_in("/project/graph.py", code))
    assert "ValueError: one" in told
    assert "KeyError: 'two'" in told


def test_an_error_that_cannot_speak_is_told_all_the_same():
    code = "class Mute(Exception):\n    def __str__(self): raise RuntimeError\nraise Mute"
    told = described(raised_in("/project/graph.py", code))
    assert told["title"] == "Mute"
    assert "cannot be shown: RuntimeError" in told["message"]


def test_an_endless_message_loses_its_middle():
    error = raised_in("/project/graph.py", "raise ValueError('a' + 'x' * 1_000_000 + 'z')")
    message = described(error)["message"]
    assert len(message) < 40_000
    assert message.startswith("ax")
    assert message.endswith("xz")
