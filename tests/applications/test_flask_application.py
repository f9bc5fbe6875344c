"""Flask on the adapter: each of its ten signals reaches whom it reaches on blinker."""

from __future__ import annotations

from typing import Any

import pytest
from running import FLASKS_SIGNALS as SIGNALS
from running import PROGRAMS, Pair, needs, run_on_both

pytestmark = needs("flask", "asgiref", "blinker")


@pytest.fixture(scope="module")
def client() -> Pair:
    return run_on_both(PROGRAMS / "flask_client.py")


@pytest.fixture(scope="module")
def server() -> Pair:
    return run_on_both(PROGRAMS / "flask_server.py")


@pytest.fixture(params=["client", "server"])
def pair(request: pytest.FixtureRequest) -> Pair:
    found: Pair = request.getfixturevalue(request.param)
    return found


def test_one_run_is_on_blinker_and_the_other_on_nothing_but_the_adapter(pair: Pair) -> None:
    assert pair.real.signal_class == "blinker.base"
    assert "blinker.base" in pair.real.blinker_modules
    assert pair.ours.signal_class == "aldis.blinker.base"
    assert pair.ours.blinker_modules == []


def test_all_ten_signals_are_heard(pair: Pair) -> None:
    assert pair.real.signals == SIGNALS
    assert pair.ours.signals == SIGNALS


def test_everybody_hears_on_the_adapter_what_is_heard_on_blinker(pair: Pair) -> None:
    assert pair.ours.told == pair.real.told


def test_each_signal_reaches_those_who_hear_its_app_or_any_sender(client: Pair) -> None:
    asked = client.ours.told["every_signal"]["asked"]
    heard = {event["receiver"] for event in asked["events"]}
    assert heard == {f"{whose} {name}" for name in SIGNALS for whose in ("app's", "anybody's")}
    assert [status for _, status, _ in asked["answers"]] == [200, 200, 200, 302, 200, 500, 404]


def test_no_receiver_hears_the_signals_of_another_app(client: Pair) -> None:
    told = client.ours.told["every_signal"]["other"]
    heard = {event["receiver"].split()[0] for event in told["events"]}
    assert heard == {"other's", "anybody's"}


def test_payloads_are_those_that_flask_documents(client: Pair) -> None:
    events = client.ours.told["every_signal"]["asked"]["events"]
    names = {event["signal"]: set(event["payload"]) for event in events}
    assert names == {
        "template_rendered": {"template", "context"},
        "before_render_template": {"template", "context"},
        "request_started": set(),
        "request_finished": {"response"},
        "request_tearing_down": {"exc"},
        "got_request_exception": {"exception"},
        "appcontext_tearing_down": {"exc"},
        "appcontext_pushed": set(),
        "appcontext_popped": set(),
        "message_flashed": {"message", "category"},
    }
    failed = [event["payload"] for event in events if event["signal"] == "got_request_exception"]
    assert failed == [{"exception": "LookupError: no such ship"}] * 2


def test_receivers_hear_nothing_once_disconnected_or_dead(client: Pair) -> None:
    assert client.ours.told["every_signal"]["disconnected"]["events"] == []
    kinds = client.ours.told["receivers_of_all_kinds"]
    before = {event["receiver"] for event in kinds["asked"]["events"]}
    assert before == {
        "a function",
        "connected via the app",
        "a lambda",
        "a callable object",
        "a coroutine",
        "a coroutine function",
    }
    after = {event["receiver"] for event in kinds["after"]["events"]}
    assert after == {"connected via the app", "a lambda"}
    assert kinds["cleared"]["events"] == []


def test_the_recipe_for_captured_templates_captures_them(client: Pair) -> None:
    told = client.ours.told["captured_templates"]
    assert [name for name, _ in told["captured"]] == ["page.html", "rows.html"]
    assert told["muted"] is True
    assert told["receivers"] == [False] * 10


def test_what_a_receiver_raises_reaches_the_application(client: Pair) -> None:
    told = client.ours.told["failing_receivers"]
    for when in ("started", "before rendering", "flashed"):
        (event,) = told[when]["events"]
        assert event["payload"] == {"exception": "ConnectionError: refused by a receiver"}
        assert told[when]["answers"][0][1] == 500
    for name in SIGNALS:
        assert "ConnectionError: refused by a receiver" in told[f"{name} raises"]


def test_a_send_returns_what_its_receivers_returned(client: Pair) -> None:
    told: list[Any] = client.ours.told["signals_of_its_own"]["told"]
    assert ["crane heard docked", "customs heard docked", "pilot heard docked"] in told
    assert ["crane heard docked", "pilot heard docked"] in told
    assert "RuntimeError: Cannot send to a coroutine function." in told


def test_requests_served_at_once_are_told_apart(server: Pair) -> None:
    requests = server.ours.told["requests"]
    assert server.ours.told["at_once"] == 4
    assert len(requests) == 4 * 6
    for path, events in requests.items():
        assert {event["payload"].get("path", path) for event in events} == {path}
        assert {"appcontext_pushed", "appcontext_popped"} <= {event["signal"] for event in events}
