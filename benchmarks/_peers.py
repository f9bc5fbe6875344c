"""Ways to send a payload to receivers: the loop by hand, aldis, and the libraries that do alike.

Each library is used as its own documentation shows; what one does less is said in `_names`.
Receivers have what is sent as parameters of their own names, if the library can do that; those of
the dict of lists read them out of the dict, or they would do less than the others.
"""

from __future__ import annotations

from functools import cached_property, partial
from importlib import import_module
from itertools import product
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

import blinker
from _measure import Candidate, timer

from aldis import Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

# not all of them are where the types of this file are checked
dispatch: Any = import_module("django.dispatch")
dispatcher: Any = import_module("pydispatch.dispatcher")
pluggy: Any = import_module("pluggy")
psygnal: Any = import_module("psygnal")
pyee: Any = import_module("pyee")
import_module("django.conf").settings.configure()
if str(import_module("psygnal._signal").__file__).endswith(".py"):
    raise ImportError("psygnal is not compiled here, and so not what the tables are to show")

DISTRIBUTIONS = ("aldis", "blinker", "django", "psygnal", "PyDispatcher", "pluggy", "pyee")

Kind: TypeAlias = Literal["function", "method", "partial", "callable object"]
Receiver: TypeAlias = Any  # each library has its own idea of one

VALUES = {
    "user_id": "1",
    "username": '"x"',
    "active": "True",
    "path": '"/a"',
    "size": "2",
    "old": "None",
    "changed_at": "3.0",
    "host": '"h"',
}


class Sender:
    """Sends, and may be the only one that receivers hear."""


class Way:
    """A way to send so many values, with a signal of its own to send them by."""

    name: ClassVar[str]
    kinds: ClassVar[Sequence[Kind]] = ("function", "method", "partial", "callable object")

    send: ClassVar[str]  # the statement that is timed
    # other statements: `what` is the receiver
    asks: ClassVar[str] = ""  # whether anybody listens
    connects: ClassVar[str] = "signal.connect({what})"
    disconnects: ClassVar[str] = "signal.disconnect({what})"
    connects_one: ClassVar[str] = "signal.connect({what}, sender)"
    disconnects_one: ClassVar[str] = "signal.disconnect({what}, sender)"

    def __init__(self, values: int = 3, sender: object = None) -> None:
        self.values = dict([*VALUES.items()][:values])
        self.sender = Sender() if sender is None else sender
        self.kept: list[Receiver] = []
        self.signal: Any = self.new_signal()

    @cached_property
    def parameters(self) -> str:
        """What a receiver's parameters are."""
        return ", ".join(["sender", *(["*"] if self.values else []), *self.values])

    @property
    def body(self) -> str:
        """What a receiver does."""
        return "..."

    def new_signal(self) -> object:
        raise NotImplementedError

    def connect(self, receiver: Receiver) -> object:
        """Connect a receiver of every sender."""
        return self.signal.connect(receiver)

    def connect_one(self, receiver: Receiver) -> object:
        """Connect a receiver of this sender alone."""
        return self.signal.connect(receiver, self.sender)

    def receiver(self, kind: Kind = "function") -> Receiver:
        """Return a new receiver."""
        return _makers(self.parameters, self.body)[kind]()

    def fill(self, count: int, kind: Kind = "function", *, one: bool = False) -> None:
        """Connect so many receivers, and keep them alive."""
        for receiver in [self.receiver(kind) for _ in range(count)]:
            (self.connect_one if one else self.connect)(receiver)
            self.kept.append(receiver)

    def statement(self, template: str | None = None) -> str:
        """Return a statement, by default that which sends, with the values filled in."""
        keywords = [f"{name}={value}" for name, value in self.values.items()]
        return (self.send if template is None else template).format(
            keywords=", ".join(keywords),
            items=", ".join(f"{name!r}: {value}" for name, value in self.values.items()),
            values=", ".join(self.values.values()),
        )

    def candidate(self, template: str | None = None, name: str | None = None) -> Candidate:
        """Return what times a send."""
        run = timer(self.statement(template), **self.known())
        return Candidate(self.name if name is None else name, run)

    def known(self) -> dict[str, object]:
        """What the statements know; the way itself, so that its receivers live."""
        return {"signal": self.signal, "sender": self.sender, "way": self}

    def prove(self, kind: Kind, *, one: bool) -> None:
        """Make sure that a send calls a receiver with the values.

        Raises:
            AssertionError: It does not, and there is nothing to measure.
        """
        heard: list[object] = []
        body = f"{self.body}; heard.append(({''.join(f'{name}, ' for name in self.values)}))"
        for _ in range(2):
            receiver = _makers(self.parameters, body, heard=heard)[kind]()
            self.kept.append(receiver)
            (self.connect_one if one else self.connect)(receiver)
        self.candidate().timer(3)
        values = eval(f"({''.join(f'{value}, ' for value in self.values.values())})")  # noqa: S307  # ours
        assert heard == [values] * 6, f"{self.name} does not send to a {kind}"  # noqa: S101


_made: dict[tuple[str, str], dict[Kind, Any]] = {}

_RECEIVERS = """\
def function():
    def hear({parameters}): {body}
    return hear

class Listener:
    def hear(self, {parameters}): {body}

class Callable:
    def __call__(self, {parameters}): {body}

def hear_more(given, {parameters}): {body}
"""


def _makers(parameters: str, body: str, **known: object) -> dict[Kind, Any]:
    """Return what makes a receiver of each kind, with these parameters."""
    if not known and (parameters, body) in _made:
        return _made[parameters, body]
    scope: dict[str, Any] = {**known}
    exec(_RECEIVERS.format(parameters=parameters, body=body), scope)  # noqa: S102  # written here
    makers: dict[Kind, Any] = {
        "function": scope["function"],
        "method": lambda: scope["Listener"]().hear,
        "partial": lambda: partial(scope["hear_more"], 0),
        "callable object": scope["Callable"],
    }
    if not known:
        _made[parameters, body] = makers
    return makers


def declare(values: Sequence[str]) -> Any:
    """Return a function that declares a payload of these names."""
    parameters = ", ".join(["sender", "/", *(["*"] if values else []), *values])
    scope: dict[str, Any] = {}
    exec(f"def changed({parameters}) -> None: ...", scope)  # noqa: S102  # the names are ours
    return scope["changed"]


class Loop(Way):
    """What a person would write by hand, with the keywords spelled out."""

    name = "the loop"
    send = "[(r, r(sender, {keywords})) for r in signal]"
    connects = connects_one = "signal.append({what})"
    disconnects = disconnects_one = "signal.remove({what})"

    def new_signal(self) -> object:
        return list[Receiver]()

    def connect(self, receiver: Receiver) -> object:
        return self.signal.append(receiver)

    connect_one = connect


class Aldis(Way):
    name = "aldis"
    send = "signal.send(sender, {keywords})"
    asks = "signal.has_receivers_for(sender)"

    def new_signal(self) -> object:
        return Signal(declare(list(self.values)))


class Undeclared(Aldis):
    """`Signal()`, which takes any payload."""

    name = "aldis, undeclared"

    def new_signal(self) -> object:
        return Signal()


class Blinker(Way):
    name = "blinker"
    send = "signal.send(sender, {keywords})"
    asks = "signal.has_receivers_for(sender)"

    def new_signal(self) -> object:
        return blinker.Signal()


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
    """What receivers on a bus get: one object, with the payload in a dict."""

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


OURS = (Loop, Aldis)
PEERS = (Blinker, Django, CachingDjango, PyDispatcher, Pluggy, Psygnal, Pyee, DictOfLists)
WITH_SENDERS = (Blinker, Django, CachingDjango, PyDispatcher)


def prove_all() -> None:
    """Make sure that every way sends what it is measured with."""
    for each, values in product((*OURS, Undeclared, *PEERS), (0, 3, 8)):
        for kind in each.kinds:
            each(values).prove(kind, one=False)
            if each in (*OURS, *WITH_SENDERS):
                each(values).prove(kind, one=True)
