"""`aldis.testing` with events: of a module, of one instance, and of all instances of a class."""

from __future__ import annotations

import asyncio
import gc

import pytest

from aldis import AsyncEvent, Event, Namespace
from aldis._testing._connections import Ledger
from aldis.exceptions import NotCapturedError, PayloadNameError
from aldis.testing import AsyncSent, Sent, assert_sent, capture, isolated, muted
from helpers import results, untyped


class View:
    @Event.method
    def added(self, flow: str, index: int = 0, *rest: int, mark: bool = False) -> int:
        raise NotImplementedError

    @AsyncEvent.method
    async def drawn(self, part: str) -> int:
        raise NotImplementedError

    def __repr__(self) -> str:
        return "<View>"


@Event
def renamed(name: str, *, by: str = "nobody") -> object:
    raise NotImplementedError


@AsyncEvent
async def stopped(reason: str) -> int:
    raise NotImplementedError


def shout(name: str, *, by: str = "nobody") -> str:
    return name.upper()


def test_a_capture_of_an_event_has_its_payload_by_name_and_no_sender() -> None:
    with capture(renamed) as sends:
        with renamed.connected_to(shout):
            renamed.send("ada")
        renamed.send_robust(name="bob", by="eve")
    assert [sent.sender for sent in sends] == [None, None]
    assert [sent.payload for sent in sends] == [
        {"name": "ada", "by": "nobody"},
        {"name": "bob", "by": "eve"},
    ]
    assert results(sends[0].results) == ["ADA"]
    assert {type(sent) for sent in sends} == {Sent}
    assert sends[0].signal is renamed
    assert repr(sends[1]) == "<Sent renamed.send_robust(name='bob', by='eve')>"


def test_a_capture_of_the_event_of_an_instance_sees_that_instance_only() -> None:
    view, other = View(), View()
    with capture(view.added) as sends, capture(View.added) as of_all:
        other.added.send("a")
        view.added.send("b", 1, 2, 3, mark=True)
    assert [(sent.sender, sent.signal) for sent in sends] == [(view, View.added)]
    assert sends[0].payload == {"flow": "b", "index": 1, "*rest": (2, 3), "mark": True}
    assert [sent.sender for sent in of_all] == [other, view]
    assert repr(of_all[0]) == "<Sent View.added.send(flow='a', index=0, mark=False) of <View>>"


def test_a_capture_of_an_event_on_the_class_may_be_for_one_sender() -> None:
    view, other = View(), View()
    with capture(View.added, sender=view) as sends:
        other.added.send("a")
        view.added.send("b")
    assert [sent.payload["flow"] for sent in sends] == ["b"]


def test_async_events_are_captured_by_every_method() -> None:
    view = View()

    async def main() -> None:
        async with capture([stopped, view.drawn]) as sends:
            await stopped.send("night")
            await view.drawn.gather("all")
            await View().drawn.gather("not this one")
        assert [type(sent) for sent in sends] == [AsyncSent, AsyncSent]
        assert [(sent.sender, sent.kind) for sent in sends] == [(None, "send"), (view, "gather")]

    asyncio.run(main())


def test_events_of_a_namespace_are_captured() -> None:
    signals = Namespace()
    saved = signals.event("saved")
    with capture(signals) as sends:
        saved.send(path="a")
        assert_sent(saved, path="a")
    assert repr(sends) == "[<Sent saved.send(path='a')>]"


def test_it_is_asserted_of_events_by_the_names_of_their_payload() -> None:
    view, other = View(), View()
    with capture([renamed, View.added]):
        renamed.send("ada")
        view.added.send("a")
        other.added.send("b", 2)
        assert len(assert_sent(renamed, times=1, name="ada", by="nobody")) == 1
        assert_sent(renamed, times=0, name="bob")
        assert_sent(view.added, times=1, flow="a")
        assert_sent(view.added, times=0, flow="b")
        assert_sent(View.added, times=2)
        assert_sent(View.added, times=1, sender=other, index=2)


def test_a_failed_assertion_shows_events_without_a_sender() -> None:
    with capture(renamed) as sends:
        renamed.send("ada")
    with pytest.raises(AssertionError) as caught:
        assert_sent(sends, name="bob")
    assert str(caught.value).splitlines()[:3] == [
        "signal renamed was sent once, but not as expected",
        "  expected: send(name='bob')",
        "  nearest:  send(name='ada', by='nobody')",
    ]


def test_a_failed_assertion_of_an_instance_shows_which_instance() -> None:
    view = View()
    with capture(View.added) as sends:
        View().added.send("a")
    with pytest.raises(AssertionError) as caught:
        assert_sent(sends, sender=view, flow="a")
    assert str(caught.value).splitlines() == [
        "signal View.added was sent once, but not as expected",
        "  expected: send(flow='a') of <View>",
        "  nearest:  send(flow='a', index=0, mark=False) of <View>",
        "  the sender is not <View>",
    ]


def test_an_event_that_is_not_captured_is_an_error() -> None:
    view = View()
    for event in (renamed, view.added, View.added):
        with pytest.raises(NotCapturedError):
            assert_sent(event)
    with capture(View().added), pytest.raises(NotCapturedError):
        assert_sent(view.added)


def test_a_name_that_an_event_does_not_send_is_an_error() -> None:
    with capture(renamed), pytest.raises(PayloadNameError, match="did you mean 'name'"):
        assert_sent(renamed, nane="ada")
    with capture(View.added), pytest.raises(PayloadNameError, match="has no 'self'"):
        assert_sent(View.added, self=None)


def test_events_are_muted_for_one_instance_or_for_all() -> None:
    view, other = View(), View()

    def receiver(*args: object, **kwargs: object) -> int:
        return 1

    for event in (renamed, view.added, other.added):
        event.connect(receiver)
    with muted(view.added):
        assert (len(view.added.send("a")), len(other.added.send("a"))) == (0, 1)
    with muted([View.added], renamed):
        assert (view.added.send("a"), other.added.send("a"), renamed.send("a")) == ([], [], [])
        assert not view.added.receivers
        with muted(View.added):
            pass
        assert view.added.send("a") == []
    assert [len(event.send("a")) for event in (view.added, other.added, renamed)] == [1, 1, 1]
    renamed.disconnect(receiver)


def test_isolated_takes_the_connections_of_all_instances() -> None:
    view, other = View(), View()

    def receiver(*args: object, **kwargs: object) -> int:
        return 1

    for event in (renamed, view.added, other.added):
        event.connect(receiver)
    with isolated(renamed, View.added):
        assert not renamed.receivers
        assert not view.added.receivers
        view.added.connect(receiver, weak=False)
        assert (len(view.added.send("a")), len(other.added.send("a"))) == (1, 0)
    assert [len(event.send("a")) for event in (view.added, other.added, renamed)] == [1, 1, 1]
    view.added.disconnect(receiver)
    assert len(other.added.send("a")) == 1
    renamed.disconnect(receiver)


def test_the_event_of_an_instance_is_isolated_on_its_class() -> None:
    with pytest.raises(TypeError, match=r"no connections of its own; isolate `View\.added`"):
        isolated(View().added)


def test_connections_left_behind_are_shown_with_what_they_hear() -> None:
    view = View()

    def receiver(*args: object, **kwargs: object) -> int:
        return 1

    ledger = Ledger()
    ledger.open()
    try:
        renamed.connect(receiver)
        view.added.connect(receiver)
        subscription = renamed.subscribe(shout)
    finally:
        ledger.close()
    assert [made.is_there for made in ledger.made] == [True, True, True]
    shown = [str(made).split("\n")[0].partition(" of signal ")[2] for made in ledger.made]
    assert shown == ["renamed", "View.added of <View>", "renamed"]
    subscription.close()
    renamed.disconnect(receiver)
    del view
    gc.collect()
    assert [made.is_there for made in ledger.made] == [False, False, False]


@pytest.mark.parametrize("what", [View.added, untyped(View().added)])
def test_an_event_of_instances_is_not_taken_for_a_collection(what: object) -> None:
    sends = untyped(capture)(what)
    with sends:
        View().added.send("a")
    assert len(sends) == (what is View.added)
