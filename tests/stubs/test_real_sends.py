"""The stubs' declaration of each signal, compared with the sends of the real libraries.

Each program in `programs/` makes a library send its signals, hears them, and compares sender and
payload with the stub by `declared`; it runs in a process of its own, on blinker itself.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from declared import STUBS, names, read
from environments import HERE

PATIENCE = 60.0  # seconds after which a program hangs
# what no program here can make a library send, and why; their sources are read instead
UNSENT = {
    ("flask_security.signals", "wan_registered"): "asks for a key that signs, and its library",
    ("flask_security.signals", "wan_deleted"): "likewise: there is no key to delete",
}
# another name of a signal, which its module makes when it is asked for
ALIASES = {("flask_login.signals", "user_loaded_from_header"): "_user_loaded_from_header"}
SIGNALS = [(module, name) for module, stub in STUBS.items() for name in names(stub)]
SENT = [each for each in SIGNALS if each not in UNSENT and each not in ALIASES]

for_each_stub = pytest.mark.parametrize("module", STUBS)


def _needs(module: str) -> None:
    for library in (module.partition(".")[0], *({"mongomock"} if "mongo" in module else ())):
        if importlib.util.find_spec(library) is None:
            pytest.skip(f"not installed: {library}")


@functools.cache
def _run(module: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the program of a module, once for all tests."""
    library = module.partition(".")[0]
    program: list[str | Path] = [sys.executable, HERE / "programs" / f"{library}_signals.py"]
    try:
        return subprocess.run(
            program,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(HERE), "NO_COLOR": "1"},
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as hung:  # remembered, too
        return subprocess.CompletedProcess(program, 1, "", str(hung))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that programs may write to."""
    return tmp_path_factory.mktemp("site")


def _told(module: str, site: Path) -> dict[str, Any]:
    """Return the report of a module's program."""
    _needs(module)
    done = _run(module, site)
    assert done.returncode == 0, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.mark.parametrize(("module", "name"), SENT)
def test_a_real_send_is_what_the_stub_says(module: str, name: str, site: Path) -> None:
    told = _told(module, site)
    assert told["sends"][name] > 0
    assert told["mistakes"][name] == []


@pytest.mark.parametrize(("module", "name"), SENT)
def test_a_union_says_no_more_than_what_is_sent(module: str, name: str, site: Path) -> None:
    assert _told(module, site)["unseen"][name] == []


@for_each_stub
def test_the_stub_declares_every_signal_of_the_module_and_no_other(module: str, site: Path) -> None:
    declared = {name for of, name in SIGNALS if of == module and (of, name) not in ALIASES}
    assert declared == set(_told(module, site)["signals"])


def test_an_alias_is_the_signal_itself(site: Path) -> None:
    assert _told("flask_login.signals", site)["same"] is True
    stub = read("flask_login.signals")
    for (_, alias), name in ALIASES.items():
        one, other = stub[alias], stub[name]
        assert (one.sender, one.payload, one.result) == (other.sender, other.payload, other.result)


def test_what_receivers_return_to_pelican_is_read_as_the_stub_says(site: Path) -> None:
    told = _told("pelican.plugins.signals", site)
    assert told["made"] == [["One", "Stamping"], ["Two", "Stamping"]]
    assert told["allowed"] == {"get_generators": [True] * 3, "get_writer": [True] * 2}
    assert told["refused"] == {"get_generators": [False] * 2, "get_writer": [False] * 2}


# --- signals that are not sent here: the source says what is ---


def _sends(library: str, name: str) -> list[ast.Call]:
    """Find where a library sends a signal."""
    spec = importlib.util.find_spec(library)
    assert spec is not None
    assert spec.origin is not None
    return [
        node
        for path in sorted(Path(spec.origin).parent.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == f"{name}.send"
    ]


@pytest.mark.parametrize(("module", "name"), UNSENT)
def test_a_send_in_the_source_names_what_the_stub_says(module: str, name: str) -> None:
    _needs(module)
    declaration = read(module)[name]
    sends = _sends(module.partition(".")[0], name)
    assert sends
    for send in sends:
        assert [ast.unparse(each) for each in send.args] == ["current_app._get_current_object()"]
        sent = {str(each.arg) for each in send.keywords} - {"_async_wrapper"}
        assert sent == set(declaration.payload)


@pytest.mark.parametrize(("module", "name"), UNSENT)
def test_what_is_read_in_the_source_is_really_not_sent(module: str, name: str, site: Path) -> None:
    """The day that a program sends it, this list has to shrink."""
    assert _told(module, site)["sends"][name] == 0


def test_a_send_in_the_source_is_found_where_one_was_heard() -> None:
    _needs("flask_security.signals")
    (send,) = _sends("flask_security", "password_changed")
    assert {each.arg for each in send.keywords} == {"_async_wrapper", "user"}


# --- the comparison: one that cannot fail would prove nothing ---


@pytest.mark.parametrize(
    ("said", "instead", "mistake"),
    [
        ("sender: Flask", "sender: int", "the sender <Flask 'harbour'> is no <class 'int'>"),
        ("message: str", "message: bytes", "message='moored' is no <class 'bytes'>"),
        (", category: str", "", "category is not declared"),
        ("category: str", "category: str, more: int", "more is not sent"),
    ],
)
def test_a_stub_that_says_something_else_is_found_out(
    said: str, instead: str, mistake: str
) -> None:
    flask = pytest.importorskip("flask")
    source = STUBS["flask.signals"].read_text(encoding="utf-8")
    at = source.index("def message_flashed")
    wrong = source[:at] + source[at:].replace(said, instead)
    sent = {"message": "moored", "category": "info"}
    sender = flask.Flask("harbour")
    assert read("flask.signals")["message_flashed"].mistakes(sender, sent) == []
    assert read("flask.signals", wrong)["message_flashed"].mistakes(sender, sent) == [mistake]


def test_a_member_of_a_union_that_was_not_sent_is_found_out() -> None:
    flask = pytest.importorskip("flask")
    declaration = read("flask.signals")["request_tearing_down"]
    sender = flask.Flask("harbour")
    assert len(declaration.unions()) == 2
    assert len(declaration.members(sender, {"exc": None})) == 1
    assert len(declaration.members(sender, {"exc": LookupError()})) == 1
    assert declaration.members(sender, {"exc": 3}) == set()
