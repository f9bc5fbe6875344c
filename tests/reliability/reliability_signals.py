"""Signals of a module, which other processes find by their names."""

from __future__ import annotations

from aldis import AsyncSignal, Signal


@Signal
def counted(sender: object, /, *, n: int) -> int:
    """Sent with a number."""
    raise NotImplementedError


class Counter:
    """Sends, and hears."""

    @Signal.method
    def stepped(self, *, n: int) -> int:
        """Sent with a number."""
        raise NotImplementedError


@AsyncSignal
async def awaited(sender: object, /, *, n: int) -> int:
    """Sent with a number."""
    raise NotImplementedError


def double(sender: object, *, n: int) -> int:
    """Receive a number."""
    return 2 * n


counted.connect(double)
Counter.stepped.connect(double)
awaited.connect(double)


def results_of(signals: list[Signal[object, ..., int]]) -> list[int]:
    """Send each signal from another process."""
    return [result for signal in signals for _, result in signal.send(None, n=21)]
