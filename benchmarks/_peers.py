"""Ways to send a payload to receivers: the loop by hand, aldis, and the libraries that do alike.

Each library is used as its own documentation shows; what one does less is said in `_names`.
"""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from itertools import product
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import blinker
from _measure import IS_FREE_THREADED
from _names import WEAK_LOOP
from _typed_peers import DISTRIBUTIONS as TYPED_DISTRIBUTIONS
from _typed_peers import TYPED_PEERS
from _way import Receiver, Way, declare, here

import aldis

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

# not all of them are where the types of this file are checked
dispatch: Any = import_module("django.dispatch")
dispatcher: Any = import_module("pydispatch.dispatcher")
pluggy: Any = import_module("pluggy")
pyee: Any = import_module("pyee")
import_module("django.conf").settings.configure()
# its compiled wheels are for interpreters with a GIL
psygnal: Any = None if IS_FREE_THREADED else import_module("psygnal")
if psygnal and str(import_module("psygnal._signal").__file__).endswith(".py"):
    raise ImportError("psygnal is not compiled here, and so not what the tables are to show")

import_module("aldis.blinker")  # which is an attribute of aldis from then on

DISTRIBUTIONS = (
    *("aldis", "blinker", "django", "psygnal", "PyDispatcher", "pluggy", "pyee"),
    *TYPED_DISTRIBUTIONS,
)


class Loop(Way):
    """A hand-written loop, with the keywords spelled out."""

    name = "the loop"
    send = "[(r, r(sender, {keywords})) for r in signal]"
    connects = connects_one = "signal.append({what})"
    disconnects = disconnects_one = "signal.remove({what})"

    def new_signal(self) -> object:
        return list[Receiver]()

    def connect(self, receiver: Receiver) -> object:
        return self.signal.append(receiver)

    connect_one = connect


class WeakLoop(Loop):
    """The same over weak references: what a send can be at best that keeps no receiver alive."""

    name = WEAK_LOOP
    send = "[(r, r(sender, {keywords})) for w in signal if (r := w()) is not None]"

    def connect(self, receiver: Receiver) -> object:
        return self.signal.append(weakref.ref(receiver))


class Aldis(Way):
    name = "aldis"
    send = "signal.send(sender, {keywords})"
    asks = "signal.has_receivers_for(sender)"
    library: ClassVar[Any] = aldis

    def new_signal(self) -> object:
        return self.library.Signal(declare(list(self.values)))


@contextmanager
def instead(library: object) -> Generator[None]:
    """Make signals of another aldis while the block runs."""
    Aldis.library, before = library, Aldis.library
    try:
        yield
    finally:
        Aldis.library = before


class Undeclared(Aldis):
    """`Signal()`, which takes any payload."""

    name = "aldis, undeclared"

    def new_signal(self) -> object:
        return self.library.Signal()


class Blinker(Way):
    name = "blinker"
    send = "signal.send(sender, {keywords})"
    asks = "signal.has_receivers_for(sender)"

    def new_signal(self) -> object:
        return blinker.Signal()


class Adapter(Blinker):
    name = "aldis.blinker"

    def new_signal(self) -> object:
        return Aldis.library.blinker.Signal()


class Django(Way):
    name = "Django"
    send = "signal.send(sender, {keywords})"
    asks = "signal.has_listeners(sender)"
    caching: ClassVar[bool] = False

    @cached_property
    def parameters(self) -> str:
        return f"{super().parameters}, **kwargs"

    def new_signal(self) -> object:
        return dispatch.Signal(use_caching=self.caching)


class CachingDjango(Django):
    name = "Django, cached"
    caching = True


class PyDispatcher(Way):
    name = "PyDispatcher"
    kinds = ("function", "method", "callable object")
    send = "dispatcher.send(signal, sender, {keywords})"
    connects = "dispatcher.connect({what}, signal)"
    disconnects = "dispatcher.disconnect({what}, signal)"
    connects_one = "dispatcher.connect({what}, signal, sender)"
    disconnects_one = "dispatcher.disconnect({what}, signal, sender)"

    @cached_property
    def parameters(self) -> str:
        return ", ".join(["sender", *self.values])

    def new_signal(self) -> object:
        return object()

    def connect(self, receiver: Receiver) -> object:
        return dispatcher.connect(receiver, self.signal)

    def connect_one(self, receiver: Receiver) -> object:
        return dispatcher.connect(receiver, self.signal, self.sender)

    def known(self) -> dict[str, object]:
        return {**super().known(), "dispatcher": dispatcher}


class Pluggy(Way):
    """Its plugins have hooks of the name of what is called; the latest is called first."""

    name = "pluggy"
    kinds = ("function", "method")
    send = "hook.changed(sender=sender, {keywords})"
    connects = "way.connect({what})"
    disconnects = "way.disconnect({what})"

    @cached_property
    def parameters(self) -> str:
        return ", ".join(["sender", *self.values])

    def new_signal(self) -> object:
        manager = pluggy.PluginManager("bench")
        specification = self.receiver()
        pluggy.HookspecMarker("bench")(specification)
        manager.add_hookspecs(SimpleNamespace(changed=specification))
        self._plugins: dict[Receiver, object] = {}
        return manager

    def connect(self, receiver: Receiver) -> object:
        pluggy.HookimplMarker("bench")(getattr(receiver, "__func__", receiver))
        self._plugins[receiver] = plugin = SimpleNamespace(changed=receiver)
        return self.signal.register(plugin)

    def disconnect(self, receiver: Receiver) -> object:
        return self.signal.unregister(self._plugins.pop(receiver))

    def known(self) -> dict[str, object]:
        return {**super().known(), "hook": self.signal.hook}


class Psygnal(Way):
    name = "psygnal"
    is_here = psygnal is not None
    send = "signal.emit({values})"

    @cached_property
    def parameters(self) -> str:
        return ", ".join(self.values)

    def new_signal(self) -> object:
        return psygnal.SignalInstance((object,) * len(self.values))


class Pyee(Way):
    name = "pyee"
    send = 'signal.emit("changed", sender, {keywords})'
    connects = 'signal.on("changed", {what})'
    disconnects = 'signal.remove_listener("changed", {what})'

    def new_signal(self) -> object:
        return pyee.EventEmitter()

    def connect(self, receiver: Receiver) -> object:
        return self.signal.on("changed", receiver)


class Event:
    """The argument of receivers on a bus: one object, with the payload in a dict."""

    __slots__ = ("data", "name", "sender")

    def __init__(self, name: str, sender: object, data: dict[str, object]) -> None:
        self.name = name
        self.sender = sender
        self.data = data


class Bus:
    """A dict of lists of receivers, as an application has that was written without a library."""

    def __init__(self) -> None:
        self.listeners: dict[str, list[Receiver]] = {}

    def fire(self, name: str, sender: object, data: dict[str, object]) -> None:
        listeners = self.listeners.get(name)
        if not listeners:
            return
        event = Event(name, sender, data)
        for listener in listeners[:]:
            listener(event)


class DictOfLists(Way):
    name = "dict of lists"
    send = 'signal.fire("changed", sender, {{{items}}})'

    def new_signal(self) -> object:
        return Bus()

    @cached_property
    def parameters(self) -> str:
        return "event"

    @property
    def body(self) -> str:
        reads = "; ".join(f"{name} = data[{name!r}]" for name in self.values)
        return f"data = event.data; {reads}" if reads else "..."

    def connect(self, receiver: Receiver) -> object:
        return self.signal.listeners.setdefault("changed", []).append(receiver)


OURS: Sequence[type[Way]] = (Loop, Aldis)
PEERS: Sequence[type[Way]] = here(
    (Blinker, Django, CachingDjango, PyDispatcher, Pluggy, Psygnal, Pyee, *TYPED_PEERS, DictOfLists)
)
WITH_SENDERS: Sequence[type[Way]] = (Blinker, Django, CachingDjango, PyDispatcher)


def prove_all() -> None:
    """Make sure that every way sends what it is measured with."""
    ways: list[type[Way]] = [*OURS, Undeclared, *PEERS]
    for each, values in product(ways, (0, 3, 8)):
        for kind in each.kinds:
            each(values).prove(kind, one=False)
            if each in (*OURS, *WITH_SENDERS):
                each(values).prove(kind, one=True)
