"""Checks every send in development mode."""

from __future__ import annotations

import sys
import time
import weakref
from types import CoroutineType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from aldis._core import AsyncSenders, is_async, is_trio
from aldis._core._describe import describe
from aldis._core._observing import Watch
from aldis._core._proxies import is_proxy
from aldis._debugging._connecting import notes_of
from aldis._debugging._places import Place, place_of_caller, warn_once
from aldis._debugging._values import types_of, wrong_values
from aldis._static import class_name

if TYPE_CHECKING:
    from types import FrameType

    from aldis._core import AnyReceiver, Registry
    from aldis._core._observing import Send

    _Reference: TypeAlias = weakref.ref[CoroutineType[Any, Any, Any]]


class Limits:
    """The time that a receiver may block an event loop, in seconds."""

    slow = 0.1


limits: Final = Limits()


class Development:
    """The observer of every send: it checks the payload, and watches the receivers."""

    def __call__(self, send: Send) -> Watch | None:
        signal: Any = send.signal
        registry: Registry | None = getattr(signal, "_sending_registry", None)
        if registry is None:
            return None  # garbage-collected
        place = place_of_caller()
        _heed_sender(registry, send, place)
        _heed_values(registry, send, place, getattr(signal, "__wrapped__", None))
        return _Watch(registry, awaits=isinstance(signal, AsyncSenders))


def _heed_sender(registry: Registry, send: Send, place: Place) -> None:
    """Warn of a proxy if no receiver is called; a signal with routes warns at every send."""
    if registry.routed or not is_proxy(type(send.sender)) or registry.everyone_is_heard():
        return
    kind = class_name(type(send.sender))
    warn_once(
        place,
        f"proxy {send.name}",
        f"signal {send.name} is sent from a proxy, an object of type {kind!r}, and no receiver is "
        "called: senders are compared by identity; send from the object behind it, in Flask "
        "`current_app._get_current_object()`",
    )


def _heed_values(registry: Registry, send: Send, place: Place, spec: object) -> None:
    payload = registry.payload
    values = dict(send.payload)
    if payload.gives_sender:
        values[payload.sender] = send.sender
    for name, said in wrong_values(types_of(payload.signature, spec), values):
        warn_once(
            place,
            f"type {send.name} {name}",
            f"signal {send.name}{payload.text} is sent with {name!r} of the wrong type: {said}",
        )


class _Watch(Watch):
    """Watches the receivers of one send."""

    __slots__ = ("_awaits", "_began", "_registry")

    def __init__(self, registry: Registry, *, awaits: bool) -> None:
        self._registry = registry
        self._awaits = awaits
        self._began: dict[int, float] = {}  # by receiver, since calls of a `gather` overlap

    def called(self, receiver: AnyReceiver) -> None:
        for note in notes_of(self._registry, receiver):
            note.was_called = True
        if _is_in_loop() and not is_async(receiver):
            self._began[id(receiver)] = time.monotonic()

    def returned(self, receiver: AnyReceiver, result: object) -> None:
        self._heed_time(receiver)
        if not self._awaits and isinstance(result, CoroutineType):
            _watch_coroutine(
                cast("Any", result), self._registry.name, receiver, self._place_of(receiver)
            )

    def raised(self, receiver: AnyReceiver, error: BaseException) -> None:
        self._heed_time(receiver)

    def _heed_time(self, receiver: AnyReceiver) -> None:
        began = self._began.pop(id(receiver), None)
        took = 0.0 if began is None else time.monotonic() - began
        if took > limits.slow:
            warn_once(
                self._place_of(receiver),
                f"slow {self._registry.name}",
                f"{describe(receiver)} of signal {self._registry.name}, connected here, blocked "
                f"the event loop for {took:.2f} seconds (the limit is {limits.slow}); make it "
                "async, or connect it with via=to_executor(...)",
            )

    def _place_of(self, receiver: AnyReceiver) -> Place:
        """Return where a receiver was connected; if unknown, the line that sends."""
        notes = notes_of(self._registry, receiver)
        return notes[0].place if notes else place_of_caller()


def _is_in_loop() -> bool:
    """Whether an event loop runs in this thread."""
    asyncio: Any = sys.modules.get("asyncio")
    return is_trio() or (asyncio is not None and asyncio._get_running_loop() is not None)


# by the address of a weak reference, which must stay alive
_watched: Final[dict[int, tuple[_Reference, FrameType, int]]] = {}


def _watch_coroutine(
    coroutine: CoroutineType[Any, Any, Any], signal: str, receiver: AnyReceiver, place: Place
) -> None:
    """Warn if a coroutine is dropped before it was started."""
    frame: FrameType | None = coroutine.cr_frame
    if frame is None:
        return  # it has ended
    name = describe(receiver)

    def died(reference: _Reference) -> None:
        _, frame, before = _watched.pop(id(reference))
        if frame.f_lasti == before:
            warn_once(
                place,
                f"coroutine {signal}",
                f"{name}, connected to signal {signal} here, returned a coroutine that was never "
                "awaited; declare the signal async, or connect the receiver with via=as_task()",
            )

    reference = weakref.ref(coroutine, died)
    _watched[id(reference)] = (reference, frame, frame.f_lasti)
