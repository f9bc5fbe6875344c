"""Background work that sends a signal when it is done."""

from __future__ import annotations

from aldis import Signal


class Processor:
    """Does the work of one queue."""

    def __init__(self, queue: str) -> None:
        self.queue = queue

    @Signal.method
    def done(self, *, status: str, seconds: float = 0.0, retry: bool = False) -> None:
        """Sent when the work is over."""


def log(sender: Processor, *, status: str, **_: object) -> None:
    """Write down how it went."""
    print(sender.queue, status)


def misread(sender: Processor, *, status: int, **_: object) -> None:
    """Take for a number what is sent as a text."""
    print(sender.queue, status + 1)


def work(queue: str) -> Processor:
    """Do all of the work that waits."""
    processor = Processor(queue)
    processor.done.connect(log)
    status = "ok"
    processor.done.send(status=status, seconds=1.5)
    return processor
