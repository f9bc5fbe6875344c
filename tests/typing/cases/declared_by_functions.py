"""A signal declared by a function is sent with what the function takes, and with nothing else."""

from __future__ import annotations

from typing import Any, assert_type

from aldis import Signal


class App: ...


class SubApp(App): ...


app = App()


# --- a keyword payload, the normal case ---


@Signal
def user_created(sender: App, /, *, user_id: int, username: str) -> None:
    """Sent after a new account is stored."""


user_created.send(app, user_id=1, username="ada")
user_created.send(app, username="ada", user_id=1)
user_created.send(SubApp(), user_id=True, username="ada")

user_created.send("app", user_id=1, username="ada")  # E: the sender's type
user_created.send(None, user_id=1, username="ada")  # E: None is not an `App`
user_created.send(App, user_id=1, username="ada")  # E: a class is not its instance
user_created.send(user_id=1, username="ada")  # E: the sender is missing
user_created.send(sender=app, user_id=1, username="ada")  # E: the sender is positional
user_created.send(app, user_id="1", username="ada")  # E: the type of a payload
user_created.send(app, user_id=None, username="ada")  # E: None was not declared
user_created.send(app, user_id=1)  # E: a payload is missing
user_created.send(app)  # E: the whole payload is missing
user_created.send()  # E: everything is missing
user_created.send(app, user_id=1, username="ada", active=True)  # E: a payload too many
user_created.send(app, user_id=1, user_name="ada")  # E: a misspelt payload
user_created.send(app, 1, "ada")  # E: the payload is by keyword
user_created.send(app, 1, username="ada")  # E: part of the payload is by position

# a payload unpacked from a dict is as good as what is known of the dict
fields: dict[str, Any] = {"user_id": 1, "username": "ada"}
user_created.send(app, **fields)
names: dict[str, bytes] = {}
user_created.send(app, **names)  # E: neither is `bytes`


# --- a positional payload ---


@Signal
def moved(sender: App, x: int, y: int, /) -> None: ...


assert_type(moved, Signal[App, [int, int], None])
moved.send(app, 1, 2)
moved.send(app, *(1, 2))

moved.send(app, 1)  # E: one is missing
moved.send(app, 1, 2, 3)  # E: one too many
moved.send(app, 1, "2")  # E: the second one's type
moved.send(app, x=1, y=2)  # E: they are positional
moved.send(1, 2)  # E: the sender is missing


# --- a payload by position or by keyword ---


@Signal
def renamed(sender: App, old: str, new: str) -> None: ...


renamed.send(app, "a", "b")
renamed.send(app, "a", new="b")
renamed.send(app, old="a", new="b")

renamed.send(app, "a")  # E: one is missing
renamed.send(app, "a", old="b", new="c")  # E: `old` twice
renamed.send(app, old="a", new=2)  # E: the type of `new`
renamed.send(sender=app, old="a", new="b")  # E: `send` takes the sender by position, always


# --- defaults ---


@Signal
def logged(sender: App, /, message: str, *, level: int = 20, tag: str | None = None) -> None: ...


logged.send(app, "ready")
logged.send(app, "ready", level=30)
logged.send(app, message="ready", tag=None)
logged.send(app, "ready", level=30, tag="boot")

logged.send(app, level=30)  # E: what has no default is missing
logged.send(app, "ready", level="high")  # E: a default's type
logged.send(app, "ready", 30)  # E: `level` is by keyword
logged.send(app, "ready", level=None)  # E: only `tag` may be None


# --- *args and **kwargs ---


@Signal
def spoken(sender: App, /, *words: str) -> None: ...


spoken.send(app)
spoken.send(app, "one")
spoken.send(app, "one", "two", *["three"])

spoken.send(app, "one", 2)  # E: a word's type
spoken.send(app, *[1, 2])  # E: the type of every word
spoken.send(app, words="one")  # E: no such keyword


@Signal
def tagged(sender: App, /, **tags: int) -> None: ...


tagged.send(app)
tagged.send(app, red=1, blue=2)

tagged.send(app, red="1")  # E: a tag's type
tagged.send(app, 1)  # E: nothing is positional


@Signal
def traced(sender: App, /, event: str, *args: object, depth: int = 0, **extra: str) -> None: ...


traced.send(app, "call", 1, None, depth=2, function="main")

traced.send(app, "call", 1, None, depth="2")  # E: `depth` is not an extra
traced.send(app, "call", function=1)  # E: an extra's type


# --- no payload at all ---


@Signal
def closed(sender: App, /) -> None: ...


assert_type(closed, Signal[App, [], None])
closed.send(app)

closed.send(app, 1)  # E: there is no payload
closed.send(app, reason="late")  # E: there is no payload


# --- senders ---


@Signal
def ticked(sender: object, /, *, n: int) -> None: ...


ticked.send(None, n=1)
ticked.send(app, n=1)
ticked.send(App, n=1)

ticked.send(n=1)  # E: any sender, but a sender


@Signal
def heard(sender: str | None, /, *, n: int) -> None: ...


heard.send("bridge", n=1)
heard.send(None, n=1)

heard.send(b"bridge", n=1)  # E: neither of both


@Signal
def built(sender: type[App], /) -> None: ...


built.send(App)
built.send(SubApp)

built.send(app)  # E: the class was declared, not its instance


# --- payloads of every kind of type ---


@Signal
def batched(sender: App, /, *, rows: list[int], index: dict[str, tuple[int, ...]]) -> None: ...


batched.send(app, rows=[1, 2], index={"a": (1, 2, 3)})
batched.send(app, rows=[], index={})

batched.send(app, rows=["1"], index={})  # E: the type in the list
batched.send(app, rows=(1, 2), index={})  # E: a tuple is not a list
batched.send(app, rows=[], index={"a": 1})  # E: the type in the dict


# --- declared by calling ---


def _declaration(sender: App, size: int, /) -> None: ...


assert_type(Signal(_declaration), Signal[App, [int], None])
assert_type(Signal(_declaration, name="resized", doc="Sent after."), Signal[App, [int], None])
assert_type(Signal(_declaration, doc=None), Signal[App, [int], None])


def _takes_nothing() -> None: ...


def _takes_keywords_only(*, n: int) -> None: ...


Signal(_takes_nothing)  # E: nobody could be the sender
Signal(_takes_keywords_only)  # E: the sender is positional
Signal(42)  # E: this is not a declaration
Signal("resized")  # E: neither is a name
Signal(None)  # E: nor None
Signal(_declaration, name=42)  # E: the name's type
Signal(_declaration, doc=42)  # E: the documentation's type
Signal(_declaration, "resized")  # E: the name is by keyword
Signal(_declaration, weak=False)  # E: no such option
Signal(spec=_declaration)  # E: the declaration is positional


# --- a signal is not the function that declared it ---

assert_type(user_created.__name__, str)
assert_type(user_created.__doc__, "str | None")

user_created(app, user_id=1, username="ada")  # E: it is sent, not called
user_created.emit(app, user_id=1, username="ada")  # E: no such method
user_created.send = print  # E: a method is not replaced

narrow: Signal[str, [int, int], None] = moved  # E: another sender
shorter: Signal[App, [int], None] = moved  # E: another payload
answering: Signal[App, [int, int], int] = moved  # E: another result
exact: Signal[App, [int, int], None] = moved
anything: Signal[Any, ..., Any] = user_created
