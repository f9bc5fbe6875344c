"""A typed view of an untyped signal: both share senders and receivers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest
from adapter_libraries import LIBRARIES

from aldis import ANY, Signal
from aldis.blinker import typed
from aldis.exceptions import DeclarationError, IncompatibleReceiverError, ReceiverError
from helpers import results, returns, takes, untyped

LOG = logging.getLogger("aldis")


def stored(sender: object, /, *, key: str, size: int = 0) -> object:
    """Sent after a value is stored."""
    raise NotImplementedError


def both(library: Any) -> tuple[Any, Signal[Any, ..., Any]]:
    signal = library.Signal()
    return signal, untyped(typed)(signal, stored)


each_library = pytest.mark.parametrize("library", LIBRARIES, ids=lambda each: each.__name__)


def echo(sender: object, *, key: str, size: int) -> object:
    return (sender, key, size)


@each_library
def test_sends_and_connections_through_either_are_seen_by_both(library: Any) -> None:
    signal, view = both(library)
    assert view.connect(echo) is echo
    assert signal.send("me", key="a", size=1) == [(echo, ("me", "a", 1))]
    signal.disconnect(echo)
    signal.connect(echo, "me")
    assert view.send("me", key="a") == [(echo, ("me", "a", 0))]
    assert view.receivers == view.receivers_for("me") == (echo,)
    assert not view.has_receivers_for("you")
    assert view.disconnect(echo, "you") is False
    assert view.disconnect(echo, "me") is True
    assert view.disconnect(echo) is bool(library.__name__ == "blinker")  # it forgets it later
    assert signal.send("me", key="a", size=0) == []


@each_library
def test_the_view_has_the_declaration_and_checks_by_it(library: Any) -> None:
    signal, view = both(library)
    assert isinstance(view, Signal)
    assert view.__name__ == "stored"
    assert view.__doc__ == "Sent after a value is stored."
    for wrong in ({}, {"key": "a", "nope": 1}):
        with pytest.raises(TypeError, match=r"signal stored\(sender: object"):
            view.send(None, **wrong)
    with pytest.raises(IncompatibleReceiverError, match="does not take 'key'"):
        view.connect(takes("sender"))
    with pytest.raises(IncompatibleReceiverError), view.connected_to(takes("sender")):
        pytest.fail("the block began")
    assert not signal.receivers


@each_library
def test_a_block_connects_and_a_muted_one_reaches_nobody(library: Any) -> None:
    signal, view = both(library)
    with view.connected_to(echo, ANY):
        assert len(signal.send(None, key="a", size=0)) == 1
        with view.muted():
            assert signal.is_muted
            assert view.send(None, key="a") == []
            assert view.receivers == view.receivers_for(None) == ()
    assert not view.has_receivers_for(None)


@each_library
def test_every_receiver_has_its_turn_in_a_robust_send(
    library: Any, caplog: pytest.LogCaptureFixture
) -> None:
    signal, view = both(library)
    error = ValueError("no")

    def fail(sender: object, **payload: object) -> object:
        raise error

    kept: list[Callable[..., object]] = [fail, returns(1)]
    for receiver in kept:
        signal.connect(receiver)
    found = results(view.send_robust(None, key="a"))
    assert sorted(found, key=str) == [1, error]
    assert "failed" in caplog.text
    assert view.receivers == tuple(kept)


@each_library
def test_a_method_that_is_held_weakly_is_a_receiver_and_a_strong_one_too(library: Any) -> None:
    class Listener:
        def hear(self, sender: object, **payload: object) -> str:
            return "heard"

    signal, view = both(library)
    listener = Listener()
    view.connect(listener.hear)
    assert view.receivers == (listener.hear,)
    view.connect(listener.hear, weak=False)
    assert view.receivers == (listener.hear,)
    assert results(view.send(None, key="a")) == ["heard"]
    del listener
    assert len(signal.receivers) == 1


@pytest.mark.parametrize("options", [{"once": True}, {"priority": 1}])
@each_library
def test_what_blinker_cannot_do_is_refused(library: Any, options: dict[str, Any]) -> None:
    signal, view = both(library)
    with pytest.raises(ReceiverError, match=f"signals do not support '{next(iter(options))}'"):
        view.connect(echo, **options)
    assert not signal.receivers


@pytest.mark.parametrize("parameters", ["sender, x, /", "sender, *args, x"])
@each_library
def test_a_payload_by_position_is_refused(library: Any, parameters: str) -> None:
    with pytest.raises(DeclarationError, match="by keyword"):
        typed(library.Signal(), takes(parameters))


@each_library
def test_a_subscription_to_a_view_connects_to_the_untyped_signal(library: Any) -> None:
    signal, view = both(library)
    with view.subscribe(echo, "me"):
        assert signal.send("me", key="a", size=1) == [(echo, ("me", "a", 1))]
        assert signal.send("you", key="a", size=1) == []
    assert not signal.has_receivers_for("me")
    with pytest.raises(ReceiverError, match="blinker's signals do not support 'via'"):
        view.subscribe(echo, via=print)
    with pytest.raises(ReceiverError, match="blinker's signals do not support 'via'"):
        view.connect(echo, via=print)


@each_library
def test_all_connections_of_a_view_are_ended_at_once(library: Any) -> None:
    signal, view = both(library)
    other = returns(1)
    signal.connect(echo)
    view.connect(other, "me")
    assert view.disconnect_all("me") == 1
    assert view.receivers_for("me") == (echo,)
    # blinker forgets later what was disconnected from one sender
    assert view.disconnect_all() == (2 if library.__name__ == "blinker" else 1)
    assert view.disconnect_all() == 0
    assert not signal.has_receivers_for("me")


@each_library
def test_a_task_waits_for_the_next_send_of_the_untyped_signal(library: Any) -> None:
    signal, view = both(library)

    async def main() -> object:
        def send_twice() -> None:
            signal.send("me", key="a", size=3)
            signal.send("me", key="b", size=4)

        asyncio.get_running_loop().call_soon(send_twice)
        return await view.next("me", timeout=60)

    assert asyncio.run(main()) == {"key": "a", "size": 3}
    with pytest.raises(TimeoutError, match="signal stored was not sent"):
        view.wait(timeout=0)
    assert not signal.has_receivers_for("me")
