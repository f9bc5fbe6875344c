"""A proxy's view of flows sends events without a sender, and what follows it follows."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Sequence

import pytest

from ports.flow_view import Flow, Focus, View


def focused(view: View) -> str | None:
    flow = view.focus.flow
    return None if flow is None else flow.url


@pytest.fixture
def view() -> View:
    return View()


def shown(view: View) -> list[str]:
    return [flow.url for flow in view]


def test_receivers_get_the_payload_alone_and_name_it_as_they_like(view: View) -> None:
    heard: list[str] = []

    def on_add(f: Flow) -> None:
        heard.append(f"add {f.url}")

    def on_remove(old: Flow, was_at: int) -> None:
        heard.append(f"remove {old.url} at {was_at}")

    def on_update(changed: Flow) -> None:
        heard.append(f"update {changed.url}")

    view.flow_added.connect(on_add)
    view.flow_removed.connect(on_remove)
    view.flow_updated.connect(on_update)
    first, second = Flow("/first", 1.0), Flow("/second", 2.0)
    view.add(second)
    view.add(first)
    view.update(first)
    view.remove(second)
    assert heard == ["add /second", "add /first", "update /first", "remove /second at 1"]


def test_the_view_is_in_the_order_of_the_start_and_of_what_passes_its_filter(view: View) -> None:
    flows = [Flow("/b", 2.0), Flow("/a", 1.0, marked=True)]
    for flow in flows:
        view.add(flow)
    assert shown(view) == ["/a", "/b"]
    view.set_filter(lambda flow: flow.marked)
    assert shown(view) == ["/a"]
    flows[0].marked = True
    view.update(flows[0])
    assert shown(view) == ["/a", "/b"]
    flows[1].marked = False
    view.update(flows[1])
    assert shown(view) == ["/b"]


def test_another_view_is_not_heard(view: View) -> None:
    other = View()
    with view.flow_added.connected_to(lambda flow: pytest.fail(flow.url)):
        other.add(Flow("/elsewhere", 1.0))
    assert (view.focus.flow, shown(view)) == (None, [])


def test_the_focus_follows_the_view(view: View) -> None:
    changes: list[str] = []
    view.focus.changed.connect_via()(lambda: changes.append(str(view.focus.flow)))
    flows = [Flow(f"/{number}", number) for number in range(3)]
    for flow in flows:
        view.add(flow)
    assert focused(view) == "/0"
    view.focus.flow = flows[1]
    view.remove(flows[1])
    assert focused(view) == "/2"
    view.set_filter(lambda flow: flow is flows[0])
    assert focused(view) == "/0"
    view.clear()
    assert focused(view) is None
    assert len(changes) == 5
    with pytest.raises(ValueError, match="not shown"):
        view.focus.flow = flows[1]


def test_settings_last_as_long_as_their_flow_is_stored(view: View) -> None:
    flows = [Flow("/a", 1.0), Flow("/b", 2.0)]
    for flow in flows:
        view.add(flow)
        view.settings[flow]["mode"] = "hex"
    view.set_filter(lambda flow: False)
    assert len(view.settings) == 2  # hidden, and stored
    view.remove(flows[0])
    assert list(view.settings) == [flows[1]]
    with pytest.raises(KeyError):
        view.settings[flows[0]]
    view.clear()
    assert len(view.settings) == 0


def test_a_focus_that_is_dropped_no_longer_follows(view: View) -> None:
    before = len(view.flow_added.receivers)
    second = Focus(view)
    assert len(view.flow_added.receivers) == before + 1
    del second
    gc.collect()
    assert len(view.flow_added.receivers) == before


def test_a_view_dies_with_all_that_follows_it(view: View) -> None:
    """The view has a focus, whose methods are connected to the view's own events."""
    other = View()
    other.add(Flow("/a", 1.0))
    died = weakref.ref(other)
    del other
    gc.collect()
    assert died() is None


def test_async_receivers_are_awaited_and_add_up(view: View) -> None:
    view.add(Flow("/a", 1.0))
    view.add(Flow("/b", 2.0))

    @view.saving.connect
    async def to_disk(file: str, *, flows: Sequence[Flow]) -> int:
        await asyncio.sleep(0)
        return len(flows)

    @view.saving.connect
    def to_nowhere(file: str, *, flows: Sequence[Flow]) -> int:
        return 0

    assert asyncio.run(view.save("flows.mitm")) == 2


def test_a_receiver_that_cannot_take_a_flow_is_refused(view: View) -> None:
    def on_remove(flow: Flow) -> None: ...

    with pytest.raises(TypeError, match=r"View\.flow_removed"):
        view.flow_removed.connect(on_remove)  # type: ignore[arg-type]  # pyright: ignore[reportCallIssue, reportArgumentType]
