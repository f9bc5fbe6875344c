"""`install` and `uninstall`: what `import blinker` gives, for the rest of a process.

Each claim is checked in a process of its own, so that this one keeps its blinker.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from running import needs, run

_BEGINNING = """
import sys
import aldis.blinker as adapter

def refused():
    try:
        adapter.install()
    except ImportError as error:
        assert error.name == "blinker", error.name
        return str(error)
    raise AssertionError("not refused")
"""


def holds(program: str, *, cwd: Path | None = None) -> None:
    """Run a program that asserts."""
    done = run("-c", _BEGINNING + program, cwd=cwd)
    assert done.returncode == 0, done.stderr


def test_import_gives_the_adapter_and_its_modules() -> None:
    holds("""
adapter.install()
import blinker, blinker.base, blinker._utilities
from blinker import ANY, Namespace, NamedSignal, Signal, default_namespace, signal
from blinker._utilities import Symbol, make_id, make_ref
from blinker.base import ANY_ID
import importlib
assert blinker is adapter
assert blinker.base is sys.modules["aldis.blinker.base"]
assert blinker._utilities is sys.modules["aldis.blinker._utilities"]
assert importlib.import_module("blinker.base") is blinker.base
assert Signal is adapter.Signal and signal is adapter.signal and ANY is adapter.ANY
assert isinstance(signal("ready"), NamedSignal)
assert default_namespace["ready"] is adapter.signal("ready")
""")


def test_blinker_need_not_be_installed() -> None:
    holds("""
class Absent:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] == "blinker":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent)
adapter.install()
import blinker.base
import blinker._utilities
assert blinker is adapter
adapter.uninstall()
try:
    import blinker
except ModuleNotFoundError:
    pass
else:
    raise AssertionError("it is there")
""")


def test_installing_twice_changes_nothing() -> None:
    holds("""
adapter.install()
before = dict(sys.modules)
import blinker
adapter.install()
assert dict(sys.modules) == before
assert sys.modules["blinker"] is blinker is adapter
""")


@needs("blinker")
def test_uninstall_gives_blinker_back() -> None:
    holds("""
before = set(sys.modules)
adapter.install()
import blinker as during
adapter.uninstall()
assert set(sys.modules) == before
import blinker, blinker.base, blinker._utilities
assert during is adapter
assert blinker is not adapter and blinker.base is not adapter.base
assert blinker.Signal.__module__ == "blinker.base"
assert blinker._utilities.__spec__.name == "blinker._utilities"
""")


@needs("blinker")
def test_it_can_be_installed_again_after_it_was_uninstalled() -> None:
    holds("""
for _ in range(2):
    adapter.install()
    import blinker
    assert blinker is adapter
    adapter.uninstall()
    adapter.uninstall()
    assert "blinker" not in sys.modules
import blinker
assert "__main__" in refused()
""")


@needs("blinker")
def test_uninstall_leaves_blinker_itself_alone() -> None:
    holds("""
import blinker
before = dict(sys.modules)
adapter.uninstall()
assert dict(sys.modules) == before
""")


@pytest.mark.parametrize(
    "line",
    [
        "import blinker",
        "import blinker.base as anything",
        "from blinker import signal",
        "from blinker import Signal as Anything",
        "from blinker import ANY",
        "from blinker import Namespace; mine = Namespace()",
        "import blinker; ready = blinker.signal('ready'); del blinker",
        "from blinker._utilities import make_id",
    ],
)
@needs("blinker")
def test_it_refuses_where_blinker_is_loaded_and_names_who_holds_it(
    line: str, tmp_path: Path
) -> None:
    (tmp_path / "harbour.py").write_text(line + "\n", encoding="utf-8")
    (tmp_path / "innocent.py").write_text("import json\n", encoding="utf-8")
    holds(
        """
import harbour, innocent
before = dict(sys.modules)
message = refused()
assert "used by harbour:" in message, message
assert "innocent" not in message
assert "python -m aldis.blinker" in message
assert dict(sys.modules) == before
import blinker
assert blinker is not adapter
""",
        cwd=tmp_path,
    )


@needs("blinker")
def test_it_refuses_where_nobody_is_seen_to_hold_blinker() -> None:
    holds("""
import importlib
importlib.import_module("blinker")
assert "already loaded" in refused()
""")


@needs("blinker", "flask")
def test_it_names_the_modules_of_an_application_that_hold_blinker() -> None:
    holds("""
import flask
message = refused()
assert "flask.signals" in message, message
assert "blinker" in sys.modules and sys.modules["blinker"] is not adapter
""")


@needs("flask")
def test_an_application_imported_afterwards_has_the_adapter() -> None:
    holds("""
adapter.install()
import flask
assert type(flask.request_started) is adapter.NamedSignal
adapter.uninstall()
assert isinstance(flask.signals.Namespace(), adapter.Namespace)
""")
