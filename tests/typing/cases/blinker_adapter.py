"""The adapter: annotated signals are checked, unannotated ones stay as free as blinker's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, assert_type

from aldis import Signal as TypedSignal
from aldis.blinker import (
    ANY,
    AsyncView,
    NamedSignal,
    Namespace,
    Signal,
    View,
    default_namespace,
    signal,
    typed,
)


class App: ...


app = App()

# --- annotated: the sender and the payload are known ---

changed: Signal[App, [int]] = Signal("Sent after a change.")


def takes_int(sender: App, number: int, /) -> None: ...
def takes_str(sender: App, number: str, /) -> None: ...
def takes_any_sender(sender: object, number: int, /) -> None: ...


changed.connect(takes_int)
changed.connect(takes_any_sender, app)
changed.connect(takes_int, ANY, False)
changed.connect(takes_str)  # E: the payload's type
changed.connect(takes_int, "app")  # E: the sender's type
changed.connect(takes_int, strong=True)  # E: no such parameter
changed.send(app, 1)
changed.send(app, "1")  # E: the payload's type
changed.send("app", 1)  # E: the sender's type
changed.has_receivers_for(app)
changed.has_receivers_for("app")  # E: the sender's type


@changed.connect_via(app)
def on_change(sender: App, number: int, /) -> None: ...


@changed.connect_via("app")  # E: the sender's type
def on_other_change(sender: App, number: int, /) -> None: ...


with changed.connected_to(takes_int), changed.muted():
    changed.disconnect(takes_int)
with changed.connected_to(takes_str):  # E: the payload's type
    pass

# --- not annotated: all that blinker takes ---

plain = Signal()
named = signal("named", doc="Found by its name.")
assert_type(plain, Signal[Any, ...])
assert_type(named, NamedSignal[Any, ...])
assert_type(default_namespace["named"], NamedSignal[Any, ...])
assert_type(Namespace().signal("another"), NamedSignal[Any, ...])


@plain.connect
def hear(sender: Any, **payload: Any) -> None: ...


@named.connect_via("a string")
def hear_user(sender: str, *, user: str) -> str:
    return user


hear(app)
plain.connect(hear_user)
plain.connect(print, app)
plain.send()  # E? only pyrefly: it forgets the sender's default, where there are overloads
plain.send(app, anything=1, more="2")
named.send("a string", user="ada")
named.name.upper()
named.title  # E: there is no such attribute
for receiver, result in plain.send(app):
    receiver(app)
    result.whatever()


saved = plain.receivers.copy()
plain.receivers.clear()
plain.receivers = saved
plain.receivers = {}
if plain.receivers:
    plain.send(app)


async def send_all() -> None:
    await plain.send_async(app, user="ada")


# --- a typed view ---


def user_created(sender: App, /, *, user_id: int) -> None: ...


view = typed(plain, user_created)


def welcome(sender: App, /, *, user_id: int) -> None: ...
def welcome_by_name(sender: App, /, *, name: str) -> None: ...
def takes_view(view: TypedSignal[App, ..., None]) -> None: ...


takes_view(view)
view.send(app, user_id=1)
view.send(app)  # E: a missing name
view.send(app, user_id="1")  # E: the payload's type
view.connect(welcome)
view.connect(welcome, ANY)
view.connect(welcome_by_name)  # E: it cannot take the payload
typed(user_created, user_created)  # E: it is not a signal
assert_type(view.send(app, user_id=1), list[tuple[Callable[..., None], None]])
viewed: View[App, ..., None] = view


# --- as a decorator ---


@typed(named)
def renamed(sender: App, /, *, name: str) -> None: ...


@typed(default_namespace["counted"])
def counted(sender: App, /) -> int:
    raise NotImplementedError


class Owner:
    def __init__(self) -> None:
        self.changed = typed(Signal(), _of_owner)
        self.changed.send(self, n=1)
        self.changed.send(self, n="1")  # E: the payload's type


def _of_owner(sender: Owner, /, *, n: int) -> None: ...


takes_view(renamed)
renamed.send(app, name="a")
renamed.send(app)  # E: a missing name
renamed.send(app, name=1)  # E: the payload's type
renamed.send("app", name="a")  # E: the sender's type
renamed.send(app, name="a", more=1)  # E: an unexpected name
renamed.connect(welcome_by_name)
renamed.connect(welcome)  # E: it cannot take the payload
assert_type(counted.send(app), list[tuple[Callable[..., int], int]])
Owner().changed.send(Owner(), n=1)
Owner().changed.send(app, n=1)  # E: the sender's type


@typed(user_created)  # E: it is not a signal
def of_a_function(sender: App, /) -> None: ...
@typed(named)  # E: nobody could be the sender
def without_sender() -> None: ...


typed(named, 1)  # E: it is not a declaration
typed()  # E: neither a signal nor a declaration

# --- a view is the signal underneath it, too ---

assert_type(renamed.name, str)
assert_type(renamed.is_muted, bool)
renamed.is_muted = True
renamed.is_muted = "yes"  # E: it is true or false
renamed.set_class = set
renamed.title  # E: there is no such attribute
again = typed(renamed, user_created)
again.send(app, user_id=1)

# --- an open payload, of a sender that is known ---

opened = typed(named, TypedSignal[App]())
assert_type(opened, View[App, ..., Any])
opened.send(app, anything=1, more="2")
opened.send("app", anything=1)  # E! not pyrefly: it checks no sender before an open payload


@opened.connect
def on_opened(sender: App, *, anything: int, **payload: Any) -> None: ...
@opened.connect
def on_opened_by_name(sender: App, name: str) -> None: ...
@opened.connect  # E: the sender's type
def on_opened_wrong(sender: str, **payload: Any) -> None: ...


# --- async receivers ---


def ensure_sync(function: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
    raise NotImplementedError


def ensure_async(function: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
    raise NotImplementedError


@typed(named, async_wrapper=ensure_sync)
def stored(sender: App, /, *, key: str) -> int:
    raise NotImplementedError


@typed(named, sync_wrapper=ensure_async)
def fetched(sender: App, /, *, key: str) -> int:
    raise NotImplementedError


both = typed(named, user_created, async_wrapper=lambda f: ensure_sync(f), sync_wrapper=ensure_async)
opened_for_both = typed(named, TypedSignal[App](), async_wrapper=ensure_sync)
async_view: AsyncView[App, ..., int] = stored
any_view: View[App, ..., Any] = stored
assert_type(stored.send(app, key="a"), list[tuple[Callable[..., int | Awaitable[int]], int]])
stored.send(app, key=1)  # E: the payload's type
stored.send(app, _async_wrapper=ensure_sync, key="a")
stored.send("app", _async_wrapper=ensure_sync, key="a")  # E: the sender's type
stored.send(app, _async_wrapper="ensure_sync", key="a")  # E: no function
stored.send_robust(app, key="a")
stored.send_robust(app, key=1)  # E: the payload's type
stored.send_robust(app, _async_wrapper=ensure_sync, key="a")
opened_for_both.send(app, _async_wrapper=ensure_sync, key="a")
both.send(app, user_id=1)
both.send(app, user_id="1")  # E: the payload's type
renamed.send(app, _async_wrapper=ensure_sync, name="a")  # E: it is an option of the view
typed(named, user_created, async_wrapper=1)  # E: no function
typed(named, sync_wrapper=1)  # E: no function


@stored.connect
def on_stored(sender: App, *, key: str) -> int:
    raise NotImplementedError


@stored.connect
async def on_stored_async(sender: App, *, key: str) -> int:
    raise NotImplementedError


@stored.connect  # E: it cannot take the payload
async def on_stored_wrong(sender: App, *, key: int) -> int:
    raise NotImplementedError


@renamed.connect  # E: nothing makes a plain function of it
async def on_renamed_async(sender: App, *, name: str) -> None: ...


async def send_typed() -> None:
    await renamed.send_async(app, name="a")
    await renamed.send_async(app, name=1)  # E: the payload's type
    assert_type(
        await fetched.send_async(app, key="a"),
        list[tuple[Callable[..., int | Awaitable[int]], int]],
    )
    await fetched.send_async(app, key=1)  # E: the payload's type
    await fetched.send_async(app, _sync_wrapper=ensure_async, key="a")
    renamed.send_async(app, name="a")  # E: it is not awaited
    fetched.send_async(app, key="a")  # E! not zuban: it does not ask that of an overloaded method
