"""A declaration that comes while other threads connect and send."""

from __future__ import annotations

import weakref
from typing import Any

import pytest

from aldis import Namespace, Signal
from aldis._core import _connections, _registry, _senders
from aldis._core._invariants import faults
from aldis.exceptions import DuplicateSignalError, IncompatibleReceiverError
from helpers import LockThatMeets, echoes, takes


def declare_in(names: Namespace, parameters: str = "sender, *, path") -> Signal[Any, ..., Any]:
    spec = takes(parameters)
    spec.__name__ = spec.__qualname__ = "saved"
    return names.signal(spec)


def declaration(parameters: str) -> Any:
    """Return what `redeclare` takes over from another signal: a name, a module and a payload."""
    registry = Signal(takes(parameters))._registry
    return (registry.name, registry.module, registry.payload)


def test_a_declaration_that_comes_in_the_middle_of_the_first_send_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = Namespace()
    early = names.signal("saved")
    code_of = vars(_senders)["code_of"]

    def overtaken(*arguments: Any, **options: Any) -> Any:
        monkeypatch.undo()
        assert declare_in(names) is early
        return code_of(*arguments, **options)

    monkeypatch.setattr(_senders, "code_of", overtaken)
    early.send(None, path="a")
    with pytest.raises(TypeError, match="unexpected keyword argument 'anything'"):
        early.send(None, anything=1)


def test_a_send_that_was_taken_before_the_declaration_is_held_to_it() -> None:
    names = Namespace()
    early = names.signal("saved")
    send, robust = early.send, early.send_robust
    send(None, anything=1)
    declare_in(names)
    for taken in (send, robust):
        with pytest.raises(TypeError, match="unexpected keyword argument 'anything'"):
            taken(None, anything=1)


@pytest.mark.parametrize("way", ["connect", "connected_to"])
def test_a_receiver_that_is_judged_before_a_declaration_is_judged_by_it(
    monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """It was judged by the open payload, and is about to be entered."""
    names = Namespace()
    early, receiver = names.signal("saved"), takes("sender, *, nope")
    monkeypatch.setattr(_connections, "lock", LockThatMeets(lambda: declare_in(names)))
    with pytest.raises(IncompatibleReceiverError):
        early.connect(receiver) if way == "connect" else early.connected_to(receiver).__enter__()
    assert early._registry.payload.declared
    assert not early.receivers
    assert not faults(early._registry)


def test_a_receiver_that_comes_in_the_middle_of_a_declaration_is_judged_by_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = Namespace()
    early = names.signal("saved")
    one, late = early.connect(echoes()), takes("sender, *, nope")
    monkeypatch.setattr(_registry, "lock", LockThatMeets(lambda: early.connect(late)))
    with pytest.raises(IncompatibleReceiverError):
        declare_in(names)
    assert early.receivers == (one, late)
    early.disconnect(late)
    early.send(None, anything=1)


def test_receivers_that_are_judged_live_until_the_declaration_is_in_force(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else another one could be connected at the address of one that died, and not be judged."""
    early, receivers = Namespace().signal("saved"), [echoes()]
    early.connect(receivers[0])
    lives: list[bool] = []

    def look() -> None:
        reference = weakref.ref(receivers.pop())
        lives.append(reference() is not None)

    monkeypatch.setattr(_registry, "lock", LockThatMeets(look))
    assert early._registry.redeclare(*declaration("sender, *, path"))
    assert lives == [True]


def test_of_two_declarations_that_come_at_once_one_is_in_force(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    early = Namespace().signal("saved")
    first, second = (declaration(f"sender, *, {name}") for name in ("path", "url"))
    meets = LockThatMeets(lambda: early._registry.redeclare(*first))
    monkeypatch.setattr(_registry, "lock", meets)
    assert not early._registry.redeclare(*second)
    assert early._registry.payload is first[2]


def test_of_two_declarations_of_a_name_that_come_at_once_one_is_refused() -> None:
    names = Namespace()
    early = names.signal("saved")
    # the other thread has come as far as to change the registry
    assert early._registry.redeclare(*declaration("sender, *, path"))
    with pytest.raises(DuplicateSignalError):
        declare_in(names, "sender, *, url")


def test_two_threads_that_declare_a_name_with_one_function_both_get_the_signal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At the last moment the other one is faster."""
    names = Namespace()
    early, others = names.signal("saved"), list[object]()
    spec = takes("sender, *, path")
    spec.__name__ = spec.__qualname__ = "saved"
    monkeypatch.setattr(_registry, "lock", LockThatMeets(lambda: others.append(names.signal(spec))))
    assert names.signal(spec) is early
    assert others == [early]


def test_what_a_declaration_needed_is_found_by_two_sends_at_once() -> None:
    """Its TypedDict is not there; the first thread decides for both that this is so."""

    def spec(sender: object, /, **payload: object) -> None: ...

    spec.__annotations__["payload"] = "Unpack[DefinedLater]"
    signal: Signal[Any, ..., Any] = Signal(spec)
    payload: Any = signal._registry.payload
    find, found = payload._find, list[object]()

    def overtaken() -> Any:
        payload._find = find
        signal.send(None, anything=1)
        found.append(payload.settle())
        return find()

    payload._find = overtaken
    signal.send(None, anything=1)
    assert payload.settle() is found[0]
