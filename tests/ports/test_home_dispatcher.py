"""Names that are made at run time, async targets as tasks, errors in a log of the hub's own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from ports.home_dispatcher import (
    SIGNAL_DEVICE_ADDED,
    SIGNAL_STATE,
    Hub,
    Sensor,
    async_dispatcher_connect,
    async_dispatcher_send,
)


def run(main: Callable[[Hub], Awaitable[None]]) -> Hub:
    async def run_main() -> Hub:
        hub = Hub()
        await main(hub)
        await hub.block_till_done()
        return hub

    return asyncio.run(run_main())


def test_a_sensor_follows_its_own_device() -> None:
    async def main(hub: Hub) -> None:
        door, window = Sensor(hub, "door"), Sensor(hub, "window")
        await door.async_added_to_hub()
        await window.async_added_to_hub()
        async_dispatcher_send(hub, SIGNAL_STATE.of("door"), "open", 7.5)
        assert door.state == "unknown"  # an async target has only begun
        await hub.block_till_done()
        assert (door.state, window.state) == ("open at 7.5", "unknown")

    run(main)


def test_a_name_is_forgotten_with_its_last_target() -> None:
    async def main(hub: Hub) -> None:
        first, second = Sensor(hub, "door"), Sensor(hub, "door")
        await first.async_added_to_hub()
        await second.async_added_to_hub()
        assert list(hub.names) == ["state_door"]
        first.async_remove()
        async_dispatcher_send(hub, SIGNAL_STATE.of("door"), "shut", 8)
        await hub.block_till_done()
        assert (first.state, second.state) == ("unknown", "shut at 8")
        second.async_remove()

    assert list(run(main).names) == []


def test_a_send_that_nobody_hears_makes_no_name() -> None:
    async def main(hub: Hub) -> None:
        async_dispatcher_send(hub, SIGNAL_DEVICE_ADDED, "door")

    assert list(run(main).names) == []


def test_an_error_is_logged_by_the_hub_and_keeps_nobody_from_hearing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    heard: list[str] = []

    async def fail_later(device: str) -> None:
        raise OSError("no battery")

    def fail_at_once(device: str) -> None:
        raise ValueError("no such device")

    async def main(hub: Hub) -> None:
        for target in (fail_later, fail_at_once, heard.append):
            async_dispatcher_connect(hub, SIGNAL_DEVICE_ADDED, target)
        async_dispatcher_send(hub, SIGNAL_DEVICE_ADDED, "door")

    with caplog.at_level(logging.ERROR):
        run(main)
    assert heard == ["door"]
    assert {record.name for record in caplog.records} == {"home.dispatcher"}
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2
    assert "fail_at_once when dispatching 'device_added'" in said[0]
    assert "fail_later when dispatching 'device_added'" in said[1]


def test_to_unsubscribe_twice_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    async def main(hub: Hub) -> None:
        unsubscribe = async_dispatcher_connect(hub, SIGNAL_DEVICE_ADDED, print)
        unsubscribe()
        unsubscribe()

    run(main)
    assert caplog.messages == ["a target of 'device_added' was disconnected twice"]


def test_two_subscriptions_of_one_target_are_two_and_call_it_once() -> None:
    heard: list[str] = []

    async def main(hub: Hub) -> None:
        once = async_dispatcher_connect(hub, SIGNAL_DEVICE_ADDED, heard.append)
        async_dispatcher_connect(hub, SIGNAL_DEVICE_ADDED, heard.append)
        async_dispatcher_send(hub, SIGNAL_DEVICE_ADDED, "door")
        once()
        async_dispatcher_send(hub, SIGNAL_DEVICE_ADDED, "window")

    run(main)
    assert heard == ["door", "window"]
