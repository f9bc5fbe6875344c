"""Whom aldis is compared with, and what each of them does less; nothing of them is loaded here."""

from __future__ import annotations

from typing import Final, NamedTuple

LOOP: Final = "the loop"
WEAK_LOOP: Final = "the loop, weakly"
ALDIS: Final = "aldis"
ADAPTER: Final = "aldis.blinker"
BY_HAND: Final = "dict of lists"
# the commit whose aldis today's is compared with, in one process
COMMIT: Final = "8080c35"
AT: Final = f"aldis at {COMMIT}"
METHOD: Final = "a method by hand"

EVENT: Final = "an event"
SIGNAL: Final = "a signal"
EVENT_BY_HAND: Final = "a class by hand"
EVENT_WITH_RESULTS: Final = "a class by hand, with results"
EVENT_WEAKLY: Final = "a class by hand, weakly"

# how one thread does what two do
ALONE: Final = "one thread"
TOGETHER: Final = "two threads"
TWO_SIGNALS: Final = "2 signals"
ONE_SIGNAL: Final = "1 signal"


class Peer(NamedTuple):
    """A way to send that is not ours."""

    distribution: str | None  # by whose name its version is kept; None: it is written by hand
    less: str


PEERS: Final = {
    "blinker": Peer("blinker", "calls receivers in undefined order"),
    "Django": Peer("django", "receivers need `**kwargs`"),
    "Django, cached": Peer("django", "likewise; senders need weak references"),
    "PyDispatcher": Peer("PyDispatcher", "no keyword-only parameters, no partials"),
    "pluggy": Peer(
        "pluggy",
        "no senders, nothing weak, functions and methods only; returns results without their"
        " receivers, and no `None`; the latest receiver goes first",
    ),
    "psygnal": Peer("psygnal", "no sender, a payload by position, returns nothing; compiled"),
    "pyee": Peer("pyee", "no senders, nothing weak, returns nothing"),
    "ezpubsub": Peer(
        "ezpubsub",
        "no sender, one object as payload, returns nothing; keeps its receivers alive, one method"
        " of each object; drops the exceptions of receivers by default",
    ),
    "NiceGUI": Peer(
        "nicegui",
        "`nicegui.Event`, outside of any page; no sender, nothing weak, returns nothing; logs the"
        " exceptions of receivers",
    ),
    "mitmproxy": Peer(
        "mitmproxy", "its `SyncSignal` and `AsyncSignal`; no sender, returns nothing"
    ),
    "aiosignal": Peer(
        "aiosignal", "async only; no senders, nothing weak, returns nothing, frozen when first sent"
    ),
    BY_HAND: Peer(
        None,
        "by hand, as in Home Assistant; the payload in one dict, nothing weak, returns nothing",
    ),
}
