"""Events: signals without a sender, whose receivers get the payload alone."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Concatenate,
    Final,
    Generic,
    Protocol,
    cast,
    overload,
)

from aldis import _about
from aldis._core import SyncSenders
from aldis._event_identity import EventIdentity, EventMethodIdentity, OfInstance
from aldis._sync_signal import AboutSignal
from aldis._typevars import P, Q, R, ResultT, S, SenderT, WithDefaults

if TYPE_CHECKING:
    from aldis._core import Via


class Event(WithDefaults, SyncSenders, EventIdentity[P, ResultT], Generic[P, ResultT]):
    """A signal without a sender, declared by the signature that its receivers must accept.

    All parameters of the declaration are payload. Those that may come by position are sent by
    position, so that receivers may call them as they like; keyword-only ones are sent by keyword.
    Without a declaration the payload is open: `Event()` takes anything, and `Event[[int, str]]()`
    an `int` and a `str` by position. `Event.method` declares one in a class body.

    Args:
        spec: The declaration.
        name: What to call the event, if not by the name of its declaration.
        doc: Its documentation, if not that of its declaration.
        via: What calls receivers that are connected without a `via` of their own.

    Raises:
        DeclarationError: The declaration is not callable, has no signature that can be read, has a
            parameter that cannot be named in a call or that is a key of its TypedDict, too, or is
            async.

    Example:
        >>> from aldis import Event
        >>> @Event
        ... def saved(path: str, /, *, size: int) -> None:
        ...     '''Sent after a file was written.'''
        >>> @saved.connect
        ... def report(file: str, *, size: int) -> None:
        ...     print(file, "has", size, "bytes")
        >>> _ = saved.send("notes.txt", size=12)
        notes.txt has 12 bytes
        >>> saved
        <Event ...saved(path: str, /, *, size: int) -> None, 1 receiver>
    """

    if TYPE_CHECKING:

        @overload
        def __init__(
            self, /, *, name: str | None = None, doc: str | None = None, via: Via | None = None
        ) -> None: ...
        @overload
        def __init__(
            self,
            spec: Callable[P, ResultT],
            /,
            *,
            name: str | None = None,
            doc: str | None = None,
            via: Via | None = None,
        ) -> None: ...
        def __init__(
            self,
            spec: Any = None,
            /,
            *,
            name: str | None = None,
            doc: str | None = None,
            via: Via | None = None,
        ) -> None: ...

        def send(
            self, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT], ResultT]]:
            """Call every live receiver, in connection order; see `Signal.send`.

            Args:
                *args: The declared payload.
                **kwargs: The declared payload; its defaults are filled in and sent, too.

            Returns:
                Each receiver called, with its result.

            Raises:
                TypeError: The payload is not what was declared, also when nobody listens.

            Example:
                >>> from aldis import Event
                >>> @Event
                ... def asked(question: str, /) -> int: ...
                >>> @asked.connect
                ... def count(text: str) -> int:
                ...     return len(text)
                >>> [result for _, result in asked.send("why?")]
                [4]
            """
            ...

        def send_robust(
            self, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT], ResultT | Exception]]:
            """As `send`, but every receiver has its turn; see `Signal.send_robust`.

            Args:
                *args: The declared payload.
                **kwargs: The declared payload.

            Returns:
                Each receiver called, with its result or its exception.

            Raises:
                TypeError: The payload is not what was declared, also when nobody listens.
            """
            ...

    receiver_connected: Final = AboutSignal(_about.receiver_connected)
    receiver_disconnected: Final = AboutSignal(_about.receiver_disconnected)

    if TYPE_CHECKING:
        # as in `Signal`
        method: ClassVar[_Method]
        """Declare, in a class body, an event of each instance."""

    else:

        @classmethod
        def method(
            cls, spec: Callable[Concatenate[S, Q], R] | None = None, /, *, via: Via | None = None
        ) -> EventMethod[S, Q, R]:
            """Declare, in a class body, an event of each instance.

            An instance costs nothing more until a receiver is connected to it. To hear all
            instances, declare a `Signal.method` instead.

            Args:
                spec: The declaration; its `self` is the instance, the rest is the payload.
                via: What calls receivers that are connected without a `via` of their own. If only
                    this is given, a decorator is returned.

            Returns:
                A descriptor, which is the declaration on the class, and on an instance its event.

            Raises:
                DeclarationError: As `Event` itself.

            Example:
                >>> from aldis import Event
                >>> class View:
                ...     @Event.method
                ...     def flow_added(self, flow: str, index: int, /) -> None:
                ...         '''Sent after a flow was added.'''
                >>> view = View()
                >>> @view.flow_added.connect
                ... def show(flow: str, place: int) -> None:
                ...     print(place, flow)
                >>> _ = view.flow_added.send("GET /", 0), View().flow_added.send("not shown", 1)
                0 GET /
            """
            if spec is None:
                return lambda spec: EventMethod(spec, via=via)
            return EventMethod(spec, via=via)


_new = object.__new__


class _Decorator(Protocol):
    """What `Event.method(via=...)` returns."""

    def __call__(self, spec: Callable[Concatenate[S, Q], R], /) -> EventMethod[S, Q, R]: ...


class _Method(Protocol):
    """What `Event.method` is to type checkers."""

    @overload
    def __call__(
        self, spec: Callable[Concatenate[S, Q], R], /, *, via: Via | None = None
    ) -> EventMethod[S, Q, R]: ...
    @overload
    def __call__(self, /, *, via: Via) -> _Decorator: ...


class EventMethod(WithDefaults, SyncSenders, EventMethodIdentity, Generic[SenderT, P, ResultT]):
    """What `Event.method` leaves in a class body: the declaration, and an event of each instance.

    Two events of an instance are equal if declaration and instance are the same.

    Example:
        >>> from aldis import Event
        >>> class Job:
        ...     @Event.method
        ...     def ended(self) -> None: ...
        >>> job = Job()
        >>> Job.ended is Job.ended, job.ended == job.ended, job.ended == Job().ended
        (True, True, False)
    """

    receiver_connected: Final = AboutSignal(_about.receiver_connected)
    receiver_disconnected: Final = AboutSignal(_about.receiver_disconnected)

    if TYPE_CHECKING:

        def __init__(
            self, spec: Callable[Concatenate[SenderT, P], ResultT], /, *, via: Via | None = None
        ) -> None: ...

    # Any instance and owner, as in `SignalMethod`.
    @overload
    def __get__(self, instance: None, owner: Any, /) -> EventMethod[SenderT, P, ResultT]: ...
    @overload
    def __get__(self, instance: object, owner: Any, /) -> Event[P, ResultT]: ...
    def __get__(
        self, instance: object, owner: Any, /
    ) -> EventMethod[SenderT, P, ResultT] | Event[P, ResultT]:
        if instance is None:
            return self
        event = _new(EventOfInstance)
        event._method = self
        event._instance = instance
        # a method object adds the instance in C; to set it here is faster than a property
        event.send = MethodType(self.send, instance)  # type: ignore[attr-defined, method-assign]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]  # both are slots
        return cast("Event[P, ResultT]", event)


class EventOfInstance(OfInstance, Event[P, ResultT]):
    # no docstring: all events of instances would have it
    __slots__ = ("_instance", "_method")
    _shown_as = "Event"

    if not TYPE_CHECKING:
        __doc__ = OfInstance.__doc__

        @property
        def send_robust(self) -> MethodType:
            """Send the event of this instance; see `Event.send_robust`."""
            return MethodType(self._method.send_robust, self._instance)
