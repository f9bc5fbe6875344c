"""Observed sends: observers are notified of each call of a receiver."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard, TypeVar

from aldis._core import _observing
from aldis._core._failures import failed, observer_failed
from aldis._core._gather import gather
from aldis._core._identity import ANY
from aldis._core._looking import entries_for
from aldis._core._observing import Send
from aldis._core._snapshots import take_with_via
from aldis._core._via import Call
from aldis.exceptions import AldisWarning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from aldis._core._connection import Entry
    from aldis._core._gather import Results
    from aldis._core._observing import Event, Kind, Watch
    from aldis._core._registry import Registry
    from aldis._core._target import AnyReceiver
    from aldis._core._via import Via

    Taken: TypeAlias = tuple[AnyReceiver, Via | None]

T = TypeVar("T")


class Observed:
    """One observed send: it calls receivers and notifies observers.

    Args:
        registry: The registry of the signal.
        kind: The method that sends.
        sender: The sender.
        payload: The payload, by name.
        call: Calls a receiver with the payload.

    Attributes:
        gathers: Whether all receivers are called at once.
        watches: The watches to notify.
    """

    def __init__(
        self,
        registry: Registry,
        kind: Kind,
        sender: object,
        payload: Mapping[str, object],
        call: Callable[[Any], Any],
    ) -> None:
        self._registry = registry
        self._call = call
        self._is_robust = kind in {"send_robust", "gather_robust"}
        self.gathers = kind in _observing.GATHERING
        self.watches: list[Watch] = []
        now = _observing.observers
        if not now:
            return  # it is here only because a receiver has a `via`
        watches: list[Watch | None] = [
            self._safely(recorder, registry, sender, payload) for recorder in now.recorders
        ]
        those = (*now.of(None), *now.of(registry))
        if those:
            send = Send(registry, kind, sender, payload)
            watches += [self._safely(observer, send) for observer in those]
        self.watches += [watch for watch in watches if watch is not None]

    def deliver(self, receivers: Iterable[Taken]) -> Results:
        """Call each receiver in turn."""
        results: Results = []
        try:
            for receiver, via in receivers:
                if via is not None:
                    results += self._hand_over(receiver, via)
                    continue
                self._tell("called", receiver)
                try:
                    result = self._call(receiver)
                except BaseException as error:
                    self._tell("raised", receiver, error)
                    if not self._goes_on_after(error):
                        raise
                    result = failed(self._registry, receiver, error)
                else:
                    self._tell("returned", receiver, result)
                results.append((receiver, result))
        except BaseException as error:
            self._tell("failed", error)
            raise
        self._tell("ended", tuple(results))
        return results

    async def deliver_async(self, receivers: Iterable[Taken]) -> Results:
        """Call each receiver in turn, and await its result."""
        results: Results = []
        try:
            for receiver, via in receivers:
                if via is not None:
                    results += self._hand_over(receiver, via)
                else:
                    results.append((receiver, await self._await(receiver)))
        except BaseException as error:
            self._tell("failed", error)
            raise
        self._tell("ended", tuple(results))
        return results

    async def gather(self, entries: Sequence[Entry], limit: int | None) -> Results:
        """Call all receivers at once, each in a task of its own."""
        try:
            results = await gather(
                self._registry,
                entries,
                self._await,
                is_robust=self._is_robust,
                limit=limit,
                hand_over=self._hand_over,
            )
        except BaseException as error:
            self._tell("failed", error)
            raise
        self._tell("ended", tuple(results))
        return results

    def _hand_over(self, receiver: AnyReceiver, via: Via) -> Results:
        """Pass the call of a receiver to its `via`; return its entries in the results.

        There are none, since the receiver may not have been called yet. If `via` itself fails, this
        counts as a failure of the receiver.
        """
        self._tell("called", receiver)
        try:
            via(Call(self._registry.name, receiver, self._call))
        except BaseException as error:
            self._tell("raised", receiver, error)
            if not self._goes_on_after(error):
                raise
            return [(receiver, failed(self._registry, receiver, error))]
        self._tell("returned", receiver, None)
        return []

    async def _await(self, receiver: AnyReceiver) -> object:
        self._tell("called", receiver)
        try:
            result = self._call(receiver)
            if isawaitable(result):
                result = await result
        except BaseException as error:
            self._tell("raised", receiver, error)
            if not self._goes_on_after(error) or self.gathers:
                raise
            return failed(self._registry, receiver, error)
        self._tell("returned", receiver, result)
        return result

    def _goes_on_after(self, error: BaseException) -> TypeGuard[Exception]:
        return self._is_robust and isinstance(error, Exception)

    def _tell(self, event: Event, *facts: object) -> None:
        for watch in self.watches:
            self._safely(getattr(watch, event), *facts)

    def _safely(self, listener: Callable[..., T], *facts: object) -> T | None:
        try:
            return listener(*facts)
        except AldisWarning:
            raise  # a warnings filter makes it an error of the send
        except Exception as error:  # noqa: BLE001  # the send goes on
            observer_failed(self._registry, listener, error)
            return None


# -- called by the generated code of an observed signal


def deliver(
    registry: Registry,
    kind: Kind,
    sender: object,
    payload: Mapping[str, object],
    call: Callable[[Any], Any],
) -> Results:
    """Send to plain functions."""
    return Observed(registry, kind, sender, payload, call).deliver(_taken(registry, sender))


async def deliver_async(  # noqa: PLR0917  # generated code calls it so
    registry: Registry,
    kind: Kind,
    sender: object,
    payload: Mapping[str, object],
    call: Callable[[Any], Any],
    limit: int | None = None,
) -> Results:
    """Send to functions that may be async, one after another or all at once."""
    observed = Observed(registry, kind, sender, payload, call)
    if observed.gathers:
        return await observed.gather(_entries(registry, sender), limit)
    return await observed.deliver_async(_taken(registry, sender))


def _taken(registry: Registry, sender: object) -> Iterator[Taken]:
    """Yield the receivers of a send, each just before it is called."""
    for entry in _entries(registry, sender):
        taken = take_with_via(entry)
        if taken is not None:
            yield taken


def called_here(receivers: Iterable[AnyReceiver]) -> Iterator[Taken]:
    """Yield receivers without a `via`."""
    return ((receiver, None) for receiver in receivers)


def _entries(registry: Registry, sender: object) -> Sequence[Entry]:
    # a plain event has no sender, and its `sender` is None
    return entries_for(registry, sender if registry.payload.takes_sender else ANY)
