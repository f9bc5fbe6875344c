"""A program with every form in which signals are declared, sent, received and used otherwise."""

from __future__ import annotations

FILES = {
    "src/shop/__init__.py": "from .signals import created as gone_on\nfrom .clash import clash\n",
    "src/shop/clash.py": "from blinker import Signal\nclash = Signal()\n",
    "src/shop/people.py": """
from typing import TYPE_CHECKING, TypeVar, Generic, NamedTuple, TypedDict, Literal, Protocol
from enum import Enum

class User:
    name: str = ""
    age = 3

class _Hidden(User):
    pass

class Box(list[int]):
    pass

T = TypeVar("T", bound=User)
V = TypeVar("V", int, str)

class Point(NamedTuple):
    x: int

class Options(TypedDict):
    a: int

class Colour(Enum):
    RED = 1

if TYPE_CHECKING:
    class ForCheckers(User): ...
    class Alone: ...

def local():
    class Inner(User):
        pass
    return Inner()
""",
    "src/shop/signals.py": '''
from blinker import Namespace, NamedSignal, Signal, signal
import blinker
import blinker as b

_signals = Namespace()
#: A person was made.
#: With care.
created = _signals.signal("user-created")
moved = _signals.signal("moved", """
    Moved away.

    `where` is the place.
""")
removed = _signals.signal("removed")
"""Removed for good."""

# spoken of elsewhere

plain: Signal = Signal()
annotated: NamedSignal = signal("annotated", doc="In words.")
by_class = NamedSignal("by_class")
of_module = blinker.signal("of_module")
of_alias = b.Signal("What it is.")
make = _signals.signal
made = make("made")
of_default = blinker.default_namespace.signal("of_default")
twice = other = Signal()
left, right = Signal(), Signal()
again = Signal()
again = Signal()
kind = "x"
computed = signal("new_" + kind)
table = {"a": Signal()}
if kind:
    sometimes = Signal()
try:
    perhaps = Signal()
except Exception as error:
    perhaps = None
doubled = signal("doubled")

def late():
    global later
    later = Signal()
''',
    "src/shop/more.py": '''
from .signals import *
from .signals import _signals, created
from . import signals
from .signals import signal, Signal
import shop.signals as everything
import shop
import shop.people

doubled_again = signal("doubled")
lonely = signal("lonely") if Signal else None

class Window:
    closed = Signal()
    """When it is closed."""
    opened: Signal
    named = signal("window-named")

    def __init__(self):
        # It was moved.
        self.shifted = Signal()
        self.opened = Signal()
        self.alias = signals.moved
        if self.closed:
            self.unsure = Signal()

    def set_up(self):
        self.late = Signal()

    def close(self, *, force: bool = False, **rest):
        self.closed.send(self, force=force)
        self.shifted.send(self, x=1)
        self.alias.send(self, where="here")
        type(self).closed.send(self, force=True)
        Window.closed.send(self, force=True)

    @classmethod
    def build(cls):
        cls.closed.send(cls, force=False)
        return cls()

    @staticmethod
    def help(what):
        what.closed.send(None)

class Small(Window):
    def shrink(self):
        self.closed.send(self, force=True)
        inner = lambda: self.shifted.send(self, x=2)
        def deep():
            self.shifted.send(self, x=3)

    class Inside:
        pass

def through_a_variable(window: Window, hidden: "Window", unknown):
    window.closed.send(window, force=True)
    hidden.closed.send(hidden)
    unknown.shifted.send(unknown, x=4)
    sig = created
    sig.send(None)
    if (walrus := signals.moved):
        walrus.send(None, where=1)
    (created if sig else created).send("text")
    (created or created).send(())
    everything.removed.send()
    shop.signals.removed.send()
    shop.gone_on.send(3)
    _signals["moved"].send(b"x", where=None)
    signal("annotated").send(1.5)
    signal("nowhere").send(2)
    signal("nowhere").connect(through_a_variable)
    of_star = plain
    of_star.send(True)

def one_after_the_other(flag):
    sig = signals.made
    sig.send(None, a=1)
    sig = signals.of_default
    if flag:
        sig = signals.plain
    sig.send(None, a=2)

def obtain() -> Signal: return plain
def obtain_space() -> "blinker.Namespace": return _signals
obtained = obtain_space().signal("obtained")
obtain().send(None)
obtain().connect(obtain)
obtain.signal("x")
plain.attribute = Signal()
def pair() -> tuple[Signal, Signal]: return plain, plain
class Unpacked:
    one, other = pair()
    table = [Signal()]
    def set(self, thing):
        thing.attribute = Signal()
        for a, b in thing: pass
        Unpacked.one.send(self)
        typing.cast(Signal, created).send("cast")
        thing.told(created)
        signal(thing).send(None)
        lambda s: s.send(None)
import typing
import blinker
def circle(flag):
    for each in flag:
        m = n
        n = m
        m = n
        n = m
        m.send(None)
from . import clash
clash.send(None, clash=1)
spaces: blinker.Namespace = blinker.Namespace()
in_space = spaces.signal("in_space")
blinker.Namespace().signal("amid").send(None)

def function_form():
    once = Signal()
    once.send(None, n=1)

def looping():
    for each in (signals.moved, signals.removed):
        each.send(None)
    for each in list([signals.of_alias]):
        each.send(None)
    for each in {"a": signals.of_alias}.values():
        each.send(None)
    both = [signals.left]
    for each in both:
        each.send(None)
    for each in looping:
        each.send(None)
    [each.send(None) for each in (signals.right,)]
    async def inner():
        await signals.plain.send_async(None)
        async for x in y: pass

def told(sig, *, by_name=None):
    sig.send(None, told=1)
    by_name.send(None, told=2)

told(signals.removed, by_name=signals.of_module)
told()

class Handed:
    def take(self, sig: Signal, n):
        sig.send(self)

    def give(self):
        self.take(signals.by_class, 1)
''',
    "src/shop/sends.py": """
from functools import partial
from . import signals, people
from .people import User, _Hidden, Box, Point, Options, Colour, local
from werkzeug.local import LocalProxy
from blinker import ANY
import typing, collections.abc
from typing import Any, Literal, Sequence, Callable
if typing.TYPE_CHECKING:
    from .people import ForCheckers, Alone

def types(user: User, maybe: User | None, hidden: _Hidden, box: Box, opts: Options,
          checkers: "ForCheckers", alone: "Alone", proxy: "LocalProxy[User]", raw: LocalProxy,
          call: Callable[[int], str], rest: Callable[..., int], lit: Literal["a", "b"],
          unknown, anything: Any, some: list[Any], cls: type[User],
          either: Any | None, pair: tuple[int, str], empty: tuple[()], many: tuple[int, ...],
          deep: list[list[list[list[list[list[list[int]]]]]]],
          text: "typing.TextIO", bars: list[int | str] | int | None,
          proxies: "LocalProxy[User | Box] | User | None", *args: int, **kwargs: str):
    class Inner(User): ...
    class Nothing: ...
    class Further(Inner): ...
    class InnerList(list[int]): ...
    signals.created.send(
        user, user=user, maybe=maybe, hidden=hidden, box=box, opts=opts, checkers=checkers,
        alone=alone, proxy=proxy, raw=raw, call=call, rest=rest, lit=lit, unknown=unknown,
        anything=anything, some=some, cls=cls, either=either, pair=pair, empty=empty,
        many=many, deep=deep, text=text, klass=User, over=dict, function=types, module=typing,
        local=Inner(), nowhere=Nothing(), further=Further(), inner_list=InnerList(),
        cur=user._get_current_object(),
        tup2=(unknown, 1), of_values=constrained, bars=bars, proxies=proxies, symbol=ANY,
        inner=type(user), point=Point(1), colour=Colour.RED,
        age=user.age,
        string="x", number=1, none=None, flag=True, fstring=f"{user}", lam=lambda: 1,
        items=[1, 2], mixed=[1, "a", None], nested={"k": [1]}, tup=(1, user), sets={1},
        bad=[unknown], stars=[*args], star_tuple=(*args,), spread_dict={**kwargs}, nothing=[],
        partly=[some], proxied=proxy._get_current_object(), overloaded=max, comp=user.name == "x",
        open_file=open("x"), named_args=named, tricky="é", generic=typevar(user),
        bytes_=b"", dotted=...,
    )

def named(*, a): ...

def typevar(x: people.T) -> people.T:
    signals.removed.send(x)
    return x

def constrained(x: people.V) -> None:
    signals.removed.send(x)

def ways(kw, *args):
    signals.moved.send(None, **kw)
    signals.moved.send(1, 2, where=3)
    signals.moved.send(*args)
    signals.moved.send(None, _async_wrapper=ways, _sync_wrapper=ways, where=1)
    results = signals.moved.send(None)
    for each in signals.moved.send(None):
        pass
    unknown_signal.send(None)
    unknown_thing.send(None)
    kw.client.send("x")
    import outside.signals
    outside.signals.other.send(None, z=1)

async def asynchronous():
    await signals.moved.send_async(None)
    x = await signals.moved.send_async(None)
""",
    "src/shop/receivers.py": """
from functools import partial
from . import signals, more
from .signals import created, moved
from .more import Window

@created.connect
def on_created(sender, *, name: str = "x", user=None, **rest) -> int:
    return 1

@moved.connect_via(None)
@created.connect
async def stacked(sender, /, where: "list[int]", *args): ...

@staticmethod
@created.connect
def odd(sender): return sender

class Listener:
    def __init__(self, window: Window):
        window.closed.connect(self.on_closed)
        window.closed.connect(self.on_static)
        window.closed.connect(self.on_class, sender=window, weak=False)
        created.connect(self)
        created.connect(Listener.on_static)

    def on_closed(self, sender, force=False):
        yield 1

    @staticmethod
    def on_static(sender, **kw):
        def inner():
            return 3

    @classmethod
    def on_class(cls, sender, **kw):
        return

    def __call__(self, sender, *, only=1): ...

class Callable:
    pass

def plain(a, sender, *, extra): return None

def decorate(f): return f

@decorate
def decorated(sender): ...

def connecting(unknown, listener: Listener, typed: "typing.Callable[[int, str], None]"):
    created.connect(lambda sender, **kw: 1)
    created.connect(partial(plain, 1, extra=2))
    created.connect(partial(*unknown))
    created.connect(partial(unknown.x, 1))
    created.connect(receiver=plain)
    created.connect()
    created.connect(unknown)
    created.connect(listener)
    created.connect(decorated)
    created.connect(typed)
    created.connect(Callable())
    created.connect(dict.get)
    created.connect(print)
    created.connect(sorted)
    moved.connect_via("x")(plain)
    with created.connected_to(plain, sender=3):
        pass
    created.temporarily_connected_to(plain)
    unknown.shifted.connect(plain)
    unknown.connect(plain)
    more.Window().closed.connect(plain)
    created.connect(Quiet())
    created.connect(async_one)
    created.connect(operator.itemgetter(1))
    created.connect(kept)
    created.connect(Window)
    created.connect(the_signal.SIGTERM)
    the_signal.SIGTERM.name
    import signal as the_signal
    created.connect(Odd())

import operator
F = typing.TypeVar("F")
def keep(f: F) -> F: return f
@keep
def kept(sender: int, *, a: int, b: int = 1) -> None: ...
class Odd:
    __call__ = operator.add
    @operator.other
    def method(self): ...

import typing
class Quiet:
    def __getattr__(self, name): ...

async def async_one(sender) -> str: return ""
class Unasked:
    @property
    def thing(self): return 1
""",
    "src/shop/uses.py": """
import copy
from blinker import Signal, NamedSignal, Namespace, ANY
from . import signals
from .signals import created, moved, removed

class Special(Signal):
    set_class = set

class Spaces(Namespace): ...

special = Special()
spaces = Spaces()
spaced = spaces.signal("spaced")

def uses(x):
    isinstance(created, NamedSignal)
    isinstance(x, (int, Signal))
    isinstance(x, int)
    isinstance(x)
    created.receivers
    created.set_class = set
    created.name; created.disconnect(uses)
    bool(created.receivers_for(None)); created.has_receivers_for(ANY)
    print(moved)
    handed(moved)
    handed(sig=moved)
    kept = [moved, removed]
    copy.copy(moved)
    moved.connect(removed.send)
    bool(moved)
    if moved: pass
    return removed

def handed(sig=None):
    yield moved
    lambda: moved
""",
    "src/shop/starred.py": """
from blinker import *
from os.path import *
from flask.signals import Namespace as Borrowed
starred = Signal()
unheard_of.send(None)
borrowed = Borrowed().signal("borrowed")
""",
    "src/shop/data.py": """
from dataclasses import dataclass, field
from blinker import Signal

@dataclass
class Model:
    changed: Signal = field(default_factory=Signal)
    other: list[int] = field(default_factory=list)

    def change(self):
        self.changed.send(self, n=1)
""",
    "src/shop/cycle_a.py": """
from .cycle_b import second, use
from blinker import signal
first = signal("first")
third = fourth
fourth = third
a, *b = first, second
(c.d), e = first, second
with open("x") as f, open("y"): pass
f += 1
def go():
    nonlocal_one = 1
    def inner():
        nonlocal nonlocal_one
        nonlocal_one = 2
    second.send(None, n=use)
    third.send(None)
class Loop(Loop): pass
class Other(Loop[int]): x = first
Other().x.send(None)
Other().y.send(None)
""",
    "src/shop/cycle_b.py": """
from .cycle_a import first
from blinker import signal
second = signal("second")
use: int = 1
def go():
    first.send(None, n=1)
""",
    "src/shop/of_django.py": """
from django.dispatch import Signal
from django.core.signals import request_finished
from scrapy import signals as theirs
from pydispatch import dispatcher
from shop import of_django

paid = Signal()
item_seen = object()
nothing: int

def go(crawler):
    paid.send(sender=None, amount=1)
    request_finished.connect(go)
    request_finished.send(sender=None)
    dispatcher.send(item_seen, go)
    dispatcher.connect(go, signal=of_django.item_seen)
    dispatcher.connect(go, theirs.item_scraped)
    dispatcher.send()
    crawler.signals.connect(go, signal=theirs.spider_opened)
    crawler.connect(go, signal=1)
    dispatcher.connect(go, nothing)
    dispatcher.connect(go, dispatcher)
    dispatcher.connect(go, gone)
    dispatcher.connect(go, theirs_too)
from shop.signals import later as theirs_too
""",
}
