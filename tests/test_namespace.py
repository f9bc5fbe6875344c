"""Signals by name."""

from __future__ import annotations

import threading
from collections.abc import Callable
from copy import copy, deepcopy
from pickle import dumps, loads
from typing import Any

import pytest

from aldis import AsyncEvent, AsyncSignal, Event, Namespace, Signal
from aldis.exceptions import (
    DuplicateSignalError,
    IncompatibleReceiverError,
    SignalNotFoundError,
)
from helpers import results, takes, untyped


@pytest.fixture
def ns() -> Namespace:
    return Namespace()


def declare(ns: Namespace, name: str = "path") -> Signal[Any, ..., Any]:
    scope: dict[str, Any] = {"ns": ns, "__name__": __name__}
    exec(f"@ns.signal\ndef saved(sender: object, /, *, {name}: str) -> None: ...", scope)
    signal: Signal[Any, ..., Any] = scope["saved"]
    return signal


def test_a_declared_signal_is_found_by_its_name(ns: Namespace) -> None:
    saved = declare(ns)
    assert type(saved) is Signal
    assert ns["saved"] is saved
    assert ns.signal("saved") is saved
    assert ns.get("saved") is saved
    assert "saved" in ns
    assert dict(ns) == {"saved": saved}
    assert len(ns) == 1
    assert repr(ns) == "<Namespace of saved>"


def test_a_name_gives_the_same_signal_each_time(ns: Namespace) -> None:
    assert ns.signal("one") is ns.signal("one")
    assert ns.signal("one") is not ns.signal("other")
    assert ns.signal("one").__name__ == "one"
    assert ns.async_signal("later") is ns.async_signal("later")
    assert type(ns.async_signal("later")) is AsyncSignal


_signals = Namespace()


@_signals.signal(name="user-created")
def _user_created(sender: object, /, *, user_id: int) -> None:
    """Sent after a new account is stored."""


def test_a_signal_may_have_another_name_than_its_declaration() -> None:
    assert type(_user_created) is Signal
    assert _signals["user-created"] is _signals.signal("user-created") is _user_created
    assert "_user_created" not in _signals
    assert repr(_signals) == "<Namespace of user-created>"
    assert _user_created.__name__ == "user-created"
    assert repr(_user_created).startswith(f"<Signal {__name__}.user-created(sender: object, ")
    assert _user_created.__doc__ == "Sent after a new account is stored."
    with pytest.raises(TypeError, match=r"signal user-created\(sender: object.*send\(\) missing"):
        untyped(_user_created).send(None)


def pickled(thing: Any) -> Any:
    return loads(dumps(thing))


COPIES: list[Callable[[Any], Any]] = [copy, deepcopy, pickled]


@pytest.mark.parametrize("copied", COPIES)
def test_such_a_signal_is_copied_by_the_name_of_its_declaration(copied: Any) -> None:
    assert copied(_user_created) is _user_created


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("signal", Signal),
        ("async_signal", AsyncSignal),
        ("event", Event),
        ("async_event", AsyncEvent),
    ],
)
def test_every_kind_may_have_another_name(ns: Namespace, method: str, kind: type) -> None:
    declare = getattr(ns, method)

    def spec(sender: object, /) -> None: ...
    async def async_spec(sender: object, /) -> None: ...

    given: Any = async_spec if method.startswith("async") else spec
    one, other = declare(name="one-name")(given), declare(given, name="other name")
    assert type(one) is type(other) is kind
    assert one is not other
    assert [*ns] == ["one-name", "other name"]
    assert declare("one-name") is one
    assert declare(name="one-name")(given) is one
    assert declare(given, name=None) is ns[given.__name__]


def test_a_declaration_under_another_name_takes_over_an_earlier_look_up(ns: Namespace) -> None:
    early = ns.signal("user-created")
    heard = takes("sender, *, path")
    early.connect(heard)

    @ns.signal(name="user-created")
    def user_created(sender: object, /, *, path: str) -> None: ...

    assert user_created is untyped(early)
    assert user_created.__name__ == "user-created"
    with pytest.raises(DuplicateSignalError, match="'user-created'"):
        ns.async_signal("user-created")


@pytest.mark.parametrize("name", [1, "", b"name"])
def test_a_name_must_be_a_text(ns: Namespace, name: object) -> None:
    with pytest.raises(TypeError, match=r"Namespace\.signal\(\) expected a string as 'name'"):
        untyped(ns).signal(name=name)


def test_neither_a_declaration_nor_a_name_or_two_names_are_refused(ns: Namespace) -> None:
    with pytest.raises(TypeError, match=r"Namespace\.event\(\) takes a declaration or a name"):
        untyped(ns).event()
    with pytest.raises(TypeError, match="'one' is already a name"):
        untyped(ns).signal("one", name="other")
    assert not ns


def test_an_unknown_name_is_an_error_that_knows_the_nearest(ns: Namespace) -> None:
    with pytest.raises(SignalNotFoundError, match="the namespace is empty"):
        ns["saved"]
    declare(ns)
    with pytest.raises(SignalNotFoundError, match="did you mean 'saved'"):
        ns["save"]
    with pytest.raises(KeyError, match="the namespace has: saved"):
        ns["quite something else"]
    assert ns.get("save") is None
    assert "save" not in ns


def test_the_same_declaration_again_gives_the_same_signal(ns: Namespace) -> None:
    saved = declare(ns)
    receiver = saved.connect(takes("sender, *, path"))
    assert declare(ns) is saved
    assert saved.receivers == (receiver,)


def test_another_declaration_of_a_name_is_refused(ns: Namespace) -> None:
    saved = declare(ns)
    with pytest.raises(DuplicateSignalError, match=r"'saved' is taken by signal .*path: str"):
        declare(ns, "url")
    assert ns["saved"] is saved


def test_a_declaration_takes_over_a_signal_that_was_looked_up_before(ns: Namespace) -> None:
    early = ns.signal("saved")
    early.send(None, anything=1)

    @early.connect
    def receiver(sender: object, *, path: str) -> str:
        return path

    saved = declare(ns)
    assert saved is early
    assert saved.__qualname__ == "saved"
    assert saved.send(None, path="x") == [(receiver, "x")]
    with pytest.raises(TypeError, match=r"signal saved\(sender: object, /, \*, path: str\)"):
        early.send(None, anything=1)
    with pytest.raises(DuplicateSignalError):
        declare(ns, "url")


def test_a_declaration_that_an_early_receiver_cannot_take_changes_nothing(ns: Namespace) -> None:
    early = ns.signal("saved")

    @early.connect
    def receiver(sender: object, *, url: str) -> str:
        return url

    with pytest.raises(IncompatibleReceiverError, match="'path'"):
        declare(ns)
    assert early.send(None, url="x") == [(receiver, "x")]
    early.disconnect(receiver)
    assert declare(ns) is early


def test_a_name_is_either_of_a_plain_signal_or_of_an_async_one(ns: Namespace) -> None:
    ns.signal("plain")
    ns.async_signal("later")
    with pytest.raises(DuplicateSignalError, match="'plain' is taken"):
        ns.async_signal("plain")
    with pytest.raises(DuplicateSignalError, match="'later' is taken"):
        ns.signal("later")

    with pytest.raises(DuplicateSignalError, match="'plain' is taken"):

        @ns.async_signal
        async def plain(sender: object) -> None: ...


def test_an_async_signal_can_be_declared_in_a_namespace(ns: Namespace) -> None:
    @ns.async_signal
    async def stored(sender: object, /, *, key: str) -> None: ...

    assert type(stored) is AsyncSignal
    assert ns["stored"] is stored


def test_a_name_that_is_no_str_is_not_found_either(ns: Namespace) -> None:
    ns.signal("saved")
    with pytest.raises(SignalNotFoundError, match="no signal is named 3; the namespace has: saved"):
        ns[untyped(3)]


def test_a_signal_looked_up_as_the_wrong_kind_says_by_which_method_it_is_found(
    ns: Namespace,
) -> None:
    ns.signal("plain")
    ns.async_signal("async")
    with pytest.raises(DuplicateSignalError, match="look it up with `signal`"):
        ns.async_signal("plain")
    with pytest.raises(DuplicateSignalError, match="look it up with `async_signal`"):
        ns.signal("async")


# --- events ---


def declare_event(ns: Namespace, parameters: str = "path: str") -> Event[..., Any]:
    scope: dict[str, Any] = {"ns": ns, "__name__": __name__}
    exec(f"@ns.event\ndef saved({parameters}) -> None: ...", scope)
    event: Event[..., Any] = scope["saved"]
    return event


def test_a_declared_event_is_found_by_its_name(ns: Namespace) -> None:
    saved = declare_event(ns)
    assert type(saved) is Event
    assert ns["saved"] is saved
    assert ns.event("saved") is saved
    assert declare_event(ns) is saved
    assert repr(ns) == "<Namespace of saved>"


def test_an_async_event_can_be_declared_in_a_namespace(ns: Namespace) -> None:
    @ns.async_event
    async def stored(key: str) -> None: ...

    assert type(stored) is AsyncEvent
    assert ns["stored"] is ns.async_event("stored") is stored
    assert type(ns.async_event("later")) is AsyncEvent


def test_a_declaration_takes_over_an_event_that_was_looked_up_before(ns: Namespace) -> None:
    early = ns.event("saved")
    early.send(1, 2, anything=3)

    @early.connect
    def receiver(path: str) -> str:
        return path

    saved = declare_event(ns)
    assert saved is early
    assert saved.send("x") == [(receiver, "x")]
    with pytest.raises(TypeError, match=r"signal saved\(path: str\)"):
        early.send(1, 2, anything=3)


def test_an_event_that_an_early_receiver_cannot_take_changes_nothing(ns: Namespace) -> None:
    early = ns.event("saved")
    receiver = early.connect(takes("*, url"), weak=False)
    with pytest.raises(IncompatibleReceiverError, match="'path'"):
        declare_event(ns)
    assert results(early.send(url="x")) == [None]
    early.disconnect(receiver)
    assert declare_event(ns) is early


_KINDS = ("signal", "async_signal", "event", "async_event")


@pytest.mark.parametrize("first", _KINDS)
@pytest.mark.parametrize("other", _KINDS)
def test_a_name_of_one_kind_says_by_which_method_it_is_found(
    ns: Namespace, first: str, other: str
) -> None:
    made = getattr(ns, first)("saved")
    if first == other:
        assert getattr(ns, other)("saved") is made
        return
    with pytest.raises(DuplicateSignalError, match=f"'saved' is taken .* up with `{first}`"):
        getattr(ns, other)("saved")


def test_a_declaration_of_a_name_of_another_kind_names_the_way_out(ns: Namespace) -> None:
    saved = declare(ns)
    with pytest.raises(DuplicateSignalError, match=r"with `signal`, or `discard\('saved'"):
        declare_event(ns)
    assert ns["saved"] is saved
    ns.event("closed")
    with pytest.raises(DuplicateSignalError, match="declare it with `event`"):

        @ns.signal
        def closed(sender: object) -> None: ...


def test_another_declaration_of_an_event_is_refused(ns: Namespace) -> None:
    declare_event(ns)
    with pytest.raises(DuplicateSignalError, match=r"or `discard\('saved'\)` first"):
        declare_event(ns, "url: str")


# --- forgetting ---


def test_a_forgotten_signal_goes_on_working(ns: Namespace) -> None:
    saved = declare(ns)
    receiver = saved.connect(takes("sender, *, path"), weak=False)
    del ns["saved"]
    assert "saved" not in ns
    assert dict(ns) == {}
    assert saved.send(None, path="x") == [(receiver, None)]


def test_a_forgotten_name_can_be_declared_anew_as_another_kind(ns: Namespace) -> None:
    saved = declare(ns)
    del ns["saved"]
    event = declare_event(ns)
    assert ns["saved"] is event
    assert untyped(event) is not saved
    assert ns.discard("saved")
    assert untyped(declare(ns, "url")) is ns["saved"]


def test_forgetting_a_name_that_is_not_there_is_an_error_or_says_so(ns: Namespace) -> None:
    declare(ns)
    with pytest.raises(SignalNotFoundError, match="did you mean 'saved'"):
        del ns["save"]
    assert not ns.discard("save")
    assert ns.discard("saved")
    assert not ns.discard("saved")
    with pytest.raises(SignalNotFoundError, match="the namespace is empty"):
        del ns["saved"]


def test_names_can_be_forgotten_while_a_loop_goes_over_them(ns: Namespace) -> None:
    for name in ("one", "two", "three"):
        ns.event(name)
    seen: list[tuple[str, str]] = []
    for name, event in ns.items():
        seen.append((name, event.__name__))
        for each in ("one", "two", "three"):
            ns.discard(each)
    assert seen == [("one", "one"), ("two", "two"), ("three", "three")]
    for name in ("one", "two"):
        ns.event(name)
    assert len([ns.discard(each.__name__) for each in ns.values()]) == 2
    assert not ns
    for name in ("one", "two"):
        ns.event(name)
    assert [ns.discard(name) for name in ns] == [True, True]


def test_views_of_a_namespace_show_what_is_there_now(ns: Namespace) -> None:
    items, values, keys = ns.items(), ns.values(), ns.keys()
    saved = ns.event("saved")
    assert list(items) == [("saved", saved)]
    assert ("saved", saved) in items
    assert list(values) == [saved]
    assert saved in values
    assert list(keys) == ["saved"]
    assert (len(items), len(values), len(keys)) == (1, 1, 1)
    assert ns == {"saved": saved}


def test_of_threads_that_forget_a_name_one_is_told_that_it_was_there(ns: Namespace) -> None:
    names = [f"s{number}" for number in range(300)]
    for name in names:
        ns.event(name)
    together = threading.Barrier(4)
    forgot: list[str] = []
    errors: list[BaseException] = []

    def forget() -> None:
        try:
            together.wait()
            forgot.extend(name for name in names if ns.discard(name))
        except BaseException as error:  # noqa: BLE001  # the test reports it
            errors.append(error)

    def look() -> None:
        try:
            together.wait()
            while ns:
                assert {*ns} >= {name for name, _ in ns.items()}
                repr(ns)
                ns.get("nothing of that name")
        except BaseException as error:  # noqa: BLE001  # the test reports it
            errors.append(error)

    threads = [threading.Thread(target=each) for each in (forget, forget, forget, look)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not errors
    assert sorted(forgot) == sorted(names)


def test_threads_that_look_up_declare_and_forget_a_name_get_signals_that_work(
    ns: Namespace,
) -> None:
    together = threading.Barrier(3)
    got: list[Event[..., Any]] = []
    errors: list[BaseException] = []

    def use(action: Any) -> None:
        try:
            together.wait()
            got.extend(action(ns) for _ in range(200))
        except BaseException as error:  # noqa: BLE001  # the test reports it
            errors.append(error)

    def forget(ns: Namespace) -> Event[..., Any]:
        ns.discard("saved")
        return ns.event("saved")

    def look_up(ns: Namespace) -> Event[..., Any]:
        return ns.event("saved")

    actions = (declare_event, forget, look_up)
    threads = [threading.Thread(target=use, args=(each,)) for each in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not errors
    for event in got:
        event.send("x")
