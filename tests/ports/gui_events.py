"""Events of a graphical interface in a browser, as NiceGUI's.

A handler runs in the slot in which it was subscribed, so that the elements it makes appear there.
An async handler runs as a task, in that slot, too. What a handler raises is logged, and shown by
whoever registered for that. A handler of an element may take the event, or nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar, Token
from dataclasses import dataclass
from functools import partial
from inspect import isawaitable, signature
from typing import Any, TypeVar, cast

from aldis import Event, Subscription
from aldis.delivery import Call, Via

_LOGGER = logging.getLogger("gui")
_T = TypeVar("_T")


class Slot:
    """A place on a page where elements appear; `with` makes it the current one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.elements: list[Element] = []
        self._tokens: list[Token[Slot]] = []

    def __enter__(self) -> Slot:
        self._tokens.append(_current.set(self))
        return self

    def __exit__(self, *_: object) -> None:
        _current.reset(self._tokens.pop())


_current: ContextVar[Slot] = ContextVar("slot", default=Slot("nowhere"))  # noqa: B039


def current_slot() -> Slot:
    return _current.get()


@Event
def exception_raised(error: Exception, /) -> None:
    """Sent after a handler failed, wherever that was."""


_background: set[asyncio.Task[None]] = set()


def in_background(work: Coroutine[Any, Any, None]) -> None:
    """Run it as a task, which is kept until it has ended."""
    task = asyncio.get_running_loop().create_task(work)
    _background.add(task)
    task.add_done_callback(_background.discard)


async def background_done() -> None:
    while _background:
        await asyncio.wait(_background)


def in_slot(slot: Slot) -> Via:
    """Return a `via` that calls handlers in a slot."""

    def deliver(call: Call) -> None:
        with slot:
            try:
                result = call()
            except Exception as error:  # noqa: BLE001  # it is the page's, not the sender's
                _failed(call, error)
                return
        if isawaitable(result):
            in_background(_finish(slot, call, result))

    return deliver


async def _finish(slot: Slot, call: Call, result: Awaitable[object]) -> None:
    with slot:
        try:
            await result
        except Exception as error:  # noqa: BLE001  # as above
            _failed(call, error)


def _failed(call: Call, error: Exception) -> None:
    _LOGGER.error("a handler of %s failed", call.signal, exc_info=error)
    exception_raised.send(error)


@dataclass
class Click:
    """The details of a click."""

    sender: Element
    x: int = 0


@dataclass
class Change:
    """The details of a changed value."""

    sender: Element
    value: str


def _taking(handler: Callable[[_T], object] | Callable[[], object]) -> Callable[[_T], object]:
    """Return a receiver that takes the event, whether the handler does or not.

    It is made again each time: a receiver is connected once, so a handler that is subscribed in two
    slots must be two receivers.
    """
    if signature(handler).parameters:
        return partial(cast("Callable[[_T], object]", handler))
    return partial(_drop, cast("Callable[[], object]", handler))


def _drop(handler: Callable[[], object], event: object) -> object:
    return handler()


class Element:
    """Anything on a page; it appears in the current slot."""

    def __init__(self) -> None:
        self.slot = current_slot()
        self.slot.elements.append(self)
        self._subscriptions: list[Subscription] = []

    @Event.method
    def clicked(self, click: Click, /) -> None:
        """Sent when the user clicks it."""

    @Event.method
    def changed(self, change: Change, /) -> None:
        """Sent when the user changes its value."""

    def on_click(self, handler: Callable[[Click], object] | Callable[[], object]) -> Element:
        self._subscribe(self.clicked, handler)
        return self

    def on_change(self, handler: Callable[[Change], object] | Callable[[], object]) -> Element:
        self._subscribe(self.changed, handler)
        return self

    def _subscribe(
        self, event: Event[[_T], None], handler: Callable[[_T], object] | Callable[[], object]
    ) -> None:
        # a handler of a page may return anything; the sender does not get it
        taking = cast("Callable[[_T], None]", _taking(handler))
        self._subscriptions.append(event.subscribe(taking, via=in_slot(current_slot())))

    def delete(self) -> None:
        """Take it from the page, with its handlers."""
        self.slot.elements.remove(self)
        for subscription in self._subscriptions:
            subscription.close()


class Label(Element):
    """A text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
