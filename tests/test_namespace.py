"""Signals by name."""

from __future__ import annotations

from typing import Any

import pytest

from aldis import AsyncSignal, Namespace, Signal
from aldis.exceptions import (
    DuplicateSignalError,
    IncompatibleReceiverError,
    SignalNotFoundError,
)
from helpers import takes, untyped


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


def test_an_unknown_name_is_an_error_that_knows_the_nearest(ns: Namespace) -> None:
    with pytest.raises(SignalNotFoundError, match="the namespace is empty"):
        ns["saved"]
    declare(ns)
    with pytest.raises(SignalNotFoundError, match="did you mean 'saved'"):
        ns["save"]
    with pytest.raises(KeyError, match="there are: saved"):
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
    with pytest.raises(SignalNotFoundError, match="no signal is named 3; there are: saved"):
        ns[untyped(3)]


def test_a_signal_looked_up_as_the_wrong_kind_says_by_which_method_it_is_found(
    ns: Namespace,
) -> None:
    ns.signal("plain")
    ns.async_signal("async")
    with pytest.raises(DuplicateSignalError, match="look it up by `signal`"):
        ns.async_signal("plain")
    with pytest.raises(DuplicateSignalError, match="look it up by `async_signal`"):
        ns.signal("async")
