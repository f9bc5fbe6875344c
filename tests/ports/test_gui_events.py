"""Handlers run in the slot in which they were subscribed, async ones as tasks; errors are shown."""

from __future__ import annotations

import asyncio
import logging

import pytest

from ports.gui_events import (
    Change,
    Click,
    Element,
    Label,
    Slot,
    background_done,
    current_slot,
    exception_raised,
)


def names_in(slot: Slot) -> list[str]:
    return [element.text for element in slot.elements if isinstance(element, Label)]


def test_a_handler_runs_in_the_slot_where_it_was_subscribed() -> None:
    page, card = Slot("page"), Slot("card")
    with page:
        button = Element()
    with card:
        button.on_click(lambda click: Label(f"clicked at {click.x}"))
    button.clicked.send(Click(button, x=3))
    assert (names_in(page), names_in(card)) == ([], ["clicked at 3"])
    assert current_slot().name == "nowhere"


def test_a_handler_may_take_nothing() -> None:
    with Slot("page") as page:
        button = Element().on_click(lambda: Label("clicked"))
    button.clicked.send(Click(button))
    assert names_in(page) == ["clicked"]


def test_async_handlers_run_as_tasks_each_in_its_slot() -> None:
    first, second = Slot("first"), Slot("second")

    async def greet(change: Change) -> None:
        for step in ("hello", "bye"):
            await asyncio.sleep(0)
            Label(f"{step} {change.value}")

    async def main() -> None:
        field = Element()
        for slot in (first, second):
            with slot:
                field.on_change(greet)
        field.changed.send(Change(field, "ada"))
        assert names_in(first) == []  # it has only begun
        await background_done()

    asyncio.run(main())
    assert names_in(first) == names_in(second) == ["hello ada", "bye ada"]


def test_errors_are_logged_and_told_and_the_send_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    shown: list[str] = []

    def fail(click: Click) -> None:
        raise ValueError("at once")

    async def fail_later(click: Click) -> None:
        await asyncio.sleep(0)
        raise OSError("later")

    async def main() -> None:
        with Slot("page"):
            button = Element().on_click(fail).on_click(fail_later)
            button.on_click(lambda: shown.append("reached"))
        with exception_raised.subscribe(lambda error: shown.append(str(error))):
            button.clicked.send(Click(button))
            await background_done()

    with caplog.at_level(logging.ERROR):
        asyncio.run(main())
    assert shown == ["at once", "reached", "later"]
    assert [record.name for record in caplog.records] == ["gui", "gui"]
    assert caplog.messages[0] == "a handler of Element.clicked failed"


def test_a_deleted_element_has_no_handlers() -> None:
    with Slot("page") as page:
        button = Element().on_click(lambda: Label("clicked"))
    button.delete()
    assert button.clicked.send(Click(button)) == []
    assert page.elements == []
    assert not button.clicked.has_receivers_for()


def test_a_test_awaits_the_next_click() -> None:
    async def main() -> None:
        button = Element()
        asyncio.get_running_loop().call_soon(button.clicked.send, Click(button, x=5))
        sent = await button.clicked.next(timeout=5)
        assert sent["click"].x == 5

    asyncio.run(main())
