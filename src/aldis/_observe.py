"""Tells a listener of sends: the public side of the seam in `_core/_observing.py`."""

from __future__ import annotations

import sys
from contextvars import ContextVar
from threading import local
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, cast

from aldis._call_sites import caller_of
from aldis._core import Senders, _observing
from aldis._core._delivering import Observed
from aldis._core._describe import describe
from aldis._event_identity import OfInstance
from aldis._static import class_name, is_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import FrameType, TracebackType

    from aldis._call_sites import Caller
    from aldis._core import Registry
    from aldis._core._observing import Kind


class _Sends(Protocol):
    """Any signal, also one of `aldis.blinker`."""

    @property
    def _sending_registry(self) -> Registry: ...


def _refuse_a_class(listener: object) -> None:
    """Refuse the class of a listener.

    Raises:
        TypeError: It is one.
    """
    if is_class(listener):
        name = class_name(listener)
        raise TypeError(f"observe() was given the class {name}; give an instance, {name}()")


def _registry_of(signal: object) -> Registry:
    """Return the registry that the sends of a signal go through.

    Raises:
        TypeError: It is not a signal, or one whose sends are not seen.
    """
    kind = type(signal)
    if issubclass(kind, OfInstance):
        name = cast("OfInstance", signal)._method.__qualname__
        raise TypeError(
            f"observe() was given the event {name} of one instance; give the event of its class, "
            f"`{name}`, whose sends tell the instance as `sender`"
        )
    if issubclass(kind, Senders):
        return cast("_Sends", signal)._sending_registry
    raise TypeError(
        f"observe() expected a signal or an event, got {kind.__module__}.{kind.__qualname__}: "
        "for a bound signal, give the signal of its class; for a namespace, `*namespace.values()`"
    )


class _Clock(local):
    """Of each thread, how many nanoseconds its listeners took so far."""

    told = 0


_clock = _Clock()


class _Timed(Protocol):
    began: int
    ended: int | None
    _told: int


def _begin(what: _Timed) -> None:
    """Start the time of what is told already."""
    what._told = _clock.told
    what.began = perf_counter_ns()


def _end(what: _Timed) -> None:
    what.ended = perf_counter_ns()
    what._told = _clock.told - what._told


def _seconds(what: _Timed) -> float:
    if what.ended is None:
        return (perf_counter_ns() - what.began - _clock.told + what._told) / 1e9
    return (what.ended - what.began - what._told) / 1e9


class Send:
    """One send of a signal or an event.

    Attributes:
        signal: The signal; None if it is gone, as that of `Signal().send(...)` is. Of an event of
            instances, the one on the class.
        name: The signal's qualified name.
        sender: Who sends: of an event of instances, the instance; of any other event, None.
        payload: What is sent, by the names of the declaration's parameters, defaults included. What
            `*args` took, if anything, is under the name with its star. It must not be changed.
        kind: By which method: `"send"`, `"send_robust"`, `"gather"`, `"gather_robust"` or
            `"send_async"`.
        parent: The delivery in whose course it was sent; None if it was sent by nobody's receiver.
        began: When it began, in nanoseconds, as `time.perf_counter_ns` tells it.
        ended: When it ended, likewise; None while it is under way.
        results: What it returns: each receiver called, with its result. Empty until it has ended.
        error: What it raises, if it does.

    Example:
        >>> import aldis
        >>> from aldis.observing import Listener, Send
        >>> saved = aldis.Signal()
        >>> class Report(Listener):
        ...     def send_ended(self, send: Send) -> None:
        ...         print(send.sender, send.payload, send.kind, len(send.results), send.error)
        >>> with aldis.observe(Report()):
        ...     _ = saved.send("me", path="a.txt")
        me {'path': 'a.txt'} send 0 None
    """

    def __init__(  # noqa: PLR0917  # nobody else makes one
        self,
        signal: object,
        name: str,
        sender: object,
        payload: Mapping[str, object],
        kind: Kind,
        parent: Delivery | None,
        *,
        has_sender: bool = True,
    ) -> None:
        self.signal: object = signal
        self.name: str = name
        self.sender: object = sender
        self.payload: Mapping[str, object] = payload
        self.kind: Kind = kind
        self.parent: Delivery | None = parent
        self._has_sender: bool = has_sender
        self.began: int = perf_counter_ns()
        self.ended: int | None = None
        self._told: int = _clock.told
        self.results: Sequence[tuple[Callable[..., object], object]] = ()
        self.error: BaseException | None = None
        self._caller: Caller | None = None
        if kind in _observing.GATHERING:  # no frame leads from the tasks of receivers to here
            self._caller = caller_of(sys._getframe(1))

    @property
    def caller(self) -> Caller | None:
        """The place that sends, outside of aldis, with its file, line and function.

        It is found when somebody first asks for it, while the send is under way and in its thread
        and task: ask in a method of a listener. If nobody asks then, it is None; so is that of an
        async send that no coroutine awaits, as `asyncio.create_task(signal.send(...))` has it.

        Example:
            >>> import aldis
            >>> from aldis.observing import Listener, Send
            >>> class Where(Listener):
            ...     def send_began(self, send: Send) -> None:
            ...         print(send.caller.function.rpartition(".")[2])
            >>> def greet() -> None:
            ...     aldis.Signal().send("me")
            >>> with aldis.observe(Where()):
            ...     greet()
            greet
        """
        if self._caller is None:
            self._caller = caller_of(_frame_that_sends(self))
        return self._caller

    @property
    def seconds(self) -> float:
        """How long it took, or has taken so far, in seconds, less what listeners took meanwhile.

        Example:
            >>> import aldis
            >>> from aldis.observing import Listener, Send
            >>> class Report(Listener):
            ...     def send_ended(self, send: Send) -> None:
            ...         print(0 < send.seconds < 60)
            >>> with aldis.observe(Report()):
            ...     _ = aldis.Signal().send("me")
            True
        """
        return _seconds(self)


class Delivery:
    """What goes to one receiver in a send, from its call to its end.

    Attributes:
        send: The send.
        receiver: The receiver.
        began: When it was called, in nanoseconds, as `time.perf_counter_ns` tells it.
        ended: When it ended, likewise; None while it is under way.
        result: What it returned, after it was awaited where that was to be done.
        error: What it raised, if it did; also where `send_robust` goes on.

    Example:
        >>> import aldis
        >>> from aldis.observing import Delivery, Listener
        >>> asked = aldis.Signal()
        >>> @asked.connect
        ... def answer(sender: object) -> int:
        ...     return 42
        >>> class Report(Listener):
        ...     def receiver_ended(self, delivery: Delivery) -> None:
        ...         print(delivery.receiver.__name__, delivery.result, delivery.error)
        >>> with aldis.observe(Report()):
        ...     _ = asked.send("me")
        answer 42 None
    """

    def __init__(self, send: Send, receiver: Callable[..., object]) -> None:
        self.send: Send = send
        self.receiver: Callable[..., object] = receiver
        self.began: int = perf_counter_ns()
        self.ended: int | None = None
        self._told: int = _clock.told
        self.result: object = None
        self.error: BaseException | None = None

    @property
    def name(self) -> str:
        """The module and the qualified name of the receiver, to be read.

        Nothing of the receiver is run to find it.

        Example:
            >>> import aldis
            >>> from aldis.observing import Delivery, Listener
            >>> class Report(Listener):
            ...     def receiver_began(self, delivery: Delivery) -> None:
            ...         print(delivery.name)
            >>> signal = aldis.Signal()
            >>> _ = signal.connect(print)
            >>> with aldis.observe(Report()):
            ...     _ = signal.send("me")
            builtins.print
            me
        """
        from aldis._callables import name_of  # noqa: PLC0415  # only who asks pays for it

        return str(name_of(self.receiver))

    @property
    def seconds(self) -> float:
        """How long it took, or has taken so far, in seconds, less what listeners took meanwhile.

        Example:
            >>> import aldis
            >>> from aldis.observing import Delivery, Listener
            >>> class Report(Listener):
            ...     def receiver_began(self, delivery: Delivery) -> None:
            ...         print(0 <= delivery.seconds < 60)
            >>> signal = aldis.Signal()
            >>> _ = signal.connect(print)
            >>> with aldis.observe(Report()):
            ...     _ = signal.send("me")
            True
            me
        """
        return _seconds(self)


class Listener:
    """What is told of sends. Each method may be overridden, and does nothing here.

    The methods are called in the thread, and in the task, that sends: of one send one after
    another, except that the deliveries of a `gather` overlap. What they raise is logged on the
    logger `aldis` and changes nothing for the send; only what is no `Exception` propagates.

    Example:
        >>> import aldis
        >>> from aldis.observing import Delivery, Listener, Send
        >>> class Story(Listener):
        ...     def send_began(self, send: Send) -> None:
        ...         print("begin", send.name)
        ...     def receiver_began(self, delivery: Delivery) -> None:
        ...         print("call", delivery.receiver.__name__)
        ...     def receiver_ended(self, delivery: Delivery) -> None:
        ...         print("got", repr(delivery.error or delivery.result))
        ...     def send_ended(self, send: Send) -> None:
        ...         print("end", send.name)
        >>> @aldis.Signal
        ... def rung(sender: str, /) -> str: ...
        >>> @rung.connect
        ... def open_door(sender: str) -> str:
        ...     return f"come in, {sender}"
        >>> with aldis.observe(Story()):
        ...     _ = rung.send("ada")
        begin rung
        call open_door
        got 'come in, ada'
        end rung
    """

    def send_began(self, send: Send) -> None:
        """A send begins; its payload was found to be what is declared.

        It is told also where nobody listens, or the signal is muted; of an async one, when it is
        awaited; see `Listener` for an example.
        """

    def receiver_began(self, delivery: Delivery) -> None:
        """A receiver is about to be called; see `Listener` for an example."""

    def receiver_ended(self, delivery: Delivery) -> None:
        """A receiver has returned or raised; see `Listener` for an example."""

    def send_ended(self, send: Send) -> None:
        """A send is about to return or to raise; see `Listener` for an example."""


class Observation:
    """What `observe` returns: a context manager that ends it, and so does `close`.

    Example:
        >>> import aldis
        >>> from aldis.observing import Listener
        >>> observation = aldis.observe(Listener())
        >>> observation.close()
    """

    def __init__(self, listener: Listener, signals: tuple[_Sends, ...]) -> None:
        _refuse_a_class(listener)
        self._listener = listener
        by_address = {id(registry): registry for registry in map(_registry_of, signals)}
        self._registries: list[Registry | None] = [*by_address.values()] or [None]
        self._observer = self._watch  # of a method, each access makes another
        for registry in self._registries:
            _observing.observe(self._observer, registry)

    def close(self) -> None:
        """Tell the listener of no send that begins from now on.

        Those that are under way are told of to their end. Closing it again changes nothing.

        Example:
            >>> import aldis
            >>> from aldis.observing import Listener, Send
            >>> class Report(Listener):
            ...     def send_began(self, send: Send) -> None:
            ...         print(send.sender)
            >>> observation = aldis.observe(Report())
            >>> signal = aldis.Signal()
            >>> _ = signal.send("seen")
            seen
            >>> observation.close()
            >>> _ = signal.send("not seen")
        """
        while self._registries:
            _observing.unobserve(self._observer, self._registries.pop())

    def __enter__(self) -> Observation:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _watch(self, seen: _observing.Send) -> _observing.Watch:
        parent = _under_way.get().get(self)
        send = Send(
            seen.signal,
            seen.name,
            seen.sender,
            seen.payload,
            seen.kind,
            parent,
            has_sender=seen.has_sender,
        )
        return _Watch(self, self._listener, send)


# Of each observation, the delivery in whose course the code of this context runs: one variable for
# all, since a variable is never freed. The mapping is replaced and never changed.
_under_way: ContextVar[Mapping[Observation, Delivery]] = ContextVar("under_way", default={})  # noqa: B039

_Event = Literal["send_began", "receiver_began", "receiver_ended", "send_ended"]


class _Watch(_observing.Watch):
    """Tells a listener of one send."""

    __slots__ = ("_deliveries", "_listener", "_observation", "_send")

    def __init__(self, observation: Observation, listener: Listener, send: Send) -> None:
        self._observation = observation
        self._listener = listener
        self._send = send
        # by the address of the receiver, which is called once in a send
        self._deliveries: dict[int, tuple[Delivery, Delivery | None]] = {}
        self._tell("send_began", send)
        _begin(send)

    def called(self, receiver: Callable[..., object]) -> None:
        delivery = Delivery(self._send, receiver)
        now = _under_way.get()
        self._deliveries[id(receiver)] = (delivery, now.get(self._observation))
        _under_way.set({**now, self._observation: delivery})
        self._tell("receiver_began", delivery)
        _begin(delivery)

    def returned(self, receiver: Callable[..., object], result: object) -> None:
        delivery = self._end(receiver)
        delivery.result = result
        self._tell("receiver_ended", delivery)

    def raised(self, receiver: Callable[..., object], error: BaseException) -> None:
        delivery = self._end(receiver)
        delivery.error = error
        self._tell("receiver_ended", delivery)

    def ended(self, results: Sequence[tuple[Callable[..., object], object]]) -> None:
        _end(self._send)
        self._send.results = results
        self._tell("send_ended", self._send)

    def failed(self, error: BaseException) -> None:
        for delivery, before in self._deliveries.values():  # a listener raised when one began
            self._leave(delivery, before)
        _end(self._send)
        self._send.error = error
        self._tell("send_ended", self._send)

    def _end(self, receiver: Callable[..., object]) -> Delivery:
        delivery, before = self._deliveries.pop(id(receiver))
        _end(delivery)
        self._leave(delivery, before)
        return delivery

    def _leave(self, delivery: Delivery, before: Delivery | None) -> None:
        """Let what is sent from now on be in the course of what it was in before a delivery."""
        now = _under_way.get()
        if now.get(self._observation) is not delivery:
            return  # a coroutine that nobody awaits any more is closed in another context
        others = {key: value for key, value in now.items() if key is not self._observation}
        _under_way.set(others if before is None else {**others, self._observation: before})

    def _tell(self, event: _Event, fact: Any) -> None:
        began = perf_counter_ns()
        try:
            getattr(self._listener, event)(fact)
        except Exception:  # whatever it is, the send goes on
            import logging  # noqa: PLC0415  # only what failed pays for it

            logging.getLogger("aldis").exception(
                "%s failed at %s of signal %s",
                describe(self._listener, "listener"),
                event,
                self._send.name,
            )
        finally:
            _clock.told += perf_counter_ns() - began


def _frame_that_sends(send: Send) -> FrameType | None:
    """Return the frame in which a send is under way, if it is below this one."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code in _DELIVERING:
            observed: Observed = frame.f_locals["self"]
            watches = observed.watches
        else:
            watches = [frame.f_locals["self"]] if frame.f_code is _Watch._tell.__code__ else []
        if any(isinstance(watch, _Watch) and watch._send is send for watch in watches):
            return frame
        frame = frame.f_back
    return None


_DELIVERING: Final = (Observed.deliver.__code__, Observed.deliver_async.__code__)


def observe(listener: Listener, *signals: _Sends) -> Observation:
    """Tell a listener of every send that begins from now on, in whatever thread or task.

    It costs nothing while nobody observes. An observed send takes tens of microseconds.

    Args:
        listener: What is told.
        *signals: The signals and events to observe; all that there are and will be, if none is
            given. They are not kept alive.

    Returns:
        The observation. It goes on until its `close` is called, or until the end of the `with`
        block that it is given to.

    Raises:
        TypeError: The listener is a class; or something is not a signal, or is one of a single
            sender: give the signal, or the event, of its class. Or it is a typed view of a signal
            of blinker itself, whose sends are not seen. Nothing is observed then.

    Example:
        >>> import aldis
        >>> from aldis.observing import Delivery, Listener
        >>> class Slow(Listener):
        ...     def receiver_ended(self, delivery: Delivery) -> None:
        ...         if delivery.seconds > 0.1:
        ...             print("slow:", delivery.receiver)
        >>> saved = aldis.Signal()
        >>> with aldis.observe(Slow(), saved):
        ...     _ = saved.send("me")
    """
    return Observation(listener, signals)
