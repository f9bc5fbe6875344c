"""Everything that can be called with the payload can be a receiver, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial, singledispatch, wraps
from typing import Any, Protocol, Self, TypeVar, overload
from unittest.mock import Mock

from typing_extensions import ParamSpec, override

from aldis import Signal

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")


class Base: ...


class App(Base): ...


class SubApp(App): ...


app = App()


@Signal
def saved(sender: App, /, *, path: str) -> None: ...


@Signal
def moved(sender: App, x: int, y: int, /) -> None: ...


@Signal
def renamed(sender: App, old: str, new: str) -> None: ...


@Signal
def logged(sender: App, /, message: str, *, level: int = 20) -> None: ...


@Signal
def asked(sender: App, /, *, question: str) -> int:
    raise NotImplementedError


@Signal
def told(sender: App, /, *, news: str) -> object:
    raise NotImplementedError


# --- functions, by their parameters ---


def exact(sender: App, /, *, path: str) -> None: ...


def other_sender_name(app: App, *, path: str) -> None: ...


def wider_sender(sender: Base, *, path: str) -> None: ...


def any_sender(sender: object, *, path: str) -> None: ...


def wider_payload(sender: App, *, path: str | bytes | None) -> None: ...


def with_default(sender: App, *, path: str = "", depth: int = 0) -> None: ...


def swallows_the_rest(sender: App, **_: object) -> None: ...


def swallows_everything(*args: object, **kwargs: object) -> None: ...


def untyped_rest(sender: App, **kwargs: Any) -> None: ...


def by_position_or_keyword(sender: App, path: str) -> None: ...


saved.connect(exact)
saved.connect(other_sender_name)
saved.connect(wider_sender)
saved.connect(any_sender)
saved.connect(wider_payload)
saved.connect(with_default)
saved.connect(swallows_the_rest)
saved.connect(swallows_everything)
saved.connect(untyped_rest)
saved.connect(by_position_or_keyword)


def no_parameter() -> None: ...


def no_sender(*, path: str) -> None: ...


def sender_by_keyword(*, sender: App, path: str) -> None: ...


def no_payload(sender: App) -> None: ...


def narrower_sender(sender: SubApp, *, path: str) -> None: ...


def unrelated_sender(sender: str, *, path: str) -> None: ...


def wrong_payload(sender: App, *, path: int) -> None: ...


def misnamed_payload(sender: App, *, file: str) -> None: ...


def payload_too_many(sender: App, *, path: str, depth: int) -> None: ...


def payload_by_position(sender: App, path: str, /) -> None: ...


def swallows_ints(sender: App, **_: int) -> None: ...


def swallows_no_keywords(*args: object) -> None: ...


saved.connect(no_parameter)  # E: it takes no sender
saved.connect(no_sender)  # E: it takes no sender
saved.connect(sender_by_keyword)  # E: the sender is positional
saved.connect(no_payload)  # E: it takes no payload
saved.connect(narrower_sender)  # E: not every sender is a `SubApp`
saved.connect(unrelated_sender)  # E: no sender is a str
saved.connect(wrong_payload)  # E: the payload's type
saved.connect(misnamed_payload)  # E: the payload's name
saved.connect(payload_too_many)  # E: nobody sends a depth
saved.connect(payload_by_position)  # E: the payload is by keyword
saved.connect(swallows_ints)  # E: the payload is a str
saved.connect(swallows_no_keywords)  # E: the payload is by keyword


# --- functions that pick from a longer payload ---


@Signal
def painted(sender: App, /, *, x: int, y: int, color: str) -> None: ...


def picks_first(sender: App, *, x: int, **_: object) -> None: ...


def picks_last(sender: App, *, color: str, **_: object) -> None: ...


def picks_in_order(sender: App, *, x: int, y: int, **_: object) -> None: ...


def picks_out_of_order(sender: App, *, color: str, y: int, x: int) -> None: ...


painted.connect(picks_first)
painted.connect(picks_in_order)
painted.connect(picks_out_of_order)
painted.connect(picks_last)  # E? only zuban: it loses the names that come before


# --- functions, by what a positional payload or a default demands ---


def on_moved(sender: App, x: int, y: int) -> None: ...


def on_moved_names(app: object, left: float, top: float, depth: int = 0) -> None: ...


def on_moved_rest(sender: App, *coordinates: int) -> None: ...


def on_moved_half(sender: App, x: int) -> None: ...


def on_moved_more(sender: App, x: int, y: int, z: int) -> None: ...


def on_moved_by_keyword(sender: App, *, x: int, y: int) -> None: ...


moved.connect(on_moved)
moved.connect(on_moved_names)
moved.connect(on_moved_rest)
moved.connect(on_moved_half)  # E: it cannot take `y`
moved.connect(on_moved_more)  # E: nobody sends a `z`
moved.connect(on_moved_by_keyword)  # E: the payload is by position


def on_renamed(sender: App, old: str, new: str) -> None: ...


def on_renamed_by_position(sender: App, old: str, new: str, /) -> None: ...


def on_renamed_by_keyword(sender: App, *, old: str, new: str) -> None: ...


def on_renamed_swapped(sender: App, new: str, old: str) -> None: ...


renamed.connect(on_renamed)
renamed.connect(on_renamed_by_position)  # E: it may be sent by keyword
renamed.connect(on_renamed_by_keyword)  # E: it may be sent by position
renamed.connect(on_renamed_swapped)  # E: what is sent by position would be swapped


def on_logged(sender: App, message: str, *, level: int = 0) -> None: ...


def on_logged_swallowing(sender: App, message: str, **_: object) -> None: ...


def on_logged_always(sender: App, message: str, *, level: int) -> None: ...


def on_logged_never(sender: App, message: str) -> None: ...


logged.connect(on_logged)
logged.connect(on_logged_swallowing)
logged.connect(on_logged_never)  # E: it cannot take a level
# a limit: defaults are filled in and sent, but no annotation can say so
logged.connect(on_logged_always)  # E: to a checker the level may be missing


# --- by what they return ---


def answers(sender: App, *, question: str) -> int:
    raise NotImplementedError


def answers_bool(sender: App, *, question: str) -> bool:
    raise NotImplementedError


def answers_anything(sender: App, *, question: str) -> Any:
    raise NotImplementedError


def answers_str(sender: App, *, question: str) -> str:
    raise NotImplementedError


def answers_nothing(sender: App, *, question: str) -> None: ...


def answers_perhaps(sender: App, *, question: str) -> int | None:
    raise NotImplementedError


def returns_int(sender: App, *, path: str) -> int:
    raise NotImplementedError


def returns_something(sender: App, *, news: str) -> int:
    raise NotImplementedError


asked.connect(answers)
asked.connect(answers_bool)
asked.connect(answers_anything)
told.connect(returns_something)
asked.connect(answers_str)  # E: its result
asked.connect(answers_nothing)  # E: its result
asked.connect(answers_perhaps)  # E: its result may be None
saved.connect(returns_int)  # E: None was declared; `object` would take any result


# --- lambdas ---

seen: list[str] = []
saved.connect(lambda sender, *, path: seen.append(path))
saved.connect(lambda sender, **_: None)
saved.connect(lambda *_, **__: None)
moved.connect(lambda sender, x, y: print(x, y))
moved.connect(lambda *args: print(args))
asked.connect(lambda sender, *, question: len(question))
saved.connect(lambda: None)  # E: it takes nothing
saved.connect(lambda sender: None)  # E: it takes no payload
saved.connect(lambda sender, *, file: None)  # E: the payload's name
moved.connect(lambda sender, x: None)  # E: it cannot take `y`
asked.connect(lambda sender, *, question: "yes")  # E: its result
# the keyword itself has a type for three checkers only (microsoft/pyright#11603,
# astral-sh/ruff#22633)
asked.connect(lambda sender, *, question: question)  # E! not pyright, basedpyright, ty: its result


# --- bound methods ---


class Listener:
    def on_saved(self, sender: App, *, path: str) -> None: ...

    def on_nothing(self) -> None: ...

    def on_wrong(self, sender: App, *, path: int) -> None: ...

    @classmethod
    def on_saved_by_class(cls, sender: App, *, path: str) -> None: ...

    @classmethod
    def on_wrong_by_class(cls, sender: App) -> None: ...

    @staticmethod
    def on_saved_statically(sender: App, *, path: str) -> None: ...

    @staticmethod
    def on_wrong_statically(path: str) -> None: ...

    @property
    def path(self) -> str:
        raise NotImplementedError

    def connect(self) -> Self:
        saved.connect(self.on_saved)
        saved.connect(self.on_saved, app)
        saved.connect(self.on_wrong)  # E: the payload's type
        return self


class SubListener(Listener):
    @override
    def on_saved(self, sender: Base, *, path: object, depth: int = 0) -> None: ...


listener = Listener()

saved.connect(listener.on_saved)
saved.connect(SubListener().on_saved)
saved.connect(listener.on_nothing)  # E: it takes no sender
saved.connect(listener.on_wrong)  # E: the payload's type
saved.connect(listener.path)  # E: a str cannot be called
saved.connect(Listener.on_saved)  # E: nobody gives it a `self`
saved.connect(listener)  # E: the object itself cannot be called


# --- classmethods and staticmethods ---

saved.connect(Listener.on_saved_by_class)
saved.connect(listener.on_saved_by_class)
saved.connect(Listener.on_saved_statically)
saved.connect(listener.on_saved_statically)
saved.connect(Listener.on_wrong_by_class)  # E: it takes no payload
saved.connect(Listener.on_wrong_statically)  # E: it takes no sender


# --- builtins ---

moved.connect(print)
Signal[str, [], int]().connect(len)
Signal[object, [str], bool]().connect(hasattr)
names: list[App] = []
Signal[App, [], None]().connect(names.append)
Signal[str, [str], None]().connect({"": ""}.__setitem__)
moved.connect(len)  # E: it takes one, and returns an int
saved.connect(print)  # E: it takes no `path`
Signal[int, [], int]().connect(len)  # E: an int has no length
Signal[str, [], None]().connect(names.append)  # E: a list of `App`


# --- partials ---


def with_prefix(prefix: str, sender: App, *, path: str) -> None: ...


def with_depth(sender: App, *, path: str, depth: int) -> None: ...


saved.connect(partial(with_prefix, "at"))
saved.connect(partial(with_depth, depth=1))
saved.connect(partial(exact))
saved.connect(partial(answers_str))  # E: its result
saved.connect(partial(with_depth))  # E! not mypy, zuban: to them it takes whatever is sent


# --- functions made by decorators ---


def timed(function: Callable[P, R]) -> Callable[P, R]:
    @wraps(function)
    def timing(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    return timing


@timed
def timed_saved(sender: App, *, path: str) -> None: ...


@cache
def cached_saved(sender: App, *, path: str) -> None: ...


@singledispatch
def dispatched_saved(sender: App, *, path: str) -> None: ...


saved.connect(timed_saved)
saved.connect(timed(exact))
saved.connect(cached_saved)
saved.connect(dispatched_saved)
saved.connect(Mock())
saved.connect(timed(no_payload))  # E: it takes no payload


# --- callable objects ---


class Recorder:
    def __call__(self, sender: App, *, path: str) -> None: ...


class WrongRecorder:
    def __call__(self, sender: App, *, path: int) -> None: ...


class NotCallable: ...


saved.connect(Recorder())
saved.connect(Recorder().__call__)
saved.connect(WrongRecorder())  # E: the payload's type
saved.connect(NotCallable())  # E: it cannot be called
saved.connect(Recorder)  # E: the class takes nothing; its instance would do


# --- classes ---


class Record:
    def __init__(self, sender: App, *, news: str) -> None: ...


class WrongRecord:
    def __init__(self, sender: App, *, news: int) -> None: ...


Signal[App, [], Any]().connect(str)
told.connect(Record)
told.connect(WrongRecord)  # E: the payload's type
told.connect(NotCallable)  # E: it takes nothing
told.connect(dict[str, str])  # E: no mapping is sent


# --- overloaded functions ---


@overload
def overloaded(sender: App, x: int, y: int, /) -> None: ...
@overload
def overloaded(sender: str, /) -> str: ...
def overloaded(sender: App | str, x: int = 0, y: int = 0, /) -> str | None:
    raise NotImplementedError


@overload
def overloaded_otherwise(sender: App, x: str, y: str, /) -> None: ...
@overload
def overloaded_otherwise(sender: App, x: int, /) -> None: ...
def overloaded_otherwise(sender: App, x: int | str, y: str = "", /) -> None: ...


moved.connect(overloaded)
Signal[str, [], str]().connect(overloaded)
moved.connect(overloaded_otherwise)  # E: no overload takes two ints


# --- generic functions ---


def identity(sender: App, x: T, y: T, /) -> None: ...


def first(sender: App, x: T, y: object, /) -> T:
    raise NotImplementedError


def generic_lists(sender: App, x: list[T], y: T, /) -> None: ...


moved.connect(identity)  # E? only zuban: it does not solve a generic receiver
told_first = Signal[App, [int, str], str]()
told_first.connect(first)  # E! not ty: it does not see that this returns the int
moved.connect(generic_lists)  # E: an int is not a list


# --- callback protocols ---


class OnSaved(Protocol):
    def __call__(self, sender: App, /, *, path: str) -> None: ...


class OnSavedWrongly(Protocol):
    def __call__(self, sender: App, /, *, path: bytes) -> None: ...


def connect_protocols(right: OnSaved, wrong: OnSavedWrongly) -> None:
    saved.connect(right)
    saved.connect(wrong)  # E: the payload's type


back: OnSaved = saved.connect(exact)


# --- callables by annotation ---


def connect_callables(
    fits: Callable[[App, int, int], None],
    wide: Callable[[object, float, object], None],
    open_to_all: Callable[..., None],
    untyped: Callable[..., Any],
    maybe: Callable[[App, int, int], None] | None,
    either: Callable[[App, int, int], None] | Callable[[App, str, int], None],
    short: Callable[[App, int], None],
    anything: Any,
    something: object,
) -> None:
    moved.connect(fits)
    moved.connect(wide)
    moved.connect(open_to_all)
    moved.connect(untyped)
    moved.connect(anything)
    moved.connect(maybe)  # E: it may be None
    moved.connect(either)  # E: one of them takes a str
    moved.connect(short)  # E: it cannot take `y`
    moved.connect(something)  # E: who knows whether it can be called
    if maybe is not None:
        moved.connect(maybe)
    if callable(something):
        print(something)


# --- async def ---


async def on_saved_later(sender: App, *, path: str) -> None: ...


async def on_told_later(sender: App, *, news: str) -> None: ...


saved.connect(on_saved_later)  # E: nobody would await it
# a limit: a coroutine is an object, too; at run time it is refused
told.connect(on_told_later)


# --- what another signal can do ---


@Signal
def echoed(sender: App, /, *, path: str) -> object:
    raise NotImplementedError


echoed.connect(saved.send)
echoed.connect(saved.send_robust)
echoed.connect(moved.send)  # E: the other signal's payload
saved.connect(echoed.send)  # E: it returns results, and None was declared
echoed.connect(saved)  # E: a signal is sent, not called
