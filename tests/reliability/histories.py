"""Random operations of several threads, recorded, and a checker of what they may have seen.

As a program it makes and checks one history after another: `histories.py SEED HISTORIES` of threads
that run as they do, `histories.py SEED HISTORIES switched` of those that `switching` switches.
"""

from __future__ import annotations

import itertools
import random
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from types import FrameType
from typing import Any

from switching import ROOT, switching

from aldis import ANY, Signal
from aldis._core._connection import connection_between
from aldis._core._invariants import faults

THREADS = 8
RECEIVERS = 6
SENDERS = ("bridge", 7)
GIVE_WAY = 0.1  # how often a thread lets another go on, at a step of aldis


class Sender:
    """A sender that dies."""


@dataclass
class Span:
    """An operation, from when it began to when it had ended, on a clock of whole steps."""

    begun: int
    ended: int = sys.maxsize


@dataclass
class Send(Span):
    """One send: who it was from, whom it called, and whom it says it called."""

    sender: object = None
    called: list[int] = field(default_factory=list[int])
    returned: list[int] = field(default_factory=list[int])


@dataclass
class Pair:
    """The history of one receiver's connection to one sender, or to all."""

    connects: list[Span] = field(default_factory=list[Span])
    disconnects: list[Span] = field(default_factory=list[Span])

    def surely_on(self, send: Send) -> bool:
        """Whether it was connected from before the send began until it had ended."""
        return any(
            connect.ended < send.begun and not self._ends_after(connect.begun, send.ended)
            for connect in self.connects
        )

    def _ends_after(self, begun: int, ended: int) -> bool:
        return any(end.ended > begun and end.begun < ended for end in self.disconnects)

    def surely_off(self, send: Send) -> bool:
        """Whether it was not connected, from before the send began until it had ended."""
        began = [connect for connect in self.connects if connect.begun < send.ended]
        last = max((end.begun for end in self.disconnects if end.ended < send.begun), default=-1)
        return all(connect.ended < last for connect in began)

    def made(self, send: Send) -> list[Span]:
        """Return the connects that may have made the connection that this send found."""
        gone = max((end.begun for end in self.disconnects if end.ended < send.begun), default=-1)
        found = [connect for connect in self.connects if connect.begun < send.ended]
        return [connect for connect in found if connect.ended > gone]


class History:
    """One signal, and what some threads did to it."""

    def __init__(self, seed: int, operations: int, receivers: int = RECEIVERS) -> None:
        self.seed, self.operations = seed, operations
        self.signal: Signal[Any, ..., Any] = Signal()
        self.clock: Callable[[], int] = itertools.count().__next__
        self.pairs: dict[tuple[int, object], Pair] = defaultdict(Pair)
        self.sends: list[Send] = []
        self.receivers = [self._receiver(number) for number in range(receivers)]
        self.numbers = {id(receiver): n for n, receiver in enumerate(self.receivers)}
        self.told: list[tuple[str, int, object]] = []
        self.ended = [0] * THREADS  # how many connections each thread was told it had ended
        self.errors: list[BaseException] = []
        self.start = threading.Barrier(THREADS)

    def _receiver(self, number: int) -> Callable[..., int]:
        def receiver(sender: object, send: Send) -> int:
            send.called.append(number)
            return number

        return receiver

    def make(self) -> None:
        """Let the threads work."""
        self._prepare()
        threads = [threading.Thread(target=self._guarded, args=(n,)) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
            if thread.is_alive():
                raise RuntimeError("a thread hangs")
        if self.errors:
            raise self.errors[0]

    def make_switched(self, threads: int = 3) -> int:
        """Let some threads work that are switched at any step; return how often they were."""
        self._prepare()
        with switching(self.seed) as baton:
            chances = [random.Random(f"{self.seed} {n}") for n in range(threads)]
            works = [partial(self._work, chance, n) for n, chance in enumerate(chances)]
            baton.run(works)
        return baton.switches

    def _prepare(self) -> None:
        for pair in itertools.product(range(len(self.receivers)), (ANY, *SENDERS)):
            self.pairs[pair] = Pair()

        def connected(about: object, *, receiver: Any, sender: object, weak: bool) -> None:
            self.told.append(("connected", self.numbers.get(id(receiver), -1), sender))

        def disconnected(about: object, *, receiver: Any, sender: object) -> None:
            self.told.append(("disconnected", self.numbers.get(id(receiver), -1), sender))

        self.signal.receiver_connected.connect(connected, weak=False)
        self.signal.receiver_disconnected.connect(disconnected, weak=False)

    def _guarded(self, thread: int) -> None:
        chance = random.Random(f"{self.seed} {thread}")

        def give_way(frame: FrameType, event: str, argument: object) -> Any:
            path = frame.f_code.co_filename
            if not path.startswith((ROOT, "<aldis ")):
                return None
            if chance.random() < GIVE_WAY:
                time.sleep(0)  # waits for nothing: another thread may go on
            return give_way

        try:
            self.start.wait(timeout=60)
            sys.settrace(give_way)
            self._work(chance, thread)
        except BaseException as error:  # noqa: BLE001  # raised by who waits for the threads
            self.errors.append(error)
        finally:
            sys.settrace(None)

    def _work(self, chance: random.Random, thread: int) -> None:
        for _ in range(self.operations):
            number, heard = chance.randrange(len(self.receivers)), chance.choice((ANY, *SENDERS))
            receiver, which = self.receivers[number], chance.random()
            if which < 0.4:
                send = Send(0, sender=chance.choice(SENDERS))
                self.sends.append(send)
                send.begun = self.clock()
                sent = self.signal.send(send.sender, send=send)
                send.ended = self.clock()
                send.returned = [result for _, result in sent]
            elif which < 0.7:
                span = Span(self.clock())
                self.pairs[number, heard].connects.append(span)
                self.signal.connect(receiver, heard, weak=chance.random() < 0.5)
                span.ended = self.clock()
            elif which < 0.95:
                span = Span(self.clock())
                for one in (ANY, *SENDERS) if heard is ANY else (heard,):
                    self.pairs[number, one].disconnects.append(span)
                self.ended[thread] += self.signal.disconnect(receiver, heard)
                span.ended = self.clock()
            elif which < 0.98:  # a receiver of which nobody is told
                self._connect_one_that_dies(heard, once=chance.random() < 0.5, ends=which < 0.97)
            else:
                self._send_from_one_that_dies()

    def _connect_one_that_dies(self, heard: object, *, once: bool, ends: bool) -> None:
        def passing(sender: object, send: Send) -> int:
            return -1

        self.signal.connect(passing, heard, once=once)
        if ends:
            self.signal.disconnect(passing)

    def _send_from_one_that_dies(self) -> None:
        """Demand that a sender's own receiver hears it, and no object at its address."""

        def own(sender: object, send: Send) -> int:
            heard.append(sender)
            return -1

        heard: list[object] = []
        for expected in (1, 0):
            sender = Sender()
            if expected:
                self.signal.connect(own, sender, weak=False)
            self.signal.send(sender, send=Send(0))
            if len(heard) != expected:
                raise AssertionError(f"a sender's own receiver was called {len(heard)} times")
            heard.clear()
            del sender

    # -- what must hold

    def faults(self) -> Iterator[str]:
        """Report violations of the promises."""
        for send in self.sends:
            yield from self._faults_of(send)
        yield from self._faults_of_what_was_told()
        yield from faults(self.signal._registry)

    def _faults_of(self, send: Send) -> Iterator[str]:
        ours = [number for number in send.returned if number >= 0]
        if ours != send.called:
            yield f"{send} does not return whom it called"
        if len(set(ours)) != len(ours):
            yield f"{send} called a receiver twice"
        for number in range(len(self.receivers)):
            pairs = [self.pairs[number, ANY], self.pairs[number, send.sender]]
            if number not in ours and any(pair.surely_on(send) for pair in pairs):
                yield f"{send} did not call {number}"
            if number in ours and all(pair.surely_off(send) for pair in pairs):
                yield f"{send} called {number}"
        for first, second in itertools.combinations(ours, 2):
            early, late = self._made(second, send), self._made(first, send)
            latest = max((span.ended for span in early), default=sys.maxsize)
            if latest < min((span.begun for span in late), default=0):
                yield f"{send} called {first} before {second}, which was connected earlier"

    def _made(self, number: int, send: Send) -> list[Span]:
        return [
            span for heard in (ANY, send.sender) for span in self.pairs[number, heard].made(send)
        ]

    def _faults_of_what_was_told(self) -> Iterator[str]:
        left = dict.fromkeys(self.pairs, 0)
        for what, number, heard in self.told:
            if number >= 0:
                left[number, heard] += 1 if what == "connected" else -1
        for (number, heard), count in left.items():
            registry = self.signal._registry
            route = registry.route(heard)
            key = id(self.receivers[number])
            now = route is not None and connection_between(route, key) is not None
            if count != now:
                yield f"{number} from {heard}: told of {count} more connections than ends"


def check(seed: int, operations: int) -> History:
    """Make a history, and demand that it keeps the promises."""
    history = History(seed, operations)
    history.make()
    return _checked(history)


def check_switched(seed: int, operations: int = 25) -> int:
    """Do the same with threads that are switched at any step; return how often they were."""
    history = History(seed, operations, receivers=2)
    switches = history.make_switched()
    _checked(history)
    return switches


def _checked(history: History) -> History:
    found = list(itertools.islice(history.faults(), 5))
    if found:
        raise AssertionError(f"seed {history.seed}: " + "; ".join(found))
    return history


def main(seed: int, histories: int, *, switched: bool) -> None:
    """Check some histories."""
    sys.setswitchinterval(1e-6)
    for number in range(seed, seed + histories):
        if switched:
            check_switched(number)
        else:
            check(number, 150)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), switched=sys.argv[3:] == ["switched"])
