"""Quart on the adapter: each signal awaits the same receivers as on blinker."""

from __future__ import annotations

import pytest
from running import FLASKS_SIGNALS, PROGRAMS, Pair, needs, run_on_both

pytestmark = needs("quart", "blinker")

SIGNALS = FLASKS_SIGNALS | {
    "got_background_exception",
    "got_serving_exception",
    "got_websocket_exception",
    "websocket_finished",
    "websocket_received",
    "websocket_sent",
    "websocket_started",
    "websocket_tearing_down",
}


@pytest.fixture(scope="module")
def pair() -> Pair:
    return run_on_both(PROGRAMS / "quart_client.py")


def test_one_run_is_on_blinker_and_the_other_on_nothing_but_the_adapter(pair: Pair) -> None:
    assert pair.real.signal_class == "blinker.base"
    assert pair.ours.signal_class == "aldis.blinker.base"
    assert pair.ours.blinker_modules == []


def test_everybody_hears_on_the_adapter_what_is_heard_on_blinker(pair: Pair) -> None:
    assert pair.ours.told == pair.real.told


def test_all_signals_of_quart_are_heard(pair: Pair) -> None:
    assert pair.real.signals == SIGNALS
    assert pair.ours.signals == SIGNALS


def test_each_signal_reaches_those_who_await_its_sender_or_any(pair: Pair) -> None:
    told = pair.ours.told["every_signal"]
    scenes = [told["asked"], told["talk"], told["silence"], {"events": told["background"]}]
    heard = {event["receiver"] for scene in scenes for event in scene["events"]}
    heard_by_all = SIGNALS - {"got_serving_exception"}
    assert {f"anybody's {name}" for name in heard_by_all} <= heard
    # the reply is another message
    assert {f"its sender's {name}" for name in heard_by_all - {"websocket_sent"}} <= heard
    assert len(heard) == 2 * len(heard_by_all) - 1
    assert told["disconnected"]["events"] == []


def test_a_message_is_the_sender_of_the_signals_of_a_websocket(pair: Pair) -> None:
    events = pair.ours.told["every_signal"]["talk"]["events"]
    messages = [
        (event["signal"], event["sender"], event["receiver"].split()[0]) for event in events
    ]
    assert ("websocket_received", "aboard", "its") in messages
    assert ("websocket_sent", "heard aboard", "anybody's") in messages
    assert ("websocket_sent", "heard aboard", "its") not in messages


def test_plain_receivers_are_called_in_threads_and_coroutines_awaited(pair: Pair) -> None:
    told = pair.ours.told["receivers_of_all_kinds"]
    assert told["threads"] == ["['awaited', True]", "['called', False]"]
    assert {event["receiver"] for event in told["asked"]["events"]} == {
        "a coroutine function",
        "a function",
        "a callable object",
        "a method",
    }
    assert [event["signal"] for event in told["block"]["events"]] == [
        "request_started",
        "request_finished",
    ]
    assert [event["signal"] for event in told["muted"]["events"]] == ["request_finished"]
    assert told["cleared"]["events"] == []


def test_requests_served_at_once_are_told_apart(pair: Pair) -> None:
    told = pair.ours.told["clients_at_once"]
    requests = told["requests"]
    assert sorted(requests) == [f"/crowd/{number}" for number in range(4)]
    for path, events in requests.items():
        assert {event["payload"].get("path", path) for event in events} == {path}
        assert {event["signal"] for event in events} == FLASKS_SIGNALS - {"got_request_exception"}
        assert len(events) == 2 * 9


def test_what_a_receiver_raises_reaches_the_application(pair: Pair) -> None:
    told = dict(pair.ours.told["failing_receivers"])
    websocket = told.pop("websocket_received")
    assert websocket == "RuntimeError: Cannot send to a non-coroutine function."
    assert len(told) == 6
    for scene in told.values():
        (event,) = scene["events"]
        assert event["payload"]["exception"].startswith("ConnectionError: refused")
        assert scene["answers"][0][1] == 500


def test_a_send_returns_what_its_receivers_returned(pair: Pair) -> None:
    told = pair.ours.told["signals_of_its_own"]["told"]
    assert told == [
        ["crane awaited docked", "customs awaited docked", "pilot awaited docked"],
        ["crane awaited docked", "customs awaited docked"],
        ["crane awaited docked", "customs awaited docked", "pilot heard docked"],
        "RuntimeError: Cannot send to a non-coroutine function.",
    ]
