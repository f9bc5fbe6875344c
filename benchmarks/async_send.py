"""How long an async send takes, against the loop by hand, and other libraries, on asyncio.

    python benchmarks/async_send.py [--quick] [--json PATH]

The receivers are coroutine functions that wait for nothing. `send` awaits one after another, as

    [(r, await r(sender, user_id=1, username="x", active=True)) for r in receivers]

and `gather` awaits all at once, in tasks of their own, as `asyncio.gather` does.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from _measure import Candidate, Case, Effort, Outcome, measure, timer_of_await
from _peers import DISTRIBUTIONS, Aldis, Blinker, CachingDjango, Django, Loop, Pyee
from _results import script
from _typed_peers import Ezpubsub, Mitmproxy, NiceGui, mitmproxy_signals
from _way import Kind, Way, declare, here

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

aiosignal: Any = import_module("aiosignal")
frozenlist: Any = import_module("frozenlist")
pyee_asyncio: Any = import_module("pyee.asyncio")

_RECEIVERS = """\
def function():
    async def hear({parameters}): {body}
    return hear

class Listener:
    async def hear(self, {parameters}): {body}
"""


class AsyncWay(Way):
    """A way that sends to coroutine functions."""

    def receiver(self, kind: Kind = "function", body: str = "", **known: object) -> Any:
        scope: dict[str, Any] = {**known}
        text = _RECEIVERS.format(parameters=self.parameters, body=body or self.body)
        exec(text, scope)  # noqa: S102  # written here
        return scope["Listener"]().hear if kind == "method" else scope["function"]()

    def prove(self, kind: Kind, *, one: bool = False) -> None:
        heard: list[object] = []
        for _ in range(2):
            body = f"{self.body}; heard.append((user_id, username, active))"
            self.kept.append(self.receiver(kind, body, heard=heard))
            self.connect(self.kept[-1])
        self.candidate().timer(3)
        assert heard == [(1, "x", True)] * 6, f"{self.name} does not send"  # noqa: S101

    def candidate(self, template: str | None = None, name: str | None = None) -> Candidate:
        run = timer_of_await(self.statement(template), **self.known())
        return Candidate(self.name if name is None else name, run)


class AsyncLoop(AsyncWay, Loop):
    send = "[(r, await r(sender, {keywords})) for r in signal]"


class GatheringLoop(AsyncLoop):
    send = "[*zip(signal, await gather(*[r(sender, {keywords}) for r in signal]))]"

    def known(self) -> dict[str, object]:
        return {**super().known(), "gather": import_module("asyncio").gather}


class TaskGroup(GatheringLoop):
    """A task group of anyio, which cancels the others where one fails, written by hand."""

    name = "anyio by hand"
    send = (
        "async with create_task_group() as group:\n"
        "            for r in signal: group.start_soon(partial(r, sender, {keywords}))"
    )

    def known(self) -> dict[str, object]:
        create_task_group = import_module("anyio").create_task_group
        return {**super().known(), "create_task_group": create_task_group, "partial": partial}


class AsyncAldis(AsyncWay, Aldis):
    send = "await signal.send(sender, {keywords})"

    def new_signal(self) -> object:
        scope: dict[str, Any] = {}
        parameters = ", ".join(["sender", "/", "*", *self.values])
        exec(f"async def changed({parameters}) -> None: ...", scope)  # noqa: S102  # names are ours
        return self.library.AsyncSignal(scope["changed"])


class RobustAldis(AsyncAldis):
    name = "aldis, send_robust"
    send = "await signal.send_robust(sender, {keywords})"


class GatheringAldis(AsyncAldis):
    send = "await signal.gather(sender, {keywords})"


class AsyncBlinker(AsyncWay, Blinker):
    send = "await signal.send_async(sender, {keywords})"


class AsyncDjango(AsyncWay, Django):
    """It always gathers."""

    send = "await signal.asend(sender, {keywords})"


class CachingAsyncDjango(AsyncWay, CachingDjango):
    send = "await signal.asend(sender, {keywords})"


class Aiosignal(AsyncWay):
    name = "aiosignal"
    # its receivers are in a list of that, which is compiled where there is a wheel
    is_here = frozenlist.FrozenList is not frozenlist.PyFrozenList
    send = "await signal.send(sender, {keywords})"

    def new_signal(self) -> object:
        return aiosignal.Signal(self)

    def connect(self, receiver: Any) -> object:
        return self.signal.append(receiver)

    def known(self) -> dict[str, object]:
        self.signal.freeze()
        return super().known()


class AsyncPyee(AsyncWay, Pyee):
    """Starts tasks, which can be waited for."""

    send = 'signal.emit("changed", sender, {keywords})\n        await signal.wait_for_complete()'

    def new_signal(self) -> object:
        return pyee_asyncio.AsyncIOEventEmitter()


class AsyncEzpubsub(AsyncWay, Ezpubsub):
    send = "await signal.apublish(Changed({values}))"


class AsyncNiceGui(AsyncWay, NiceGui):
    """It always gathers."""

    send = "await signal.call({values})"


class AsyncMitmproxy(AsyncWay, Mitmproxy):
    """It always gathers."""

    send = "await signal.send({keywords})"

    def new_signal(self) -> object:
        return mitmproxy_signals.AsyncSignal(declare([*self.values]))


SENDING: Sequence[type[AsyncWay]] = here(
    (AsyncLoop, AsyncAldis, RobustAldis, AsyncBlinker, Aiosignal, AsyncEzpubsub)
)
GATHERING: Sequence[type[AsyncWay]] = here(
    (
        *(GatheringLoop, GatheringAldis, TaskGroup, AsyncDjango, CachingAsyncDjango, AsyncPyee),
        *(AsyncNiceGui, AsyncMitmproxy),
    )
)
SIZES: tuple[tuple[int, Kind], ...] = (
    (0, "function"),
    (1, "function"),
    (3, "function"),
    (10, "function"),
    (100, "function"),
    (3, "method"),
    (10, "method"),
)


def cases() -> Iterator[Case]:
    for title, ways in (("send", SENDING), ("gather", GATHERING)):
        for count, kind in SIZES:
            candidates: list[Candidate] = []
            for each in ways:
                way = each()
                way.fill(count, kind)
                candidates.append(way.candidate())
            plural = "" if count == 1 else "s"
            yield Case(f"{title}, {count} {kind}{plural}", candidates, ("the loop", "blinker"))


def outcomes(effort: Effort) -> list[Outcome]:
    for each in (*SENDING, *GATHERING):
        each().prove("function")
        each().prove("method")
    return measure(cases(), effort)


if __name__ == "__main__":
    script(__doc__, outcomes, distributions=(*DISTRIBUTIONS, "aiosignal", "anyio"), rounds=100)
