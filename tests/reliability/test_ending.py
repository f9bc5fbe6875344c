"""A process that uses signals while it ends ends in silence."""

from __future__ import annotations

import textwrap

import pytest
from reliability_programs import assert_silent, run

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
        if not getattr(sys, "_is_gil_enabled", lambda: True)():
            del Node.__del__  # it is called there when globals are gone

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
