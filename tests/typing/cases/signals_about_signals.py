"""Each signal has two signals of its own, for receivers that are connected and disconnected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aldis import AsyncSignal, Signal


class App: ...


@Signal
def saved(sender: App, /, *, path: str) -> None: ...


@AsyncSignal
async def stored(sender: App, /, *, key: str) -> None: ...


def on_connected(
    signal: object, *, receiver: Callable[..., object], sender: object, weak: bool
) -> None: ...


def on_connected_some(signal: Any, *, receiver: object, **_: object) -> None: ...


def on_connected_wrongly(
    signal: object, *, receiver: Callable[..., object], sender: App, weak: bool
) -> None: ...


def on_connected_short(signal: object, *, receiver: Callable[..., object]) -> None: ...


def on_disconnected(
    signal: object, *, receiver: Callable[..., object] | None, sender: object
) -> None: ...


def on_disconnected_alive(
    signal: object, *, receiver: Callable[..., object], sender: object
) -> None: ...


saved.receiver_connected.connect(on_connected)
saved.receiver_connected.connect(on_connected_some)
saved.receiver_disconnected.connect(on_disconnected)
saved.receiver_disconnected.connect(on_connected_some)
saved.receiver_connected.disconnect(on_connected)
stored.receiver_connected.connect(on_connected)
stored.receiver_disconnected.connect(on_disconnected)
print(saved.receiver_connected.receivers)

saved.receiver_connected.connect(on_connected_wrongly)  # E: the sender may be anything
saved.receiver_connected.connect(on_connected_short)  # E: it cannot take all
saved.receiver_connected.connect(on_disconnected)  # E: it cannot take `weak`
saved.receiver_disconnected.connect(on_connected)  # E: nobody sends `weak`
saved.receiver_disconnected.connect(on_disconnected_alive)  # E: a collected receiver is None
stored.receiver_connected.connect(on_connected_short)  # E: it cannot take all
saved.receiver_conected.connect(on_connected)  # E: a misspelt signal


@saved.receiver_connected.connect
def tell(
    signal: Signal[App, ..., None], *, receiver: object, sender: object, weak: bool
) -> None:
    print(signal.__name__, receiver, sender, weak)


# it is sent by the signal itself, with a payload like any other
saved.receiver_connected.send(saved, receiver=print, sender=None, weak=True)
saved.receiver_connected.send(App(), receiver=print, sender=None, weak=True)  # E: no signal
saved.receiver_connected.send(saved, receiver=1, sender=None, weak=True)  # E: not a receiver
saved.receiver_connected.send(saved, receiver=print, sender=None)  # E: `weak` is missing
saved.receiver_disconnected.send(saved, receiver=None, sender=None)


# --- only where a signal is at hand ---


class Door:
    @Signal.method
    def opened(self) -> None: ...


Door.opened.receiver_connected.connect(on_connected)
Door().opened.signal.receiver_connected.connect(on_connected)
Door().opened.receiver_connected.connect(on_connected)  # E: a bound signal has none
