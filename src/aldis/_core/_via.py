"""The call of a receiver that has a `via`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias


class Call:
    """One call of one receiver, to be made later or elsewhere: call it without arguments.

    It keeps the receiver and the payload alive until it is dropped.

    Attributes:
        signal: The name of the signal.
        receiver: The receiver.

    Example:
        >>> from aldis import Event
        >>> from aldis.delivery import Call
        >>> waiting: list[Call] = []
        >>> @Event
        ... def renamed(name: str) -> None: ...
        >>> _ = renamed.connect(print, via=waiting.append, weak=False)
        >>> renamed.send("ada")
        []
        >>> waiting[0].signal
        'renamed'
        >>> waiting[0]()
        ada
    """

    __slots__ = {  # the values are docstrings
        "_call": None,
        "receiver": "The receiver.",
        "signal": "The name of the signal.",
    }

    def __init__(
        self,
        signal: str,
        receiver: Callable[..., object],
        call: Callable[[Callable[..., object]], object],
    ) -> None:
        self.signal: str = signal
        self.receiver: Callable[..., object] = receiver
        self._call = call

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> str:
            """Return a name, as functions have: Django logs the name of a failed callback."""
            if name in {"__name__", "__qualname__"}:
                return f"call of signal {self.signal}"
            raise AttributeError(f"'Call' object has no attribute {name!r}", name=name, obj=self)

    def __call__(self) -> object:
        """Call the receiver, and return its result; for an async receiver, an awaitable."""
        return self._call(self.receiver)

    def __repr__(self) -> str:
        return f"<Call of a receiver of signal {self.signal}>"


Via: TypeAlias = Callable[[Call], object]
