"""The adapter: annotated signals are checked, unannotated ones stay as free as blinker's."""

from __future__ import annotations

from typing import Any, assert_type

from aldis import Signal as TypedSignal
from aldis.blinker import ANY, NamedSignal, Namespace, Signal, default_namespace, signal, typed


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
typed(user_created, user_created)  # E: it is no signal
