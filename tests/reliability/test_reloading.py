"""A module may be loaded again: its receivers are not doubled."""

from __future__ import annotations

import gc
import importlib
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reliability_signals
from reliability_signals import counted

from helpers import functions_of_modules_die, has_gil, results, untyped

DECLARES = """
from aldis import ANY, Namespace, Signal

@Signal
def saved(sender: object, /, *, path: str) -> str: ...

@saved.connect
def note(sender: object, *, path: str) -> str:
    return f"{path} by version {version}"

version = 1
"""
LOOKS_UP = """
import reliability_names

@reliability_names.signals.signal
def saved(sender: object, /, *, path: str) -> str: ...

@saved.connect
def note(sender: object, *, path: str) -> str:
    return f"{path} by version {version}"

version = 1
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def load_again(module: Any, path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace("version = 1", "version = 2"), "utf-8")
    importlib.invalidate_caches()
    importlib.reload(module)
    if not has_gil():
        gc.collect()  # only that ends functions of modules


@functions_of_modules_die
def test_a_signal_that_is_declared_again_has_the_new_receivers_only(modules: Path) -> None:
    path = modules / "reliability_declares.py"
    path.write_text(DECLARES, "utf-8")
    module: Any = importlib.import_module("reliability_declares")
    old = module.saved
    load_again(module, path)
    assert module.saved is not old
    assert results(module.saved.send(None, path="a")) == ["a by version 2"]
    assert old.receivers == ()


@functions_of_modules_die
def test_a_receiver_of_a_module_that_is_loaded_again_is_not_doubled(modules: Path) -> None:
    """The signal is another module's, or a namespace's: the old receiver dies with its name."""
    (modules / "reliability_names.py").write_text(
        "from aldis import Namespace\nsignals = Namespace()\n", "utf-8"
    )
    path = modules / "reliability_looks_up.py"
    path.write_text(LOOKS_UP, "utf-8")
    module: Any = importlib.import_module("reliability_looks_up")
    signal = module.saved
    load_again(module, path)
    assert module.saved is signal
    assert results(signal.send(None, path="a")) == ["a by version 2"]


def test_a_strong_receiver_of_a_module_that_is_loaded_again_stays_as_documented(
    modules: Path,
) -> None:
    """Nobody can know that it is meant to be the same: hold it weakly, or disconnect it."""
    path = modules / "reliability_strong.py"
    path.write_text(
        "from reliability_signals import counted\n"
        "def strong(sender, *, n): return 'strong'\n"
        "counted.connect(strong, 'reloaded', weak=False)\n"
        "version = 1\n",
        "utf-8",
    )
    module: Any = importlib.import_module("reliability_strong")
    first = module.strong
    load_again(module, path)
    sent = reliability_signals.counted.send(untyped("reloaded"), n=1)
    assert results(sent) == [2, "strong", "strong"]
    counted.disconnect(first)
    counted.disconnect(module.strong)


@functions_of_modules_die
@pytest.mark.parametrize("mode", ["2", "3"])
def test_a_receiver_of_a_module_that_ipython_loads_again_is_not_doubled(
    tmp_path: Path, mode: str
) -> None:
    pytest.importorskip("IPython", reason="IPython is not installed")
    (tmp_path / "names.py").write_text("from aldis import Namespace\nsignals = Namespace()\n")
    text = LOOKS_UP.replace("reliability_names", "names")
    (tmp_path / "work.py").write_text(text, "utf-8")
    program = f"""
        import gc, os, pathlib, sys
        sys.path.insert(0, {str(tmp_path)!r})
        sys.dont_write_bytecode = True
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance()
        shell.history_manager.enabled = False
        shell.run_line_magic("load_ext", "autoreload")
        shell.run_line_magic("autoreload", {mode!r})
        shell.run_cell("import work")
        import names
        path = pathlib.Path({str(tmp_path)!r}) / "work.py"
        for number in (2, 3):
            text = path.read_text()
            path.write_text(text.replace(f"version = {{number - 1}}", f"version = {{number}}"))
            os.utime(path, (2_000_000_000 + number, 2_000_000_000 + number))
            shell.run_cell("import work")
            if not {has_gil()}:
                gc.collect()  # only that ends functions of modules
            sent = [result for _, result in names.signals["saved"].send(None, path="a")]
            assert sent == [f"a by version {{number}}"], sent
        os._exit(0)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "IPYTHONDIR": str(tmp_path), "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
