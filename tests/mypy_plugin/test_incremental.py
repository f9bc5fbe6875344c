"""Reports after an edit are the same as from scratch: cold, warm, in the daemon.

mypy's cache compares sizes and whole seconds, so every edit here changes the size of a file.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from mypy.dmypy_server import Server, process_start_options

from aldis.mypy._faults import Complaint
from mypy_plugin.running import INI, RECEIVER, SIGNALS, inside, mypy, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OTHER_TYPE = SIGNALS.replace("user_id: int", "user_id: bytes")
OTHER_NAME = SIGNALS.replace("user_id: int", "the_user_id: int")
# the module that is edited is known by another alone
THROUGH = RECEIVER.replace("from signals", "from between")
BETWEEN = "from signals import App, ns, user_created\n__all__ = ['App', 'ns', 'user_created']\n"
MISTYPED = """\
app.py:2: error: "user_id" is sent as "bytes", but receiver "welcome" takes "int"  [aldis-receiver]
app.py:2: note: "user_created" is declared in signals.py
app.py:4: error: "user_id" is sent as "bytes", but receiver "welcome" takes "int"  [aldis-receiver]
"""


def cached(folder: Path, cache: Path) -> Callable[[], str]:
    """Return what runs mypy, from a cache that knows the library."""
    own = folder / "cache"
    shutil.copytree(cache, own)
    return lambda: mypy(folder, f"--cache-dir={own}", ".")


def daemon(folder: Path) -> Callable[[], str]:
    """Return what asks a daemon, that lives in this process."""
    with inside(folder):
        options = process_start_options(
            ["--follow-imports=normal", "--config-file=mypy.ini"], False
        )
        server = Server(options, "status.json")

    def check() -> str:
        with inside(folder):
            said = server.cmd_check(["."], export_types=False, is_tty=False, terminal_width=80)
        return str(said["out"]).partition("Found ")[0].partition("Success")[0]

    return check


@pytest.fixture(params=["cached", "daemon"])
def run(request: pytest.FixtureRequest, tmp_path: Path, cache: Path) -> Callable[[], str]:
    write(tmp_path, signals=SIGNALS, between=BETWEEN, app=RECEIVER, through=THROUGH)
    if request.param == "cached":
        return cached(tmp_path, cache)
    (tmp_path / "mypy.ini").write_text(INI.replace("follow_imports = silent\n", ""), "utf-8")
    return daemon(tmp_path)


def of(module: str, said: str) -> str:
    return "".join(line + "\n" for line in said.splitlines() if line.startswith(module))


def test_errors_come_and_go_with_the_declaration_in_another_module(
    run: Callable[[], str], tmp_path: Path
) -> None:
    assert run() == ""
    write(tmp_path, signals=OTHER_TYPE)
    said = run()
    assert of("app.py", said) == MISTYPED
    assert of("through.py", said) == MISTYPED.replace("app.py", "through.py")
    assert run() == said
    write(tmp_path, signals=OTHER_NAME)
    said = run()
    for module in ("app.py", "through.py"):
        assert f'{module}:2: error: receiver "welcome" cannot take "the_user_id"' in said
        assert f'{module}:4: error: receiver "welcome" requires "user_id"' in said
    write(tmp_path, signals=SIGNALS)
    assert run() == ""


def test_a_name_is_untyped_from_when_it_is_not_declared_any_more(
    run: Callable[[], str], tmp_path: Path
) -> None:
    write(tmp_path, signals=OTHER_TYPE)
    assert of("app.py", run()) == MISTYPED
    # the variable has the same type as before
    write(tmp_path, signals=OTHER_TYPE.replace("@ns.signal\n", "@Signal\n"))
    assert of("app.py", run()) == "".join(MISTYPED.splitlines(keepends=True)[:2])
    write(tmp_path, signals=OTHER_TYPE)
    assert of("app.py", run()) == MISTYPED


def test_another_name_of_the_same_declaration_is_seen(
    run: Callable[[], str], tmp_path: Path
) -> None:
    write(tmp_path, signals=OTHER_TYPE)
    assert of("app.py", run()) == MISTYPED
    # the variable has the same type as before
    named = '@ns.signal(name="user-created")\n'
    write(tmp_path, signals=OTHER_TYPE.replace("@ns.signal\n", named))
    assert of("app.py", run()) == "".join(MISTYPED.splitlines(keepends=True)[:2])
    again = named.replace("-", "_") + "#\n"  # not of the same length, by which mypy goes
    write(tmp_path, signals=OTHER_TYPE.replace("@ns.signal\n", again))
    assert of("app.py", run()) == MISTYPED


def test_a_name_is_unknown_until_it_is_declared_by_a_call_alone(
    run: Callable[[], str], tmp_path: Path
) -> None:
    ini = (tmp_path / "mypy.ini").read_text("utf-8")
    (tmp_path / "mypy.ini").write_text(f"{ini}[aldis-mypy]\nstrict_names = true\n", "utf-8")
    start = run
    if run.__name__ == "check":  # a daemon, which reads its options once
        start = daemon(tmp_path)
    other = f"{SIGNALS}def other(sender: App, /) -> None: ...\n"
    write(tmp_path, signals=other, late="from signals import ns\nns['other'].send(None)\n")
    unknown = 'late.py:2: error: "signals.ns" declares no signal "other"  [aldis-name]'
    assert unknown in start()
    write(tmp_path, signals=f"{other}ns.signal(other)\n")
    assert unknown not in start()
    write(tmp_path, signals=f"{other}Signal(other)\n#\n")
    assert unknown in start()


def test_a_truth_that_is_asked_for_is_reported_after_an_edit_of_the_declaration(
    run: Callable[[], str], tmp_path: Path
) -> None:
    declared = SIGNALS.replace("None: ...", "bool: ...")
    asking = "import signals\nif signals.user_created.send(signals.App(), user_id=1): pass\n"
    write(tmp_path, signals=declared, asking=asking)
    (tmp_path / "app.py").unlink()
    (tmp_path / "through.py").unlink()
    told = 'asking.py:2: error: sending signal "user_created" returns a list'
    assert told in run()
    write(tmp_path, signals=declared.replace("user_id: int", "user_id: int, of: int = 1"))
    assert told in run()
    assert told in run()
    write(tmp_path, signals=SIGNALS)
    assert told not in run()
    write(tmp_path, signals=f"{declared}#\n")  # of another size
    assert told in run()


def test_lines_that_move_in_another_module_change_nothing(
    run: Callable[[], str], tmp_path: Path
) -> None:
    write(tmp_path, signals=OTHER_TYPE)
    said = run()
    assert "is declared in signals.py" in said
    write(tmp_path, signals=f"# a line more\n{OTHER_TYPE}")
    assert run() == said


def test_an_edit_of_the_receiver_is_seen(run: Callable[[], str], tmp_path: Path) -> None:
    assert run() == ""
    write(tmp_path, app=RECEIVER.replace("user_id: int", "user_id: bytes"))
    assert 'app.py:2: error: "user_id" is sent as "int", but receiver' in run()
    write(tmp_path, app=RECEIVER)
    assert run() == ""


def test_a_class_may_become_a_signal(run: Callable[[], str], tmp_path: Path) -> None:
    declared = "from kinds import Kind\n@Kind\ndef asked(sender: object, /) -> int: ...\n"
    plain = "class Kind:\n    def __init__(self, spec: object) -> None: ...\n"
    write(tmp_path, kinds=plain, use=declared)
    assert "use.py:3: error: Missing return statement  [empty-body]" in run()
    write(tmp_path, kinds="from aldis import Signal\nclass Kind(Signal[object, [], int]): ...\n")
    assert run() == ""


def edited(_complaint: Complaint) -> list[str]:
    return ["edited"]


def test_an_edit_of_the_plugin_makes_the_cache_stale(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, signals=OTHER_TYPE, app=RECEIVER)
    run = cached(tmp_path, cache)
    assert of("app.py", run()) == MISTYPED
    monkeypatch.setattr(Complaint, "messages", edited)
    monkeypatch.setattr("aldis.mypy._plugin.fingerprint", lambda: "another")
    assert "app.py:2: error: edited" in run()


@pytest.mark.parametrize("follow", ["normal", "silent"])
def test_whether_imports_are_followed_silently_changes_nothing_here(
    follow: str, tmp_path: Path, cache: Path
) -> None:
    write(tmp_path, signals=OTHER_TYPE, app=RECEIVER)
    (tmp_path / "mypy.ini").write_text(INI.replace("= silent", f"= {follow}"), "utf-8")
    own = tmp_path / "cache"
    if follow == "silent":
        shutil.copytree(cache, own)
    assert mypy(tmp_path, f"--cache-dir={own}", "app.py") == MISTYPED


@pytest.mark.parametrize("follow", ["skip", "error"])
def test_where_imports_are_not_followed_nothing_is_known_and_nothing_said(
    follow: str, tmp_path: Path
) -> None:
    write(tmp_path, signals=OTHER_TYPE, app=RECEIVER)
    ini = INI.replace("strict = True", "follow_imports_for_stubs = True")
    (tmp_path / "mypy.ini").write_text(ini.replace("= silent", f"= {follow}"), "utf-8")
    said = mypy(tmp_path, f"--cache-dir={tmp_path / 'cache'}", "app.py")
    assert "aldis-" not in said
    assert "INTERNAL" not in said
