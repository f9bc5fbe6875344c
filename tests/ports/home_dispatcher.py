"""The dispatcher of a home automation, as Home Assistant's: names, many of them made at run time.

An integration connects to a name and keeps what it gets, which unsubscribes when it is called.
Async targets run as tasks of the hub. What a target raises is logged by the hub, under its own
logger, and reaches neither the sender nor other targets. A name is forgotten with its last target.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from inspect import isawaitable
from typing import Any, Generic, TypeVarTuple

from aldis import Event, Namespace, Subscription
from aldis.delivery import Call

Ts = TypeVarTuple("Ts")
_LOGGER = logging.getLogger("home.dispatcher")


class Topic(Generic[*Ts]):
    """A name, and the types of what is sent under it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def of(self, key: object) -> Topic[*Ts]:
        """Return the topic of one device: `battery_low.of("door")`."""
        return Topic(f"{self.name}_{key}")


class Hub:
    """The core: a loop, the tasks in it, and the names that have targets."""

    def __init__(self) -> None:
        self.names = Namespace()
        self._tasks: set[asyncio.Task[None]] = set()

    def deliver(self, call: Call) -> None:
        """Call a target: it is the `via` of every connection."""
        try:
            result = call()
        except Exception as error:  # noqa: BLE001  # it is not the sender's
            _log(call, error)
            return
        if isawaitable(result):
            self.create_task(_finish(call, result))

    def create_task(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def block_till_done(self) -> None:
        while self._tasks:
            await asyncio.wait(self._tasks)


async def _finish(call: Call, result: Awaitable[object]) -> None:
    try:
        await result
    except Exception as error:  # noqa: BLE001  # as above
        _log(call, error)


def _log(call: Call, error: Exception) -> None:
    target = getattr(call.receiver, "__qualname__", type(call.receiver).__qualname__)
    _LOGGER.error("exception in %s when dispatching %r", target, call.signal, exc_info=error)


def async_dispatcher_connect(
    hub: Hub, topic: Topic[*Ts], target: Callable[[*Ts], object]
) -> Callable[[], None]:
    """Connect a target, async or not, and return what disconnects it."""
    subscription = hub.names.event(topic.name).subscribe(target, via=hub.deliver)
    return partial(_unsubscribe, hub, topic.name, subscription)


def _unsubscribe(hub: Hub, name: str, subscription: Subscription) -> None:
    if subscription.closed:
        _LOGGER.warning("a target of %r was disconnected twice", name)
        return
    subscription.close()
    if not hub.names.event(name).has_receivers_for():
        hub.names.discard(name)


def async_dispatcher_send(hub: Hub, topic: Topic[*Ts], *args: *Ts) -> None:
    """Call the targets of a topic; one that has none is not made for that."""
    event = hub.names.get(topic.name)
    if isinstance(event, Event):
        event.send(*args)


class Entity:
    """The display of a device; it drops its connections when it is removed."""

    def __init__(self, hub: Hub, device: str) -> None:
        self.hub, self.device = hub, device
        self.state = "unknown"
        self._on_remove: list[Callable[[], object]] = []

    def async_on_remove(self, function: Callable[[], object]) -> None:
        self._on_remove.append(function)

    def async_remove(self) -> None:
        while self._on_remove:
            self._on_remove.pop()()


SIGNAL_DEVICE_ADDED: Topic[str] = Topic("device_added")
SIGNAL_STATE: Topic[str, float] = Topic("state")


class Sensor(Entity):
    """An entity that follows the state of its device."""

    async def async_added_to_hub(self) -> None:
        self.async_on_remove(
            async_dispatcher_connect(self.hub, SIGNAL_STATE.of(self.device), self._take)
        )

    async def _take(self, state: str, when: float) -> None:
        await asyncio.sleep(0)
        self.state = f"{state} at {when:g}"
