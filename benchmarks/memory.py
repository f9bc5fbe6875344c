"""How many bytes connections and signals take: what the process grows by, and what Python counts.

    python benchmarks/memory.py [--quick] [--json PATH]

Each figure comes from processes of its own: what one library gives back, the next would use again.
Resident memory is what the system says (Linux), the least of a few processes; traced is what
`tracemalloc` counts. Senders and receivers are there before, and not counted.
"""

from __future__ import annotations

import argparse
import gc
import json
import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from resource import getpagesize
from typing import TYPE_CHECKING, Any, NamedTuple

from _measure import IS_FREE_THREADED
from _results import environment, table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from _way import Way

SENDERS, WHO_SENT, SIGNALS = 1_000_000, 100_000, 100_000
METHODS = 20_000  # psygnal compares each with all before
QUICKER = 20  # times fewer
PROCESSES = 2

BY_SENDER = "a function of each sender"
BY_SENDING = "a function of each sender, all of which have sent"
BY_METHOD = "a method of each object, of every sender"
A_SIGNAL = "a signal, in a list"

OURS = ("aldis", "aldis, undeclared", "aldis, by types")
COMPILED = () if IS_FREE_THREADED else ("psygnal",)  # which has no such wheel without a GIL
TYPED = ("ezpubsub", *["NiceGUI"] * (find_spec("nicegui") is not None), "mitmproxy")


class Bytes(NamedTuple):
    """The memory of a connection, or of a signal."""

    case: str
    candidate: str
    number: int
    resident: list[float]  # one for each process
    traced: float


def connecting(case: str, library: str, count: int) -> Callable[[], object]:
    """Return what makes so many connections, of objects that are there already."""
    from _peers import Aldis, Blinker, Psygnal  # noqa: PLC0415  # not in the process that waits
    from _typed_peers import TYPED_PEERS  # noqa: PLC0415  # likewise
    from _way import Sender  # noqa: PLC0415  # likewise
    from senders import DictBySender  # noqa: PLC0415  # likewise

    ways: tuple[type[Way], ...] = (Aldis, Blinker, Psygnal, *TYPED_PEERS, DictBySender)
    way = {each.name: each for each in ways}[library]()
    if case == BY_METHOD:
        receivers = [way.receiver("method") for _ in range(count)]
        connect = way.connect

        def methods() -> object:
            for receiver in receivers:
                connect(receiver)
            return way

        return methods
    receiver = way.receiver()
    senders = [Sender() for _ in range(count)]

    send = getattr(way.signal, "send", None)
    payload = {"user_id": 1, "username": "x", "active": True}

    def functions() -> object:
        for way.sender in senders:
            way.connect_one(receiver)
        if case == BY_SENDING and send is not None:
            for sender in senders:
                send(sender, **payload)
        return receiver

    return functions


def typed_signals(library: str) -> Callable[[], object]:
    """Return what makes a signal of one of the typed libraries."""
    from _typed_peers import TYPED_PEERS  # noqa: PLC0415  # not in the process that waits

    (way,) = (each() for each in TYPED_PEERS if each.name == library)
    return way.new_signal


def making(library: str, count: int) -> Callable[[], object]:
    """Return what makes so many signals, in a list."""
    if library == "blinker":
        from blinker import Signal as Theirs  # noqa: PLC0415  # not in the process that waits

        return lambda: [Theirs() for _ in range(count)]
    from aldis import Signal  # noqa: PLC0415

    def changed(sender: object, /, *, user_id: int, username: str, active: bool) -> None: ...

    one: dict[str, Callable[[], object]] = {
        "aldis": lambda: Signal(changed),
        "aldis, undeclared": Signal,
        "aldis, by types": lambda: Signal[object, [int]](),  # noqa: PLW0108  # also makes new types
    }
    make = one.get(library) or typed_signals(library)
    kept = make()  # shared objects are not counted

    def signals() -> object:
        return kept, [make() for _ in range(count)]

    return signals


def begin(case: str, library: str, count: int) -> Callable[[], object]:
    """Prepare a measurement, and return the function to measure."""
    ready = making(library, count) if case == A_SIGNAL else connecting(case, library, count)
    gc.collect()
    return ready


def resident(case: str, library: str, count: int) -> float:
    connect = begin(case, library, count)
    before = _resident()
    kept: Any = connect()
    gc.collect()
    grown = (_resident() - before) / count
    del kept
    return grown


def traced(case: str, library: str, count: int) -> float:
    connect = begin(case, library, count)
    tracemalloc.start()
    kept: Any = connect()
    gc.collect()
    counted = tracemalloc.get_traced_memory()[0] / count
    del kept
    return counted


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * getpagesize()


def sizes(*, quick: bool, only: Collection[str] = ()) -> Iterator[Bytes]:
    """Measure all, or these libraries, in processes of their own."""
    for case, count, libraries in (
        (BY_SENDER, SENDERS, ("aldis", "blinker", "dict of lists")),
        (BY_SENDING, WHO_SENT, ("aldis", "blinker")),
        (BY_METHOD, METHODS, ("aldis", "blinker", *COMPILED, *TYPED)),
        (A_SIGNAL, SIGNALS, (*OURS, "blinker", *TYPED)),
    ):
        number = count // QUICKER if quick else count
        for library in (each for each in libraries if not only or each in only):
            processes = 1 if quick else PROCESSES
            grown = [_alone(resident, case, library, number) for _ in range(processes)]
            yield Bytes(case, library, number, grown, _alone(traced, case, library, number))


def _alone(size: Callable[[str, str, int], float], case: str, library: str, count: int) -> float:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return round(process.submit(size, case, library, count).result(), 1)


def write(path: Path, about: Mapping[str, str], found: Iterable[Mapping[str, object]]) -> None:
    """Write the sizes as JSON, a line for each."""
    lines = ",\n".join(f"  {json.dumps(size)}" for size in found)
    about_text = json.dumps(about, indent=2).replace("\n", "\n ")
    path.parent.mkdir(parents=True, exist_ok=True)
    text = f'{{\n "about": {about_text},\n "sizes": [\n{lines}\n ]\n}}\n'
    path.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="How many bytes connections and signals take.")
    parser.add_argument("--quick", action="store_true", help="measure fewer connections")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures there, too")
    options = parser.parse_args()
    about = environment("aldis", "blinker", "psygnal", "ezpubsub", "nicegui", "mitmproxy")
    for name, value in about.items():
        print(f"- {name}: {value}")
    found = list(sizes(quick=options.quick))
    heads = ("bytes of each", "of so many", "library", "resident", "each", "traced")
    rows = [
        (
            size.case,
            f"{size.number:,}",
            size.candidate,
            f"{min(size.resident):.0f}",
            ", ".join(f"{each:.0f}" for each in size.resident),
            f"{size.traced:.0f}",
        )
        for size in found
    ]
    print("", table(heads, rows), sep="\n")
    if options.json is not None:
        write(options.json, about, [size._asdict() for size in found])


if __name__ == "__main__":
    main()
