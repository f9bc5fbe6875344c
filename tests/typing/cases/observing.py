"""A listener overrides what it needs, and is notified of signals of any type."""

from __future__ import annotations

from typing import assert_type

from typing_extensions import override

import aldis
import aldis.blinker
from aldis import AsyncSignal, Signal
from aldis.observing import Caller, Delivery, Listener, Observation, Send


class App: ...


@Signal
def saved(sender: App, /, *, path: str) -> None: ...


@AsyncSignal
async def stored(sender: App, /, *, key: str) -> None: ...


class Job:
    @Signal.method
    def done(self, *, status: str) -> None: ...


untyped = aldis.blinker.Signal()


class Story(Listener):
    @override
    def send_began(self, send: Send) -> None:
        assert_type(send.name, str)
        assert_type(send.parent, Delivery | None)
        assert_type(send.seconds, float)
        assert_type(send.error, BaseException | None)
        assert_type(send.caller, Caller | None)
        send.caller.line  # E: there may be none
        send.result  # E: a send has results

    @override
    def receiver_ended(self, delivery: Delivery) -> None:
        assert_type(delivery.send, Send)
        assert_type(delivery.result, object)
        assert_type(delivery.name, str)
        delivery.sender  # E: its send has one


class Wrong(Listener):
    @override
    def send_began(self, send: int) -> None: ...  # E: its argument is a `Send`


assert_type(aldis.observe(Story()), Observation)
assert_type(aldis.observing.Listener(), Listener)
aldis.observe(Listener(), saved, stored, Job.done, untyped).close()
with aldis.observe(Story()) as observation:
    assert_type(observation, Observation)
aldis.observe(Story)  # E: the class is not a listener
aldis.observe(print)  # E: nor is a function
aldis.observe(Story(), "saved")  # E: a name is not a signal
aldis.observe()  # E: there is no listener
