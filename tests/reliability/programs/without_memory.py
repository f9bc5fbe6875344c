"""Makes each allocation of a change fail, one after another, and looks at the signal after each.

It, or the one after it, too. Where three in a row fail, CPython may be unable to release a lock;
and where all of them do, it may search its handlers for ever, since it makes an int for that, and
where that fails it searches for a handler. Sends are left out: CPython 3.12 and 3.13 crash where
there is no memory to make a generator expression.
Prints how many failures each change survived; exits with what is wrong, if anything is.
"""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Callable
from typing import Any

import aldis.blinker
from aldis import BoundSignal, Signal
from aldis._core import _lock
from aldis._core._invariants import faults

_testcapi: Any = importlib.import_module("_testcapi")  # CPython's, where it has its tests

_is_held: Callable[[], bool] = getattr(_lock._lock, "_is_owned")  # noqa: B009  # private


class Owner:
    """Owns a receiver, and is a sender."""

    def hear(self, sender: object, **payload: object) -> object:
        return self


class Case:
    """A signal, and a change of it that is to fail."""

    def __init__(self, name: str, fillers: int) -> None:
        self.name = name
        self.signal: Any = aldis.blinker.Signal() if name.startswith("adapter") else Signal()
        self.owner, self.sender, self.other = Owner(), Owner(), Owner()
        self.fillers = [Owner() for _ in range(fillers)]
        to = self.sender if "sender" in name else "value" if "value" in name else None
        for filler in self.fillers:
            if to is None or len(self.fillers) % 2:
                self.signal.connect(filler.hear)
            else:
                self.signal.connect(filler.hear, to if len(self.fillers) % 4 else filler)
        self.to: Any = to
        self.registry.version += 1000  # an int that has to be made
        self.prepare()

    def prepare(self) -> None:
        if "disconnect" in self.name or "dies" in self.name or "strengthen" in self.name:
            self._connect()
        if "every connection" in self.name:
            self.signal.connect(self.owner.hear)
            self.signal.connect(self.owner.hear, self.sender)
            self.signal.connect(self.owner.hear, "value")
        self.signal.send(self.sender)
        self.signal.send("value")

    def _connect(self, **options: Any) -> None:
        if self.to is None:
            self.signal.connect(self.owner.hear, **options)
        else:
            self.signal.connect(self.owner.hear, self.to, **options)

    def change(self) -> None:
        name = self.name.removeprefix("adapter: ")
        if name.startswith("connect"):
            self._connect(weak="strong" not in name)
        elif name.startswith("strengthen"):
            self._connect(weak=False)
        elif name.startswith("disconnect"):
            if self.to is None:
                self.signal.disconnect(self.owner.hear)
            else:
                self.signal.disconnect(self.owner.hear, self.to)
        elif name.startswith("mute"):
            with self.block():
                pass
        elif name.startswith("block"):
            with self.signal.connected_to(self.owner.hear, *([] if self.to is None else [self.to])):
                pass
        elif name.startswith("receiver dies"):
            del self.owner
        else:
            self.to = None
            del self.sender

    def block(self) -> Any:
        return self.signal.muted() if self.to is None else BoundSignal(self.signal, self.to).muted()

    @property
    def registry(self) -> Any:
        return self.signal._registry

    @property
    def is_one_change(self) -> bool:
        """Whether there is nothing between not at all and wholly.

        The end of a `with` block may fail by itself, and of several connections some may end.
        """
        return "block" not in self.name and "every connection" not in self.name

    def faults(self) -> list[str]:
        """Return what is wrong.

        A death of which nobody could be told leaves an entry, which sends pass over.
        """
        held = ["the lock is held"] if _is_held() else []
        return held if "dies" in self.name else [*held, *faults(self.registry)]

    def heard(self) -> list[bool]:
        """Tell whether the receiver hears each sender that it may hear."""
        senders = [getattr(self, "sender", None), "value", self.other]
        owner = getattr(self, "owner", None)
        return [any(r == owner for _, r in self.signal.send(sender)) for sender in senders]


CASES = [
    "connect",
    "connect strong",
    "connect to sender",
    "connect to value",
    "strengthen",
    "strengthen to sender",
    "disconnect",
    "disconnect from sender",
    "disconnect from value",
    "disconnect every connection",
    "mute",
    "mute sender",
    "mute value",
    "block",
    "block of sender",
    "receiver dies",
    "receiver of sender dies",
    "sender dies",
    "adapter: connect",
    "adapter: connect to sender",
    "adapter: connect to value",
    "adapter: disconnect",
    "adapter: disconnect from sender",
    "adapter: sender dies",
    "adapter: receiver of sender dies",
]


def fail_each(make: Callable[[], Case], width: int) -> int:
    """Let the first allocation fail, then the second, until the change gets through."""
    done = whole(make)
    for number in range(1, 10_000):
        case = make()
        before = case.heard()
        failed = False
        gc.disable()
        _filled = [(n, n, n) for n in range(100)]
        del _filled  # CPython 3.13 may need one to release the lock
        _testcapi.set_nomemory(number, number + width)
        try:
            case.change()
        except (MemoryError, SystemError):  # CPython itself may come to say the second
            failed = True
        finally:
            _testcapi.remove_mem_hooks()
            gc.enable()
        wrong = case.faults()
        after = case.heard()
        if case.is_one_change and after != done and not (failed and after == before):
            wrong.append(f"it was {before} and is {after}")
        if wrong:
            sys.exit(f"{case.name}, allocations {number} to {number + width - 1}: {wrong}")
        if not failed and number > reached(case.name, make):
            return number - 1
    sys.exit("it never gets through")


def whole(make: Callable[[], Case]) -> list[bool]:
    case = make()
    case.change()
    return case.heard()


def reached(name: str, make: Callable[[], Case]) -> int:
    """Return how far to go at least: a death swallows the error of its callback."""
    return 60 if "dies" in name else 0


def main() -> None:
    sys.unraisablehook = lambda _: None  # where a callback of a weak reference failed
    warm = Case("connect", 0)
    warm.change()
    for name in CASES:
        tried = 0
        for fillers in (0, 1, 2, 4, 5, 10, 20, 21, 42):
            for width in (1, 2):
                tried += fail_each(lambda: Case(name, fillers), width)  # noqa: B023
        print(f"{name}: {tried}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
