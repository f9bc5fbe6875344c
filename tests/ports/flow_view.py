"""The flow view of an intercepting proxy, as mitmproxy's: events of an instance, without a sender.

The view sends what happened to it; the focus and the settings follow the view without being known
to it. Each receiver names its parameters as it likes.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, overload

from aldis import AsyncEvent, Event

_numbers = count(1)


@dataclass(eq=False)
class Flow:
    """A request and its response."""

    url: str
    started: float
    id: int = field(default_factory=lambda: next(_numbers))
    marked: bool = False


Filter = Callable[[Flow], bool]


def everything(flow: Flow) -> bool:
    return True


class View(Sequence[Flow]):
    """All flows in a store, and those that pass a filter in the order of their start."""

    def __init__(self) -> None:
        self.stored: dict[int, Flow] = {}
        self._shown: list[Flow] = []
        self._filter: Filter = everything
        self.focus = Focus(self)
        self.settings = Settings(self)

    @Event.method
    def flow_added(self, flow: Flow, /) -> None:
        """Sent after a flow was added to what is shown."""

    @Event.method
    def flow_removed(self, flow: Flow, index: int, /) -> None:
        """Sent after a flow was removed from what is shown; `index` is where it was."""

    @Event.method
    def flow_updated(self, flow: Flow, /) -> None:
        """Sent after a flow that is shown has changed."""

    @Event.method
    def refreshed(self) -> None:
        """Sent after everything that is shown may have changed."""

    @Event.method
    def store_removed(self, flow: Flow, /) -> None:
        """Sent after a flow was removed from the store, shown or not."""

    @Event.method
    def store_refreshed(self) -> None:
        """Sent after the store was emptied."""

    @AsyncEvent.method
    async def saving(self, path: str, /, *, flows: Sequence[Flow]) -> int:
        """Ask all writers to write flows; each returns the number that it wrote."""
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self._shown)

    @overload
    def __getitem__(self, index: int) -> Flow: ...
    @overload
    def __getitem__(self, index: slice) -> list[Flow]: ...
    def __getitem__(self, index: int | slice) -> Flow | list[Flow]:
        return self._shown[index]

    def add(self, flow: Flow) -> None:
        self.stored[flow.id] = flow
        if self._filter(flow):
            self._show(flow)

    def update(self, flow: Flow) -> None:
        """Say that a flow has changed; it may pass the filter now, or no longer."""
        shown = flow in self._shown
        if not self._filter(flow):
            if shown:
                self._hide(flow)
        elif shown:
            self.flow_updated.send(flow)
        else:
            self._show(flow)

    def remove(self, flow: Flow) -> None:
        del self.stored[flow.id]
        if flow in self._shown:
            self._hide(flow)
        self.store_removed.send(flow)

    def set_filter(self, passes: Filter) -> None:
        self._filter = passes
        self._shown = sorted(filter(passes, self.stored.values()), key=_start_of)
        self.refreshed.send()

    def clear(self) -> None:
        self.stored.clear()
        self._shown.clear()
        self.refreshed.send()
        self.store_refreshed.send()

    async def save(self, path: str) -> int:
        return sum(written for _, written in await self.saving.send(path, flows=self[:]))

    def _show(self, flow: Flow) -> None:
        insort(self._shown, flow, key=_start_of)
        self.flow_added.send(flow)

    def _hide(self, flow: Flow) -> None:
        index = self._shown.index(flow)
        del self._shown[index]
        self.flow_removed.send(flow, index)


def _start_of(flow: Flow) -> float:
    return flow.started


class Focus:
    """The one flow that the user looks at."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._flow: Flow | None = None
        # held weakly: a focus that is dropped no longer follows the view
        view.flow_added.connect(self._follow_added)
        view.flow_removed.connect(self._follow_removed)
        view.refreshed.connect(self._follow_refreshed)

    @Event.method
    def changed(self) -> None:
        """Sent after another flow has the focus, or none."""

    @property
    def flow(self) -> Flow | None:
        return self._flow

    @flow.setter
    def flow(self, flow: Flow | None) -> None:
        if flow is not None and flow not in self._view:
            raise ValueError("this flow is not shown")
        self._flow = flow
        self.changed.send()

    def _follow_added(self, newcomer: Flow) -> None:
        if self._flow is None:
            self.flow = newcomer

    def _follow_removed(self, gone: Flow, place: int) -> None:
        if gone is self._flow:
            self.flow = self._view[min(place, len(self._view) - 1)] if self._view else None

    def _follow_refreshed(self) -> None:
        if self._flow not in self._view:
            self.flow = self._view[0] if self._view else None


class Settings(Mapping[Flow, dict[str, Any]]):
    """The user interface's notes about each flow, while the flow is stored."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._values: dict[int, dict[str, Any]] = {}
        view.store_removed.connect(self._forget)
        view.store_refreshed.connect(self._forget_all)

    def __getitem__(self, flow: Flow) -> dict[str, Any]:
        return self._values.setdefault(self._view.stored[flow.id].id, {})

    def __iter__(self) -> Iterator[Flow]:
        return (self._view.stored[number] for number in self._values)

    def __len__(self) -> int:
        return len(self._values)

    def _forget(self, flow: Flow) -> None:
        self._values.pop(flow.id, None)

    def _forget_all(self) -> None:
        self._values.clear()
