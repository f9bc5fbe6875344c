"""Observed sends: receivers are called one by one, and observers are told of each."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

from aldis._core import _observing
from aldis._core._failures import failed, observer_failed
from aldis._core._gather import gather
from aldis._core._looking import entries_for
from aldis._core._observing import Send
from aldis._core._snapshots import take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from aldis._core._observing import Event, Kind, Watch
    from aldis._core._registry import Registry
    from aldis._core._target import AnyReceiver

T = TypeVar("T")


class Observed:
    """One send that is observed: it delivers, and tells.

    Args:
        registry: That of the signal.
        kind: By which method is sent.
        sender: Who sends.
        payload: What is sent, by name.
        call: Calls a receiver with that.
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
        self._is_robust = kind == "send_robust"
        self._watches: list[Watch] = []
        send = Send(registry, kind, sender, payload)
        now = _observing.observers
        for observer in (*now.of(None), *now.of(registry)):
            watch = self._safely(observer, send)
            if watch is not None:
                self._watches.append(watch)

    def deliver(self, receivers: Iterable[AnyReceiver]) -> list[tuple[AnyReceiver, object]]:
        """Call each receiver in turn."""
        results: list[tuple[AnyReceiver, object]] = []
        try:
            for receiver in receivers:
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

    async def deliver_async(
        self, receivers: Iterable[AnyReceiver]
    ) -> list[tuple[AnyReceiver, object]]:
        """Call each receiver in turn, and await what it returns."""
        results: list[tuple[AnyReceiver, object]] = []
        try:
            for receiver in receivers:
                results.append((receiver, await self._await(receiver)))  # noqa: PERF401  # kept
        except BaseException as error:
            self._tell("failed", error)
            raise
        self._tell("ended", tuple(results))
        return results

    async def gather(self, registry: Registry, sender: object) -> list[tuple[AnyReceiver, object]]:
        """Call all receivers at once, each in a task of its own."""
        try:
            results = await gather(entries_for(registry, sender), self._await, registry.name)
        except BaseException as error:
            self._tell("failed", error)
            raise
        self._tell("ended", tuple(results))
        return results

    async def _await(self, receiver: AnyReceiver) -> object:
        self._tell("called", receiver)
        try:
            result = self._call(receiver)
            if isawaitable(result):
                result = await result
        except BaseException as error:
            self._tell("raised", receiver, error)
            if not self._goes_on_after(error):
                raise
            return failed(self._registry, receiver, error)
        self._tell("returned", receiver, result)
        return result

    def _goes_on_after(self, error: BaseException) -> TypeGuard[Exception]:
        return self._is_robust and isinstance(error, Exception)

    def _tell(self, event: Event, *facts: object) -> None:
        for watch in self._watches:
            self._safely(getattr(watch, event), *facts)

    def _safely(self, listener: Callable[..., T], *facts: object) -> T | None:
        try:
            return listener(*facts)
        except Exception as error:  # noqa: BLE001  # whatever it is, the send goes on
            observer_failed(self._registry, listener, error)
            return None


# -- what the code of an observed signal calls


def deliver(
    registry: Registry,
    kind: Kind,
    sender: object,
    payload: Mapping[str, object],
    call: Callable[[Any], Any],
) -> list[tuple[AnyReceiver, object]]:
    """Send to plain functions."""
    return Observed(registry, kind, sender, payload, call).deliver(_taken(registry, sender))


async def deliver_async(
    registry: Registry,
    kind: Kind,
    sender: object,
    payload: Mapping[str, object],
    call: Callable[[Any], Any],
) -> list[tuple[AnyReceiver, object]]:
    """Send to functions that may be async, in turn or at once."""
    observed = Observed(registry, kind, sender, payload, call)
    if kind == "gather":
        return await observed.gather(registry, sender)
    return await observed.deliver_async(_taken(registry, sender))


def _taken(registry: Registry, sender: object) -> Iterator[AnyReceiver]:
    """Give the receivers of a send, each when its call comes."""
    for entry in entries_for(registry, sender):
        receiver = take(entry)
        if receiver is not None:
            yield receiver
