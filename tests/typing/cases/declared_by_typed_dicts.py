"""A payload declared once as a `TypedDict` is sent by its keys, and received by them."""

from __future__ import annotations

from typing import NotRequired, Unpack, assert_type

from typing_extensions import TypedDict  # `closed` is of 3.15

from aldis import BoundSignal, Signal


class App: ...


app = App()


class Payload(TypedDict, closed=True):
    user_id: int
    username: str
    note: NotRequired[str]


@Signal
def user_created(sender: App, /, **payload: Unpack[Payload]) -> None: ...


# --- sending ---

user_created.send(app, user_id=1, username="ada")
user_created.send(app, user_id=1, username="ada", note="first")

user_created.send(app, user_id=1)  # E: a required key is missing
user_created.send(app, user_id="1", username="ada")  # E: a key's type
user_created.send(app, user_id=1, username="ada", note=1)  # E: the optional key's type
user_created.send(app, user_id=1, username="ada", active=True)  # E: a key too many
user_created.send(app, 1, "ada")  # E: keys are keywords
user_created.send(user_id=1, username="ada")  # E: the sender is missing

payload: Payload = {"user_id": 1, "username": "ada"}
user_created.send(app, **payload)
user_created.send(app, **{"user_id": 1})  # E: not every key, and of one type


# --- receiving ---


def by_typed_dict(sender: App, /, **payload: Unpack[Payload]) -> None:
    assert_type(payload["user_id"], int)
    assert_type(payload.get("note"), "str | None")


def by_name(sender: App, /, *, user_id: int, username: str, note: str = "") -> None: ...


def by_some_names(sender: App, /, *, user_id: int, **others: object) -> None: ...


def by_no_name(sender: App, /, **payload: object) -> None: ...


def demanding(sender: App, /, *, user_id: int, username: str, note: str) -> None: ...


def forgetful(sender: App, /, *, user_id: int, username: str) -> None: ...


def mistaken(sender: App, /, *, user_id: str, username: str, note: str = "") -> None: ...


user_created.connect(by_typed_dict)
user_created.connect(by_name)
user_created.connect(by_some_names)
user_created.connect(by_no_name)
user_created.connect(demanding)  # E: the note may be left out
user_created.connect(forgetful)  # E: the note may be sent
user_created.connect(mistaken)  # E: a key's type


# --- a TypedDict that is not closed may have more keys, and how much that matters is disputed ---


class OpenPayload(TypedDict):
    user_id: int
    username: str
    note: NotRequired[str]


@Signal
def user_deleted(sender: App, /, **payload: Unpack[OpenPayload]) -> None: ...


def with_the_rest(
    sender: App, /, *, user_id: int, username: str, note: str = "", **_: object
) -> None: ...


user_deleted.send(app, user_id=1, username="ada")
user_deleted.connect(with_the_rest)
user_deleted.connect(by_some_names)
user_deleted.connect(by_no_name)
user_deleted.send(app, user_id=1)  # E: a required key is missing
user_deleted.connect(mistaken)  # E: a key's type
user_deleted.send(app, user_id=1, username="a", x=1)  # E! not ty, zuban: see astral-sh/ty#4212
user_deleted.connect(by_name)  # E! not mypy: it asks for no `**`, see microsoft/pyright#9807


# --- of a bound signal ---


class Account:
    @Signal.method
    def renamed(self, **payload: Unpack[Payload]) -> None: ...


account = Account()
account.renamed.send(user_id=1, username="ada")
account.renamed.send(user_id=1)  # E: a required key is missing
account.renamed.send(user_id=1, username="ada", active=True)  # E: a key too many


def on_renamed(sender: Account, /, **payload: Unpack[Payload]) -> None: ...


account.renamed.connect(on_renamed)
account.renamed.connect(by_typed_dict)  # E: another sender


def listen(signal: BoundSignal[Account, [], None]) -> None: ...


listen(account.renamed)  # E: that one has no payload


# --- with positional payload beside ---


@Signal
def logged(sender: App, /, message: str, **payload: Unpack[Payload]) -> None: ...


logged.send(app, "hello", user_id=1, username="ada")
logged.send(app, message="hello", user_id=1, username="ada")
logged.send(app, "hello", user_id=1)  # E: a required key is missing
logged.send(app, user_id=1, username="ada")  # E: the message is missing
logged.send(app, 1, user_id=1, username="ada")  # E: the message's type
