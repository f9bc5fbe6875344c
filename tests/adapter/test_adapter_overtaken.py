"""Another thread is faster, at each lock of each change of the adapter, which is then repeated."""

from __future__ import annotations

import asyncio
import gc
from types import ModuleType
from typing import Any

import pytest

from aldis import blinker
from aldis.blinker import _left, _registry, _sendable, _stand_ins, typed
from aldis.testing import isolated
from helpers import LockThatMeets, results, returns


class Sender:
    def method(self) -> None: ...


def declaration(sender: object, /, **payload: object) -> object: ...


def story() -> list[object]:
    """Use everything that the adapter's registry remembers, and return what was seen."""
    signal = blinker.Signal()
    receivers = [returns(number) for number in range(3)]
    sender, dying = Sender(), [Sender()]
    signal.connect(receivers[0], sender.method)
    signal.connect(receivers[1], dying[0], weak=False)
    signal.connect(receivers[2], "text")
    seen: list[object] = [results(signal.send(sender.method)), results(signal.send("text"))]
    dying.clear()
    gc.collect()
    seen.append(len(signal.receivers))
    with isolated(signal):
        seen.append(signal.send("text"))
    with signal.muted():
        seen.append(signal.send("text"))
        seen.append(asyncio.run(signal.send_async("text")))
    view = typed(signal, declaration)
    events: list[str] = []

    def connected(about: object, **_: object) -> None:
        events.append("connected")

    def ended(about: object, **_: object) -> None:
        events.append("ended")

    view.receiver_connected.connect(connected)
    view.receiver_disconnected.connect(ended)
    signal.connect(receivers[0])
    signal.disconnect(receivers[0])
    seen += [events, len(signal.receivers)]
    saved = dict(signal.receivers)
    signal.receivers.clear()
    seen.append(signal.send("text"))
    signal.receivers.update(saved)
    seen.append(len(signal.receivers))
    signal._clear_state()
    seen.append(bool(signal.receivers))
    return seen


EXPECTED = story()
MODULES = (_left, _registry, _sendable, _stand_ins)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_whatever_another_thread_changes_meanwhile_the_outcome_is_the_same(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType
) -> None:
    made: list[Any] = []
    make = _registry.UntypedRegistry.__init__

    def noted(registry: Any, *arguments: Any, **options: Any) -> None:
        make(registry, *arguments, **options)
        made.append(registry)

    monkeypatch.setattr(_registry.UntypedRegistry, "__init__", noted)

    def be_faster() -> None:
        for registry in made:
            registry.version += 1

    for after in range(40):
        made.clear()
        lock = LockThatMeets(be_faster, after=after)
        monkeypatch.setattr(module, "lock", lock)
        assert story() == EXPECTED, after
        if lock.left >= 0:
            return  # it was taken less often
    raise AssertionError("there are more locks than were looked at")
