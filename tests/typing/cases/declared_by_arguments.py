"""A signal made without a function has the payload its type arguments give, or an open one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_type

from aldis import AsyncSignal, Signal


class App: ...


app = App()


# --- sender and payload ---

moved = Signal[App, [int, str]]()

assert_type(moved, Signal[App, [int, str], Any])
moved.send(app, 1, "a")
assert_type(moved.send(app, 1, "a"), list[tuple[Callable[..., Any], Any]])

moved.send(app, 1)  # E: one is missing
moved.send(app, 1, "a", 2)  # E: one too many
moved.send(app, "a", 1)  # E: the other order
moved.send("app", 1, "a")  # E: the sender's type
moved.send(1, "a")  # E: the sender is missing
moved.send(app, 1, text="a")  # E: there are no names


def takes_both(sender: App, n: int, text: str, /) -> None: ...


def takes_number(sender: App, n: int, /) -> None: ...


def swaps_both(sender: App, text: str, n: int, /) -> None: ...


moved.connect(takes_both)
moved.connect(print)
moved.connect(takes_number)  # E: it cannot take the text
moved.connect(swaps_both)  # E: the other order


# --- with a result ---

asked = Signal[App, [str], int]()

assert_type(asked.send(app, "how many?"), list[tuple[Callable[..., int], int]])


def count(sender: App, question: str, /) -> int:
    raise NotImplementedError


def tell(sender: App, question: str, /) -> str:
    raise NotImplementedError


asked.connect(count)
asked.connect(tell)  # E: its result


# --- no payload ---

closed = Signal[App, []]()

closed.send(app)
closed.send(app, 1)  # E: there is no payload


# --- a name and a documentation ---

named = Signal[App, [int]](name="named", doc="Sent now and then.")
named.send(app, 1)
Signal[App, [int]](name=1)  # E: the name's type
Signal[App, [int]](title="named")  # E: no such option


# --- a declaration that has to agree ---


def _declaration(sender: App, n: int, /) -> None: ...


Signal[App, [int], None](_declaration)
Signal[App, [str], None](_declaration)  # E: another payload
Signal[str, [int], None](_declaration)  # E: another sender


# --- by annotation ---

hinted: Signal[App, [int]] = Signal()
hinted.send(app, 1)
hinted.send(app, "1")  # E: the payload's type
mismatched: Signal[str, [int]] = hinted  # E: another sender


# --- an open payload, as in blinker ---

opened = Signal()

assert_type(opened, Signal[Any, ..., Any])
opened.send()  # E! not pyrefly: it checks no sender before an open payload
opened.send(app)
opened.send("anyone", 1, None, anything=2)
opened.send(None, user_id=1)
opened.connect(takes_both)
opened.connect(print)
opened.connect(len)
opened.connect(lambda *args, **kwargs: print(args))
opened.connect(lambda sender: print(sender))  # E? only mypy: it cannot infer the lambda
opened.connect(lambda: print())  # E: even so it takes a sender
opened.connect(42)  # E: it cannot be called
opened.connect(takes_both, weak="no")  # E: the type of an option
opened.connect(takes_both, week=False)  # E: no such option

bare: Signal = opened
bare.send(app, 1, anything=2)


# --- an open payload from a known sender ---

from_app = Signal[App]()

assert_type(from_app, Signal[App, ..., Any])
from_app.send(app, 1, anything=2)
from_app.connect(takes_both)
from_app.send("app", x=1)  # E! not pyrefly: it checks no sender before an open payload
from_app.disconnect(takes_both, "app")  # E: the sender's type


# --- what cannot stand in the brackets ---

without_list: Signal[App, int]  # E: a payload is a list of types
with_too_many: Signal[App, [int], None, str]  # E: a sender, a payload, a result
with_value: Signal[App, [1]]  # E: a payload is made of types
with_dots: Signal[App, ..., None] = Signal()
without_payload: Signal[App, [], None] = Signal()


# --- the same for async signals ---

stored = AsyncSignal[App, [str], int]()
unknown = AsyncSignal()


async def replicate(sender: App, key: str, /) -> int:
    raise NotImplementedError


async def use() -> None:
    await stored.send(app, "a")
    await stored.send(app, 1)  # E: the payload's type
    await stored.send("app", "a")  # E: the sender's type
    await unknown.send(None, 1, anything=2)


stored.connect(replicate)
stored.connect(count)
stored.connect(tell)  # E: its result
unknown.connect(replicate)
assert_type(unknown, AsyncSignal[Any, ..., Any])
