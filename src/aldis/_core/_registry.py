"""The registry of a signal: connects and disconnects receivers."""

from __future__ import annotations

import weakref
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, ClassVar, Protocol

from aldis._core._admission import admit, not_weak
from aldis._core._connection import (
    PRIORITY_STEP,
    KeptConnection,
    Terms,
    connection_between,
    connections_of,
    receiver_of,
    refer_to,
)
from aldis._core._connections import EVERYONE, Connections
from aldis._core._development import development
from aldis._core._ending import end, end_all_of, tell_ended
from aldis._core._home import Home, move_in
from aldis._core._identity import ANY, is_any, receiver_key
from aldis._core._kinds import is_marked
from aldis._core._lock import lock
from aldis._core._looking import all_of, entries_for, hears, listed
from aldis._core._snapshots import alive

if TYPE_CHECKING:
    from collections.abc import Callable

    from aldis._core._connection import Connection, Route
    from aldis._core._development import Note
    from aldis._core._payload import Payload
    from aldis._core._target import AnyReceiver
    from aldis._core._via import Via


class Judge:
    """The facts that decide whether a receiver is admitted."""

    def __init__(self, name: str, payload: Payload, *, takes_async: bool) -> None:
        self.name = name
        self.payload = payload
        self.takes_async = takes_async


if TYPE_CHECKING:

    class Isolation(Protocol):
        """An open block of `_isolating`."""

        taken: list[tuple[Connection, int]]
        put_back_more: Callable[[], object]
        has_ended_new: bool  # has it begun to restore connections?


class Registry(Connections):
    """The receivers of one signal."""

    __slots__ = (
        "declared",
        "home",
        "isolated",
        "module",
        "name",
        "owner",
        "payload",
        "takes_async",
        "via",
    )

    home_type: ClassVar[type[Home]] = Home  # runs its cleanups

    def __init__(
        self,
        owner: object,
        name: str,
        payload: Payload,
        *,
        takes_async: bool,
        via: Via | None = None,
    ) -> None:
        super().__init__()
        self.home = move_in(self, self.home_type)
        # the signal, for sending functions and errors
        self.owner: weakref.ref[object] = weakref.ref(owner)
        self.name: str = name
        self.module: str | None = None  # where it was declared
        self.payload: Payload = payload
        self.declared: bool = payload.declared
        self.takes_async: bool = takes_async
        self.via: Via | None = via  # the default for connections
        # the open blocks that isolate it
        self.isolated: tuple[Isolation, ...] = ()

    # -- changes

    def connect(  # noqa: PLR0917  # positional arguments take a tenth less time
        self,
        receiver: AnyReceiver,
        sender: object,
        weak: bool = True,  # noqa: FBT002
        once: bool = False,  # noqa: FBT002
        priority: int = 0,
        via: Via | None = None,
        terms: Terms | None = None,
    ) -> Connection:
        """Connect a pair, or make its connection strong.

        Returns:
            The connection of that pair; if it is new, with the given `terms`.

        Raises:
            ReceiverError: The receiver is refused; nothing has changed.
        """
        via = self.via if via is None else via
        if terms is None and (once or not weak or via is not None):
            terms = Terms(None if weak else receiver, once, not weak, via=via)
        if development.note is not None:
            terms = self._noted(terms, development.note(self, receiver, sender))
        key = self.key_of(receiver)
        while True:
            version = self.version
            if type(priority) is not int or not self.knows(receiver):
                self.admit(receiver, weak=weak, priority=priority, via=via)
            connection = refer_to(receiver, key, self.on_receiver_died, self.on_function_died)
            if weak and type(connection) is KeptConnection:
                raise not_weak(self, receiver)
            connection.terms = terms
            shift = int.__mul__(priority, PRIORITY_STEP) if priority else 0
            found = self.add(connection, sender, version, shift)
            if found is not None:
                break
        if found is not connection:
            if (terms is None or not terms.holds) and not self.keep(found, receiver, weak=weak):
                return self.connect(receiver, sender, weak, once, priority, via)
        elif self.on_connected is not None:
            heard = ANY if is_any(sender) else sender
            self.on_connected(receiver=receiver, sender=heard, weak=weak)
        return found

    @staticmethod
    def _noted(terms: Terms | None, note: Note) -> Terms:
        terms = Terms() if terms is None else terms
        terms.note = note
        return terms

    def admit(
        self, receiver: AnyReceiver, *, weak: bool, priority: int, via: Via | None = None
    ) -> None:
        """Check that a receiver can be connected.

        Raises:
            ReceiverError: It cannot.
        """
        self.settle()
        admit(self, receiver, weak=weak, priority=priority, via=via)

    def settle(self) -> Payload:
        """Return the payload to use, and store it: the TypedDict must be defined by now."""
        payload = self.payload
        settled = payload.settle()
        if settled is not payload:
            self.payload = settled
        return settled

    def knows(self, receiver: object) -> bool:
        """Whether a function or method with the same code and no defaults was admitted before."""
        function: object = receiver.__func__ if type(receiver) is MethodType else receiver
        if type(function) is not FunctionType:
            return False
        code = function.__code__
        try:  # not `get`, which locks the shared dict without a GIL
            known = self.payload.admitted[id(code) if function is receiver else ~id(code)]
        except KeyError:
            return False
        return (
            known() is code
            and function.__defaults__ is None
            and function.__kwdefaults__ is None
            and not is_marked(function)
        )

    def disconnect(self, receiver: AnyReceiver, sender: object) -> bool:
        """End every connection of a receiver, or that to a sender; return whether there was one."""
        route = self.route(sender)
        if route is self.everyone:
            return end_all_of(self, self.key_of(receiver), receiver)
        found = self._between(receiver, route)
        return found is not None and end(self, found, receiver)

    def disconnect_all(self, sender: object) -> int:
        """End every connection to a sender, or all for `ANY`; return their number."""
        if is_any(sender):
            connections = all_of(self)
        else:
            route = self.route(sender)
            connections = [] if route is None else connections_of(route)
        return sum(end(self, each, receiver_of(each)) for each in connections)

    def is_connected(self, receiver: AnyReceiver, sender: object) -> bool:
        """Whether a pair is connected."""
        found = self._between(receiver, self.route(sender))
        return found is not None and found.order is not None

    def _between(self, receiver: AnyReceiver, route: Route | None) -> Connection | None:
        return None if route is None else connection_between(route, self.key_of(receiver))

    def keep(self, connection: Connection, receiver: AnyReceiver, *, weak: bool) -> bool:
        """Make an existing connection permanent, as if `connect` had made it.

        Unless `weak`, it becomes strong. It no longer ends with a subscription.

        Returns:
            False if it must be made again, since it ended with a subscription just now.
        """
        is_subscribed = connection.terms is not None and connection.terms.subscribed
        if weak and not is_subscribed:
            return True
        return self.strengthen(connection, receiver, weak=weak) or not is_subscribed

    def strengthen(
        self,
        connection: Connection,
        receiver: AnyReceiver,
        *,
        holds: int = 0,
        weak: bool = False,
        lasts: bool = False,
    ) -> bool:
        """Change the terms of an existing connection.

        Args:
            connection: The connection.
            receiver: Its receiver.
            holds: The number of blocks or subscriptions that hold it from now on; 0 if `connect`
                does.
            weak: Whether `connect` holds it weakly.
            lasts: Whether these blocks and subscriptions keep it after a call.

        Returns:
            Whether the connection still exists.
        """
        fresh = Terms()
        while True:
            version = self.version
            terms = fresh if connection.terms is None else connection.terms
            kept = terms.kept  # perhaps the method object that was connected
            if kept is None and not weak:
                kept = receiver
            strong = terms.strong or not (holds or weak)
            scoped = terms.scoped and (holds > 0 or not terms.subscribed)
            lasting = terms.lasting + (holds if lasts else 0)
            held = terms.holds + holds
            following = version + 1
            with lock:
                if self.version != version:
                    continue
                if connection.order is None:
                    return False
                terms.kept = kept
                terms.strong = strong
                terms.scoped = scoped
                terms.lasting = lasting
                terms.holds = held
                connection.terms = terms
                self.version = following
            return True

    def hold(self, receiver: AnyReceiver, sender: object) -> Connection:
        """Connect a pair strongly until `release`.

        Raises:
            ReceiverError: The receiver is refused; nothing has changed.
        """
        return self._hold(receiver, sender, Terms(receiver, holds=1, via=self.via))

    def subscribe(
        self,
        receiver: AnyReceiver,
        sender: object,
        *,
        once: bool = False,
        priority: int = 0,
        via: Via | None = None,
    ) -> Connection:
        """Connect a pair strongly until `release`, unless `connect` makes it permanent.

        Raises:
            ReceiverError: The receiver is refused; nothing has changed.
        """
        terms = Terms(receiver, once, holds=1, via=self.via if via is None else via)
        terms.subscribed = True
        terms.lasting = int(not once)
        return self._hold(receiver, sender, terms, priority)

    def _hold(
        self, receiver: AnyReceiver, sender: object, terms: Terms, priority: int = 0
    ) -> Connection:
        while True:
            connection = self.connect(
                receiver, sender, weak=False, priority=priority, via=terms.via, terms=terms
            )
            if connection.terms is terms or self.strengthen(
                connection, receiver, holds=1, lasts=terms.lasting > 0
            ):
                return connection  # otherwise it ended meanwhile

    def release(self, connection: Connection, *, lasts: bool = False) -> None:
        """Undo one `hold` or `subscribe`; the last one ends a connection that they made."""
        receiver, terms = receiver_of(connection), connection.terms
        if terms is None:
            raise AssertionError  # pragma: no cover  # `hold` sets them
        while True:
            version = self.version
            holds = terms.holds - 1
            lasting = terms.lasting - lasts
            before = terms.kept
            kept = before if holds or terms.strong else None
            following = version + 1
            with lock:
                if self.version != version:
                    continue
                terms.holds = holds
                terms.lasting = lasting
                terms.kept = kept
                self.version = following
            break
        if terms.scoped and not holds and self.remove(connection, unless_held=True):
            tell_ended(self, connection, receiver)

    def redeclare(self, name: str, module: str | None, payload: Payload) -> bool:
        """Take over a name, a module and a payload, unless there is a declaration.

        Raises:
            IncompatibleReceiverError: A receiver does not accept that payload; nothing changed.
        """
        judge = Judge(name, payload, takes_async=self.takes_async)
        while not self.declared:
            version = self.version
            receivers = alive(listed(self))  # kept alive, so that their addresses stay theirs
            for receiver in receivers:
                admit(judge, receiver, weak=False)
            following = version + 1
            before = (self.name, self.module, self.payload)
            with lock:
                if self.version != version or self.declared:
                    continue
                self.name = name
                self.module = module
                self.payload = payload
                self.declared = True
                self.version = following
            del before
            return True
        return False

    def take_more(self) -> Callable[[], object]:
        """Remove further state of a subclass; return a function that restores it."""
        return int  # there is none

    # -- queries

    def everyone_is_heard(self) -> bool:
        """Whether a receiver is connected to every sender."""
        return hears(self, ANY)

    def receivers(self) -> tuple[AnyReceiver, ...]:
        """Return the live receivers, for any sender; none while the signal is muted."""
        return () if EVERYONE in self.muted else alive(listed(self))

    def receivers_for(self, sender: object) -> tuple[AnyReceiver, ...]:
        """Return the live receivers that a send would call, in the order of their calls."""
        return alive(entries_for(self, sender))

    def has_receivers_for(self, sender: object) -> bool:
        """Whether a send would call any receiver."""
        return hears(self, sender)

    def __len__(self) -> int:
        return len(self.by_receiver)

    key_of = staticmethod(receiver_key)  # identifies a receiver
