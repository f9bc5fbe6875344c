"""Checks that read source files are silent if these are missing, or differ from mypy's."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import blinker
import pytest

from mypy_plugin.running import INI, mypy, write

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAM = """\
from aldis import Namespace, Signal
from aldis.blinker import signal
class App: ...
ns = Namespace()
@ns.signal
def saved(sender: App, /) -> bool: ...
def no(sender: App, n: int) -> bool: ...
ns["saved"].connect(no)
saved.connect(no)
saved.connect(lambda sender: True)
def local() -> None:
    @saved.connect
    def on(sender: App) -> bool: return True
def named() -> None:
    def on(sender: App) -> bool: return True
    saved.connect(on)
if saved.send(App()):
    ready = signal("ready")
    @ready.connect
    def a(sender: App) -> None: ...
    ready.connect(a)
    ready.send(App(), n=1)
"""
# where `on` is not in a function, and every call is elsewhere
OTHER = """\
from aldis import Namespace, Signal
class App: ...









@saved.connect
def on(sender): ...
"""
STRICT = "[aldis-mypy]\nstrict_names = true\ndisallow_untyped_signals = true\n"


@pytest.fixture
def folder(tmp_path: Path, cache_for: Callable[[str], Path]) -> Path:
    shutil.copytree(cache_for(INI + STRICT), tmp_path / "cache")
    (tmp_path / "mypy.ini").write_text(INI + STRICT, encoding="utf-8")
    return tmp_path


def codes(said: str) -> list[tuple[int, str]]:
    found = re.findall(r":(\d+): error: .*  \[(aldis-\w+)\]", said)
    return [(int(line), code) for line, code in found]


def test_with_its_source_everything_is_reported(folder: Path) -> None:
    write(folder, app=PROGRAM)
    assert codes(mypy(folder, "--cache-dir=cache", "app.py")) == [
        (8, "aldis-receiver"),
        (9, "aldis-receiver"),
        (10, "aldis-weak"),
        (12, "aldis-weak"),
        (16, "aldis-weak"),
        (17, "aldis-send"),
        (18, "aldis-untyped"),
        (19, "aldis-receiver"),
        (21, "aldis-receiver"),
    ]


def as_a_string(folder: Path) -> list[str]:
    return ["-c", PROGRAM]


def as_a_shadow(original: str) -> Callable[[Path], list[str]]:
    def shadowed(folder: Path) -> list[str]:
        write(folder, app=original, shadow=PROGRAM)
        return ["--shadow-file", "app.py", "shadow.py", "app.py"]

    return shadowed


@pytest.mark.parametrize(
    "given",
    [as_a_string, as_a_shadow("def\nif saved.send(\n"), as_a_shadow(OTHER)],
    ids=["string", "broken", "other"],
)
def test_without_its_source_only_types_are_judged(
    given: Callable[[Path], list[str]], folder: Path
) -> None:
    said = mypy(folder, "--cache-dir=cache", *given(folder))
    assert (9, "aldis-receiver") in codes(said)
    assert {code for _, code in codes(said)} <= {"aldis-receiver", "aldis-untyped", "aldis-name"}
    assert "is declared at" not in said


def test_without_the_connect_types_mypy_uses_its_own_messages(tmp_path: Path) -> None:
    ini = INI + "[mypy-aldis._connect_types]\nfollow_imports = skip\n"
    (tmp_path / "mypy.ini").write_text(ini, encoding="utf-8")
    write(tmp_path, app=PROGRAM)
    said = mypy(tmp_path, "--cache-dir=cache", "app.py")
    assert "app.py:9: error: Argument 1 to" in said
    assert "aldis-receiver" not in said


BLINKER = """\
import blinker
ready = blinker.Signal()
@ready.connect
def a(sender: object, *, port: int) -> str: return "a"
ready.connect(lambda: None, weak=False)
@ready.connect_via("app")
def b(sender: object, **_: object) -> str: return "b"
with ready.connected_to(a): pass
x: int = a(1, port=2)
y: int = b(1)
ready.send("app", host="localhost")
"""


def test_blinker_s_own_types_do_as_well_as_our_stubs(tmp_path: Path) -> None:
    # a package of the program itself goes before stubs that are installed
    shutil.copytree(Path(blinker.__file__).parent, tmp_path / "blinker")
    write(tmp_path, app=BLINKER)
    said = mypy(tmp_path, "--cache-dir=cache", "app.py")
    own = [line for line in said.splitlines() if line.startswith("app.py")]
    first = "which blinker sends first, by position"
    mistyped = (
        'Incompatible types in assignment (expression has type "str", variable has type "int")'
    )
    assert own == [
        'app.py:3: error: receiver "a" cannot take "host", which line 11 sends  [aldis-receiver]',
        'app.py:3: note: "ready" is declared at app.py:2',
        f"app.py:5: error: the lambda takes no sender, {first}  [aldis-receiver]",
        'app.py:5: note: "ready" is declared at app.py:2',
        f"app.py:9: error: {mistyped}  [assignment]",
        f"app.py:10: error: {mistyped}  [assignment]",
    ]
