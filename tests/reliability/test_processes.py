"""Other processes and interpreters, modules that are loaded again, and the end of the process."""

from __future__ import annotations

import importlib
import importlib.util
import multiprocessing
import os
import pickle
import subprocess
import sys
import textwrap
import threading
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reliability_signals
from aldis._core._exclusive import lock
from reliability_signals import Counter, awaited, counted, results_of

from aldis._core import _exclusive
from helpers import in_another_thread, results, untyped

PROGRAMS = Path(__file__).parent / "programs"


def run(program: str | Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = ["-c", textwrap.dedent(program)] if isinstance(program, str) else [str(program)]
    return subprocess.run(
        [sys.executable, "-W", "error", *code, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def assert_silent(done: subprocess.CompletedProcess[str]) -> None:
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


# -- forks

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")


@forks
def test_a_child_that_is_forked_while_other_threads_change_books_can_use_them() -> None:
    assert_silent(run(PROGRAMS / "forking.py"))


@forks
def test_a_child_that_is_forked_while_another_thread_has_the_lock_waits_for_it() -> None:
    """The other thread is in the middle of a change, and done with it soon."""
    program = """
        import os, signal, sys, threading, warnings
        from aldis import Signal
        from aldis._core._exclusive import lock
        warnings.simplefilter("ignore")
        held, go = threading.Event(), threading.Event()

        def hold():
            with lock:
                held.set()
                go.wait(30)

        thread = threading.Thread(target=hold)
        thread.start()
        held.wait(30)
        threading.Timer(0.1, go.set).start()
        child = os.fork()
        if not child:
            signal.alarm(20)
            Signal().connect(print)
            os._exit(0)
        thread.join()
        sys.exit(os.waitpid(child, 0)[1])
    """
    assert_silent(run(program))


@forks
def test_a_fork_does_not_wait_for_ever_and_its_child_has_a_lock_of_its_own() -> None:
    """The other thread may wait for what another function, called before a fork, has taken."""
    program = """
        import os, signal, sys, threading, warnings
        from aldis import Signal
        from aldis._core import _exclusive
        warnings.simplefilter("ignore")
        _exclusive._FORK_WAITS = 0.01
        held, go = threading.Event(), threading.Event()

        def hold():
            with _exclusive.lock:
                held.set()
                go.wait(30)

        thread = threading.Thread(target=hold)
        thread.start()
        held.wait(30)
        child = os.fork()
        if not child:
            signal.alarm(20)
            Signal().connect(print)
            os._exit(0)
        code = os.waitpid(child, 0)[1]
        go.set()
        thread.join()
        Signal().connect(print)
        sys.exit(code)
    """
    assert_silent(run(program))


def take_turns() -> None:
    with lock:
        pass


def test_what_is_done_before_and_after_a_fork_leaves_the_lock_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _exclusive._before_fork()
    _exclusive._after_fork_in_parent()
    in_another_thread(take_turns)
    _exclusive._before_fork()
    _exclusive._burying.add(-1)  # a thread that the child has not
    _exclusive._after_fork_in_child()
    assert not _exclusive._burying
    in_another_thread(take_turns)
    monkeypatch.setattr(_exclusive, "_FORK_WAITS", 0.01)
    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            held.set()
            go.wait(timeout=30)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(timeout=30)
    _exclusive._before_fork()
    _exclusive._after_fork_in_parent()  # it has not got it, and does not let go of it
    renewed: list[bool] = []
    monkeypatch.setattr(
        _exclusive, "lock", types.SimpleNamespace(_at_fork_reinit=lambda: renewed.append(True))
    )
    _exclusive._forking[threading.get_ident()] = False
    _exclusive._after_fork_in_child()
    assert renewed == [True]
    go.set()
    thread.join()
    in_another_thread(take_turns)


# -- spawned processes


def test_a_signal_of_a_module_is_sent_to_its_receivers_in_a_spawned_process() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        sent = pool.apply(results_of, [[counted, Counter.stepped]])
    assert sent == [42, 42]


@pytest.mark.parametrize("signal", [counted, Counter.stepped, awaited])
def test_a_signal_of_a_module_is_pickled_by_its_name(signal: object) -> None:
    assert pickle.loads(pickle.dumps(signal)) is signal


# -- other interpreters

SUBINTERPRETER = """
    import sys
    try:
        import _interpreters as interpreters
    except ImportError:
        import _xxsubinterpreters as interpreters

    from aldis import Signal
    signal = Signal()
    signal.connect(print)
    code = '''
    from aldis import AsyncSignal, Signal
    from aldis._core._invariants import faults

    @Signal
    def changed(sender: object, /, *, n: int) -> int: ...

    @changed.connect
    def double(sender: object, *, n: int) -> int:
        return 2 * n

    assert [result for _, result in changed.send(None, n=21)] == [42]
    del double
    assert changed.send(None, n=21) == []
    assert not faults(changed._registry)
    '''
    import textwrap
    for _ in range(3):
        one = interpreters.create()
        failed = interpreters.run_string(one, textwrap.dedent(code))
        assert failed is None, failed
        interpreters.destroy(one)
    assert len(signal.receivers) == 1
"""


@pytest.mark.skipif(
    not any(map(importlib.util.find_spec, ("_interpreters", "_xxsubinterpreters"))),
    reason="this CPython has no subinterpreters",
)
def test_signals_of_another_interpreter_are_its_own() -> None:
    done = run(
        "import warnings; warnings.simplefilter('ignore')\n" + textwrap.dedent(SUBINTERPRETER)
    )
    assert_silent(done)


# -- modules that are loaded again

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


def test_a_signal_that_is_declared_again_has_the_new_receivers_only(modules: Path) -> None:
    path = modules / "reliability_declares.py"
    path.write_text(DECLARES, "utf-8")
    module: Any = importlib.import_module("reliability_declares")
    old = module.saved
    load_again(module, path)
    assert module.saved is not old
    assert results(module.saved.send(None, path="a")) == ["a by version 2"]
    assert old.receivers == ()


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


@pytest.mark.parametrize("mode", ["2", "3"])
def test_a_receiver_of_a_module_that_ipython_loads_again_is_not_doubled(
    tmp_path: Path, mode: str
) -> None:
    pytest.importorskip("IPython", reason="IPython is not installed")
    (tmp_path / "names.py").write_text("from aldis import Namespace\nsignals = Namespace()\n")
    text = LOOKS_UP.replace("reliability_names", "names")
    (tmp_path / "work.py").write_text(text, "utf-8")
    program = f"""
        import os, pathlib, sys
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


# -- the end of the process

SENDS_LATE = """
    import {early}
    import atexit, gc, os, sys, threading, weakref
    from aldis import ANY, AsyncSignal, BoundSignal, Namespace, Signal
    import aldis.blinker

    @Signal
    def ended(sender: object, /, *, n: int) -> None: ...

    open_one = Signal()
    adapter = aldis.blinker.Signal()

    class Node:
        def hear(self, sender=None, **payload):
            pass

        def __del__(self):
            ended.send(self, n=1)
            open_one.send("node", a=1)
            adapter.send(self, b=2)
            open_one.connect(print, "late")
            open_one.disconnect(print)
            os.write(1, b"sent ")

    def hear(sender=None, **payload):
        pass

    def tell(about, **payload):
        pass

    kept = Node()
    cycle = Node()
    cycle.itself = cycle
    for signal in (ended, open_one, adapter):
        signal.connect(hear)
        signal.connect(kept.hear)
        signal.connect(cycle.hear, kept)
        signal.connect(Node().hear, "strong", weak=False)
    open_one.receiver_disconnected.connect(tell)
    ended.__wrapped__.node = Node()
"""
LATE = {
    "atexit": """
        def last():
            ended.send(kept, n=1)
            open_one.send("bye", a=1, b=2)
            adapter.send(kept)
            ended.disconnect(hear)

        atexit.register(last)
    """,
    "destructors": "",
    "a destructor, last of all": """
        sys.node = Node()
    """,
    "a daemon thread": """
        started = threading.Event()

        def work():
            while True:
                ended.send(kept, n=1)
                open_one.connect(hear, "again")
                started.set()
                open_one.disconnect(hear)

        threading.Thread(target=work, daemon=True).start()
        started.wait()
    """,
    "a finalizer": """
        class Owner: ...

        owner = Owner()
        weakref.finalize(owner, open_one.send, "finalizer")
    """,
    "an exit in a receiver": """
        @ended.connect
        def leave(sender, *, n):
            if n == 5:
                sys.exit(0)

        ended.send(kept, n=5)
    """,
}


@pytest.mark.parametrize("early", ["aldis", "atexit"])
@pytest.mark.parametrize("how", LATE)
def test_a_process_that_sends_while_it_ends_ends_in_silence(how: str, early: str) -> None:
    program = textwrap.dedent(SENDS_LATE).format(early=early) + textwrap.dedent(LATE[how])
    done = run(program)
    assert_silent(done)
    assert "sent" in done.stdout or how in {"a daemon thread", "a destructor, last of all"}
