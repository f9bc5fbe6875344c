"""A send from a proxy raises a warning, since receivers of the object behind it are not called."""

from __future__ import annotations

import asyncio
import linecache
import sys
import warnings
import weakref
from collections.abc import Callable
from typing import Any
from unittest.mock import MagicMock, Mock, NonCallableMock, create_autospec

import pytest

import aldis.blinker
from aldis import AldisWarning, AsyncSignal, Signal
from aldis._core import _proxies
from helpers import echoes, untyped


class App:
    """Sends, and is heard."""


class Proxy:
    """Says that it is of the class of what is behind it, as werkzeug's and Django's do."""

    __class__: Any = property(lambda _: App)


class Hostile:
    """Raises an error on any access."""

    __class__: Any = property(lambda _: pytest.fail("it was asked for its class"))

    def __getattribute__(self, name: str) -> object:
        raise AssertionError("it was asked for an attribute")

    def __hash__(self) -> int:
        raise AssertionError("it was asked for its hash")


class HostileKind(type):
    """Raises where a class of it is compared."""

    def __eq__(cls, other: object) -> bool:
        raise AssertionError("it was asked whether it is equal")

    def __hash__(cls) -> int:
        raise AssertionError("it was asked for its hash")


class OfHostileKind(metaclass=HostileKind): ...


app = App()
PROXIES: dict[str, Callable[[], object]] = {
    "of a class like werkzeug's": Proxy,
    "of the standard library": lambda: weakref.proxy(app),
    "of the standard library, callable": lambda: weakref.proxy(echoes),
    "hostile": Hostile,
}
OTHERS: dict[str, Callable[[], object]] = {
    "an object": App,
    "a class": lambda: App,
    "nobody": lambda: None,
    "a text": lambda: "app",
    "a number": lambda: 7,
    "an object of a hostile metaclass": OfHostileKind,
    "a mock": Mock,
    "a mock of a class": lambda: create_autospec(App),
    "a mock of an object": lambda: create_autospec(App, instance=True),
    "a mock that is not callable": lambda: NonCallableMock(spec=App),
    "a mock with magic": MagicMock,
}


def heard_by_one() -> Any:
    """Return a signal with a receiver, but only for another sender."""
    signal = untyped(Signal)()
    signal.connect(echoes(), app, weak=False)
    return signal


@pytest.mark.parametrize("kind", PROXIES)
def test_a_send_from_a_proxy_that_nobody_hears_is_warned_of(kind: str) -> None:
    signal, sender = heard_by_one(), PROXIES[kind]()
    with pytest.warns(
        AldisWarning, match=r"sent from a proxy, an object of type '.*': .* send from"
    ):
        assert signal.send(sender) == []


def test_the_warning_is_of_the_line_that_sends() -> None:
    signal, proxy = heard_by_one(), Proxy()
    with pytest.warns(AldisWarning) as caught:
        signal.send(proxy)  # this line
    assert linecache.getline(caught[0].filename, caught[0].lineno).strip().endswith("# this line")


def test_so_is_one_by_an_async_signal() -> None:
    signal: Any = AsyncSignal()
    signal.connect(echoes(), app, weak=False)

    async def send() -> None:
        assert await signal.send(Proxy()) == []  # this line

    with pytest.warns(AldisWarning) as caught:
        asyncio.run(send())
    assert linecache.getline(caught[0].filename, caught[0].lineno).strip().endswith("# this line")


def test_one_place_is_warned_of_once_as_python_does() -> None:
    signal, proxy = heard_by_one(), Proxy()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(3):
            signal.send(proxy)
    assert len(caught) == 1


@pytest.mark.parametrize("kind", OTHERS)
def test_a_send_from_anything_else_is_not(kind: str) -> None:
    assert heard_by_one().send(OTHERS[kind]()) == []


def test_receivers_of_every_sender_hear_a_proxy_all_the_same() -> None:
    signal = heard_by_one()
    for_all = echoes()
    signal.connect(for_all)
    with pytest.warns(AldisWarning):
        assert [receiver for receiver, _ in signal.send(Proxy())] == [for_all]


def test_a_proxy_that_somebody_is_connected_to_is_a_sender_like_others() -> None:
    signal, proxy = heard_by_one(), Proxy()
    receiver = echoes()
    signal.connect(receiver, proxy)
    assert [each for each, _ in signal.send(proxy)] == [receiver]


def test_a_signal_whose_receivers_hear_every_sender_warns_of_nothing() -> None:
    signal = untyped(Signal)()
    receiver = echoes()
    signal.connect(receiver)
    assert [each for each, _ in signal.send(Proxy())] == [receiver]


def test_the_adapter_takes_proxies_as_blinker_does() -> None:
    signal = aldis.blinker.Signal()
    receivers = [echoes() for _ in range(4)]
    for receiver in receivers:
        signal.connect(receiver, sender=app)
    for _ in range(4):  # from the third on by a function of these names
        assert signal.send(Proxy(), path="x") == []


def test_a_class_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    signal, looked_at = heard_by_one(), list[type]()
    is_proxy = _proxies.is_proxy

    def counted(kind: type) -> bool:
        looked_at.append(kind)
        return is_proxy(kind)

    class Other: ...

    monkeypatch.setattr(_proxies, "is_proxy", counted)
    for _ in range(5):
        signal.send(Other())
    assert looked_at == [Other]


def test_what_is_remembered_of_classes_that_are_made_on_and_on_is_bounded() -> None:
    signal = heard_by_one()
    for _ in range(2 * _proxies._ORDINARY_KEPT):
        signal.send(type("Made", (), {})())
    assert 0 < len(_proxies.ORDINARY) <= _proxies._ORDINARY_KEPT


def test_without_mocks_loaded_none_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "unittest.mock")
    assert _proxies.is_proxy(Proxy)
    assert not _proxies.is_proxy(App)
