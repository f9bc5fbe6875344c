"""Other processes and interpreters use signals as their own."""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import pickle
import sys
import textwrap

import pytest
from reliability_programs import PROGRAMS, assert_silent, run
from reliability_signals import Counter, awaited, counted, results_of

from helpers import has_gil

# -- forks

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")


@forks
@pytest.mark.skipif(
    not has_gil() and sys.version_info < (3, 14),
    reason="a plain dictionary that threads contend for may stay locked in the child here",
)
def test_a_child_that_is_forked_while_other_threads_make_changes_can_use_signals() -> None:
    assert_silent(run(PROGRAMS / "forking.py"))


@forks
def test_a_fork_waits_for_another_thread_that_is_in_the_middle_of_a_change() -> None:
    """It is done with that soon, since it waits for nothing itself."""
    program = """
        import os, signal, sys, threading, warnings
        from aldis import Signal
        from aldis._core._lock import lock
        warnings.simplefilter("ignore")
        held, go = threading.Event(), threading.Event()
        os.register_at_fork(before=go.set)  # called before aldis waits, since it comes later

        def hold():
            with lock:
                held.set()
                go.wait(30)

        thread = threading.Thread(target=hold)
        thread.start()
        held.wait(30)
        child = os.fork()
        if not child:
            signal.alarm(20)
            one = Signal()
            one.connect(print)
            os._exit(not one.disconnect(print))
        thread.join()
        Signal().connect(print)
        sys.exit(os.waitpid(child, 0)[1])
    """
    assert_silent(run(program))


# -- a signal handler at the very moment


@pytest.mark.parametrize("change", ["connect", "disconnect"])
def test_ctrl_c_that_comes_just_as_a_change_gets_the_lock_leaves_it_free(change: str) -> None:
    """A `with` of CPython 3.14 would leave it taken (gh-148874)."""
    program = f"""
        import _thread, linecache, sys, threading
        from aldis import Signal
        from aldis._core._lock import _lock as lock
        signal, held = Signal(), threading.Event()
        receiver = lambda sender: 1
        if "{change}" == "disconnect":
            signal.connect(receiver)
        main = threading.main_thread().ident

        def is_waiting():
            frame = sys._current_frames()[main]
            if frame.f_code.co_name == "__enter__":
                frame = frame.f_back
            line = linecache.getline(frame.f_code.co_filename, frame.f_lineno)
            return line.strip() == "with lock:"

        def hold():
            with lock:
                held.set()
                while not is_waiting():  # for the lock
                    pass
                _thread.interrupt_main()  # without a signal that would end the waiting

        thread = threading.Thread(target=hold)
        thread.start()
        held.wait(30)
        try:
            signal.{change}(receiver)
        except KeyboardInterrupt:
            pass
        thread.join()
        free = []

        def look():
            free.append(lock.acquire(timeout=10))

        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        assert free == [True]
    """
    assert_silent(run(program))


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
    import gc
    from aldis import AsyncSignal, Signal
    from aldis._core._invariants import faults

    @Signal
    def changed(sender: object, /, *, n: int) -> int: ...

    @changed.connect
    def double(sender: object, *, n: int) -> int:
        return 2 * n

    assert [result for _, result in changed.send(None, n=21)] == [42]
    del double
    gc.collect()  # without a GIL, a function of a module may wait for it
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


# -- other threads in the place of Python's

GREEN = {
    "eventlet": """
        import eventlet
        eventlet.monkey_patch()
        run = lambda action: eventlet.spawn(action).wait()
    """,
    "gevent": """
        from gevent import monkey
        monkey.patch_all()
        import gevent
        run = lambda action: gevent.spawn(action).get()
    """,
    "a stand-in for them": """
        import _thread, threading
        idents = [_thread.get_ident()]
        RLock = _thread.RLock
        for module in (_thread, threading):
            module.get_ident = lambda: idents[-1]
            module.RLock = threading._PyRLock  # in which the threads are those
        others = {}  # in the place of locks that are there already, wherever a module has them
        for module in [*sys.modules.values()]:
            for name, value in [*getattr(module, "__dict__", {}).items()]:
                if type(value) is RLock:
                    setattr(module, name, others.setdefault(id(value), threading._PyRLock()))

        def run(action):
            idents.append(42)  # a thread of its own, inside this one
            try:
                return action()
            finally:
                idents.pop()
    """,
}


@pytest.mark.parametrize("patched_by", GREEN)
def test_threads_may_be_replaced_after_signals_are_imported(patched_by: str) -> None:
    """As gunicorn does, which loads a program and then patches `threading` for its workers."""
    if " " not in patched_by:
        pytest.importorskip(patched_by, reason=f"{patched_by} is not installed")
    imported = "import sys, warnings, aldis, aldis.blinker"
    program = """
        def replaces(signal):
            class Receiver:
                def on(self, sender): ...

            def first(sender): ...
            def second(sender): ...
            def replace(about, **payload):
                signal.connect(first)  # a death is answered by a change

            receivers = [Receiver()]
            signal.connect(receivers[0].on)
            signal.receiver_disconnected.connect(replace)

            def change():
                receivers.clear()
                signal.connect(second)
                return [each for each, _ in signal.send(None)]

            assert run(change) == [first, second]
            assert signal.disconnect(first)

        replaces(aldis.Signal())
        changed = aldis.blinker.Signal()
        changed.connect(print)
        run(lambda: changed.disconnect(print))
        assert not changed.receivers
    """
    ignored = 'warnings.simplefilter("ignore")  # theirs'
    parts = (imported, ignored, GREEN[patched_by], program)
    done = run("\n".join(textwrap.dedent(part) for part in parts))
    assert done.returncode == 0, done.stderr  # eventlet prints that some lock stays what it was
