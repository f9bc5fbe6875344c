"""How long it takes to connect and disconnect, and to make and declare a signal.

    python benchmarks/connect.py [--quick] [--json PATH]

All is compared with blinker. Where not said otherwise, a receiver is a function that takes three
names, and whose code was seen before: aldis judges each receiver's code once.
"""

from __future__ import annotations

from functools import partial
from itertools import count
from time import process_time_ns
from types import FunctionType
from typing import TYPE_CHECKING, Any

import blinker
from _measure import Candidate, Case, Effort, Outcome, measure, timer
from _peers import (
    DISTRIBUTIONS,
    Aldis,
    Blinker,
    CachingDjango,
    Django,
    Loop,
    Pluggy,
    Psygnal,
    PyDispatcher,
    Pyee,
    dispatch,
    psygnal,
    pyee,
)
from _results import script
from _typed_peers import TYPED_PEERS, Ezpubsub, NiceGui, ezpubsub, mitmproxy_signals, nicegui
from _way import Kind, Sender, Way, declare, here

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

REFERENCES = ("blinker",)
KINDS: tuple[Kind, ...] = ("function", "method")
OTHERS = 100  # the number of other receivers, if there are any
EVERYONE: Sequence[type[Way]] = here(
    (Loop, Aldis, Blinker, Django, CachingDjango, PyDispatcher, Psygnal, Pyee, *TYPED_PEERS)
)
WITH_SENDERS = (Loop, Aldis, Blinker, Django, CachingDjango, PyDispatcher)
WITH_NEW_SENDERS = (Aldis, Blinker, Django, CachingDjango)


def pairs(kind: Kind, ways: Sequence[type[Way]], *, among: int = 0) -> Case:
    """Connect and disconnect again, a receiver of every sender."""
    candidates: list[Candidate] = []
    for each in ways:
        if kind not in each.kinds:
            continue
        way = each()
        way.fill(among)
        receiver = way.receiver(kind)
        what = "listener.hear" if kind == "method" else "receiver"
        known = {"receiver": receiver, "listener": getattr(receiver, "__self__", None)}
        last = (way.disconnects_method if kind == "method" else "") or way.disconnects
        text = f"{way.connects}; {last}".format(what=what)
        run = timer(text, **way.known(), **known)
        candidates.append(Candidate(way.name, run))
    suffix = f", among {among}" if among else ""
    return Case(f"connect and disconnect, a {kind} of every sender{suffix}", candidates, REFERENCES)


def pairs_of_one(kind: Kind, sender: object, title: str) -> Case:
    """Connect and disconnect again, a receiver of one sender.

    If the sender is `None`, each time a new one is made, which has no receivers before and is
    released after.
    """
    candidates: list[Candidate] = []
    for each in WITH_SENDERS if sender is not None else WITH_NEW_SENDERS:
        if each is CachingDjango and isinstance(sender, str):
            continue  # it needs senders with weak references
        way = each(sender=sender)
        receiver = way.receiver(kind)
        known = {"receiver": receiver, "listener": getattr(receiver, "__self__", None)}
        text = f"{way.connects_one}; {way.disconnects_one}"
        if sender is None:
            text, known["new"] = f"sender = new(); {text}", Sender
        what = "listener.hear" if kind == "method" else "receiver"
        run = timer(text.format(what=what), **way.known(), **known)
        candidates.append(Candidate(way.name, run))
    return Case(f"connect and disconnect, a {kind} of {title}", candidates, REFERENCES)


def sent_between() -> Case:
    """Connect, send to all, disconnect, among others."""
    candidates: list[Candidate] = []
    for each in EVERYONE:
        way = each()
        way.fill(OTHERS)
        first, last = (text.format(what="receiver") for text in (way.connects, way.disconnects))
        text = f"{first}; {way.statement()}; {last}"
        run = timer(text, receiver=way.receiver(), **way.known())
        candidates.append(Candidate(way.name, run))
    return Case(f"connect, send, disconnect, among {OTHERS}", candidates, REFERENCES)


_HALVES = """\
def run(receivers, {parameters}, number):
    taken = rounds = 0
    while rounds * len(receivers) < number:
        rounds += 1
        begin = clock()
        for receiver in receivers: {connects}
        middle = clock()
        for receiver in receivers: {disconnects}
        taken += {half}
    return taken * number // (rounds * len(receivers))
"""


def halves(which: str) -> Case:
    """Connect a hundred functions, and disconnect them: of that, only one half is timed."""
    candidates: list[Candidate] = []
    for each in EVERYONE:
        way = each()
        known = way.known()
        text = _HALVES.format(
            parameters=", ".join(known),
            connects=way.connects.format(what="receiver"),
            disconnects=way.disconnects.format(what="receiver"),
            half="middle - begin" if which == "connect" else "clock() - middle",
        )
        scope: dict[str, Any] = {"clock": process_time_ns}
        exec(text, scope)  # noqa: S102  # written here
        receivers = [way.receiver() for _ in range(OTHERS)]
        run = partial(scope["run"], receivers, *known.values())
        candidates.append(Candidate(way.name, run, warm_up=OTHERS))
    return Case(f"{which} alone, a function of every sender", candidates, REFERENCES)


def unseen() -> Case:
    """Connect and disconnect a function whose code was never seen before."""
    candidates: list[Candidate] = []
    for each in (Aldis, Blinker):
        way = each()
        candidates.append(Candidate(way.name, _unseen(way), warm_up=1))
    return Case("connect and disconnect, a function never seen before", candidates, REFERENCES)


def _unseen(way: Way) -> Callable[[int], int]:
    function = way.receiver()
    serial = count()

    def run(number: int) -> int:
        fresh = [
            FunctionType(function.__code__.replace(co_name=f"hear{next(serial)}"), {})
            for _ in range(number)
        ]
        connect, disconnect = way.signal.connect, way.signal.disconnect
        begin = process_time_ns()
        for receiver in fresh:
            connect(receiver)
            disconnect(receiver)
        return process_time_ns() - begin

    return run


def creation() -> Case:
    """Make a signal, and nothing else."""
    spec = declare(["user_id", "username", "active"])
    ours = {"Signal": Aldis.library.Signal, "spec": spec}
    made: dict[str, tuple[str, dict[str, object]]] = {
        "blinker": ("Signal()", {"Signal": blinker.Signal}),
        "aldis": ("Signal(spec)", ours),
        "aldis, undeclared": ("Signal()", ours),
        "aldis, by types": ("Signal[object, [int]]()", ours),
        "Django": ("Signal()", {"Signal": dispatch.Signal}),
        "Django, cached": ("Signal(use_caching=True)", {"Signal": dispatch.Signal}),
        "pyee": ("EventEmitter()", {"EventEmitter": pyee.EventEmitter}),
        "ezpubsub": ('Signal[T]("changed")', {"Signal": ezpubsub.Signal, "T": Ezpubsub().payload}),
        "mitmproxy": ("SyncSignal(spec)", {"SyncSignal": mitmproxy_signals.SyncSignal, **ours}),
    }
    if NiceGui.is_here:
        made["NiceGUI"] = "Event[int, str, bool]()", {"Event": nicegui.Event}
    if Psygnal.is_here:
        made["psygnal"] = "Signal((int, str, bool))", {"Signal": psygnal.SignalInstance}
    candidates = [Candidate(name, timer(text, **known)) for name, (text, known) in made.items()]
    return Case("make a signal", candidates, REFERENCES)


def first_sends() -> Case:
    """Declare a signal, and send it for the first time to a function."""
    hear, ours = Aldis().receiver(), Aldis.library.Signal
    known_spec = declare(["user_id", "username", "active"])
    keywords = 'user_id=1, username="x", active=True'
    sender = Sender()

    def simple(name: str, text: str, **known: object) -> Candidate:
        return Candidate(name, timer(text, hear=hear, sender=sender, **known))

    plain = f"s = Signal(); s.connect(hear); s.send(sender, {keywords})"
    candidates = [
        simple("blinker", plain, Signal=blinker.Signal),
        simple(
            "aldis, a signature sent before",
            plain.replace("Signal()", "Signal(spec)"),
            Signal=ours,
            spec=known_spec,
        ),
        Candidate("aldis, a new signature", _new_signatures(sender), warm_up=3),
        simple("aldis, undeclared", plain, Signal=ours),
    ]
    if Psygnal.is_here:
        text = 's = Signal((int, str, bool)); s.connect(positional); s.emit(1, "x", True)'
        kind, positional = psygnal.SignalInstance, Psygnal().receiver()
        candidates.append(simple("psygnal", text, Signal=kind, positional=positional))
    return Case("declare, connect and send for the first time", candidates, REFERENCES)


def _new_signatures(sender: object) -> Callable[[int], int]:
    """Time declarations of which no two have the same names."""
    serial, ours = count(), Aldis.library.Signal

    def run(number: int) -> int:
        ready: list[tuple[Any, Any, dict[str, None]]] = []
        for _ in range(number):
            names = [f"{name}{next(serial)}" for name in ("user_id", "username", "active")]
            scope: dict[str, Any] = {}
            exec(f"def hear(sender, *, {', '.join(names)}): ...", scope)  # noqa: S102  # made here
            ready.append((declare(names), scope["hear"], dict.fromkeys(names)))
        begin = process_time_ns()
        for spec, hear, payload in ready:
            signal = ours(spec)
            signal.connect(hear)
            signal.send(sender, **payload)
        return process_time_ns() - begin

    return run


def cases() -> Iterator[Case]:
    for kind in KINDS:
        yield pairs(kind, (*EVERYONE, Pluggy))
    yield pairs("function", EVERYONE, among=OTHERS)
    for kind in KINDS:
        yield pairs_of_one(kind, Sender(), "one sender")
        yield pairs_of_one(kind, "a sender", "a str")
        yield pairs_of_one(kind, None, "a new sender")
    yield sent_between()
    yield halves("connect")
    yield halves("disconnect")
    yield unseen()
    yield creation()
    yield first_sends()


def outcomes(effort: Effort) -> list[Outcome]:
    return measure(cases(), effort)


if __name__ == "__main__":
    script(__doc__, outcomes, distributions=DISTRIBUTIONS, rounds=60)
