"""A plain signal kept by a class, an instance or a dataclass stays itself: nothing is bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import (
    Any,
    ClassVar,
    Final,
    Generic,
    NamedTuple,
    Protocol,
    TypeAlias,
    TypeVar,
    assert_type,
)

from aldis import Signal

T = TypeVar("T")


class App: ...


app = App()


# --- by a class ---


@Signal
def _on_saved(sender: App, /, *, path: str) -> None: ...


class Store:
    saved = _on_saved
    moved = Signal[App, [int, int], None]()
    opened: ClassVar[Signal[App, [int]]] = Signal()
    untyped = Signal()
    FINAL: Final = Signal[App, [int]]()

    @Signal
    @staticmethod
    def closed(sender: App, /, *, reason: str) -> None: ...

    def save(self) -> None:
        self.saved.send(app, path="a")
        self.saved.send(self, path="a")  # E: the sender is an `App`
        self.saved.send(path="a")  # E: nothing is bound


store = Store()
assert_type(Store.moved, Signal[App, [int, int], None])
assert_type(store.moved, Signal[App, [int, int], None])
assert_type(store.opened, Signal[App, [int], Any])
assert_type(store.untyped, Signal[Any, ..., Any])

Store.saved.send(app, path="a")
store.saved.send(app, path="a")
store.moved.send(app, 1, 2)
store.opened.send(app, 1)
store.untyped.send(store, 1, anything=2)
Store.FINAL.send(app, 1)
store.closed.send(app, reason="late")
Store.closed.send(app, reason="late")

store.saved.send(path="a")  # E: nothing is bound
store.saved.send(store, path="a")  # E: the sender is an `App`
store.moved.send(app, 1)  # E: one is missing
store.opened.send(app, "1")  # E: the payload's type
Store.moved.send(1, 2)  # E: the sender is missing
store.FINAL.send(app, "1")  # E: the payload's type
store.FINAL = Signal()  # E: it is final
store.closed.send(app, reason=1)  # E: the payload's type
Store.closed.send(store, reason="late")  # E: the sender is an `App`
store.closed.send(reason="late")  # E: nothing is bound


class Shelf:
    # without `@staticmethod` the sender would be taken for `self`, and it is none
    @Signal
    def emptied(sender: App, /) -> None: ...  # E! not mypy, ty: they look at undecorated methods only


# --- by an instance ---


class Player:
    def __init__(self) -> None:
        self.started = Signal[Player, [float]]()
        self.stopped: Signal[Player, []] = Signal()
        self.tagged = Signal(_on_saved_by_player)

    def play(self) -> None:
        self.started.send(self, 0.5)
        self.stopped.send(self)
        self.tagged.send(self, path="a")
        self.started.send(self, "now")  # E: the payload's type
        self.stopped.send(self, 0.5)  # E: there is no payload
        self.tagged.send(self, path=1)  # E: the payload's type


def _on_saved_by_player(sender: Player, /, *, path: str) -> None: ...


player = Player()
player.started.send(player, 1.0)
player.started.send(1.0)  # E: nothing is bound
player.started.send(app, 1.0)  # E: the sender is a player
player.stopped = Signal()
player.stopped = Signal[Player, []]()
player.stopped = Signal[App, []]()  # E: of another sender
player.stopped = None  # E: not a signal


# --- by a dataclass ---


@dataclass
class Account:
    name: str
    changed: Signal[Account, [str]] = field(default_factory=Signal)
    renamed: Signal[Account, [str, str]] = field(default_factory=Signal[Any, [str, str]])
    closed: Signal[Account, []] = field(default_factory=lambda: Signal[Account, []]())


account = Account("ada")
assert_type(account.changed, Signal[Account, [str], Any])
account.changed.send(account, "eve")
account.renamed.send(account, "ada", "eve")
account.closed.send(account)
Account("ada", changed=Signal())
Account("ada", Signal[Account, [str]]())

account.changed.send(account, 1)  # E: the payload's type
account.changed.send("eve")  # E: nothing is bound
account.closed.send(account, 1)  # E: there is no payload
Account("ada", Signal[Account, [int]]())  # E: of another payload
Account("ada", changed=print)  # E: not a signal


@dataclass(frozen=True)
class Events:
    started: Signal[App, [int]]
    stopped: Signal[App, []]


events = Events(Signal(), stopped=Signal())
events.started.send(app, 1)
events.started.send(app, "1")  # E: the payload's type
events.stopped = Signal()  # E: it is frozen


class Pair(NamedTuple):
    before: Signal[App, [int]]
    after: Signal[App, [str]]


pair = Pair(Signal(), Signal())
pair.before.send(app, 1)
pair.after.send(app, "1")
pair.after.send(app, 1)  # E: the payload's type


# --- by a generic class ---


class Field(Generic[T]):
    def __init__(self, value: T) -> None:
        self.value = value
        self.changed = Signal[App, [T], None]()

    def set(self, value: T) -> None:
        self.value = value
        self.changed.send(app, value)
        self.changed.send(app, "new")  # E: not every `T` is a str


size = Field(1)
label = Field[str]("a")
assert_type(size.changed, Signal[App, [int], None])
assert_type(label.changed, Signal[App, [str], None])
size.changed.send(app, 2)
label.changed.send(app, "b")
size.changed.send(app, "2")  # E: this field is an int
label.changed.send(app, 2)  # E: this field is a str


def on_int(sender: App, value: int, /) -> None: ...


size.changed.connect(on_int)
label.changed.connect(on_int)  # E: this field is a str


@dataclass
class Cell(Generic[T]):
    value: T
    changed: Signal[Any, [T]] = field(default_factory=Signal)


cell = Cell("a")
cell.changed.send(None, "b")
cell.changed.send(None, 1)  # E: this cell is a str


# --- by a protocol ---


class HasChanged(Protocol):
    @property
    def changed(self) -> Signal[App, [int], None]: ...


def listen(to: HasChanged) -> None:
    to.changed.send(app, 1)
    to.changed.send(app, "1")  # E: the payload's type


listen(size)
listen(label)  # E: its signal has another payload
listen(app)  # E: it has no such signal


# --- in containers, and under other names ---

IntSignal: TypeAlias = Signal[App, [int], None]
ValueSignal: TypeAlias = Signal[App, [T], None]

by_name: dict[str, IntSignal] = {"size": size.changed}
by_name["size"].send(app, 1)
by_name["size"].send(app, "1")  # E: the payload's type
by_name["label"] = label.changed  # E: it has another payload

aliased: ValueSignal[str] = label.changed
aliased.send(app, "b")
aliased.send(app, 2)  # E: the payload's type
