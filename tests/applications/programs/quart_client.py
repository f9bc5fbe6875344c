"""A Quart application whose signals are awaited through its test client."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Iterable

import blinker
import quart
import quart.signals
from jinja2 import DictLoader, Template
from observing import Ear, Event, Notes, described, print_report, results
from quart.testing.connections import WebsocketResponseError
from quart.typing import ResponseReturnValue

CLIENTS = 4
SIGNALS: dict[str, blinker.NamedSignal] = {
    name: signal
    for name, signal in vars(quart.signals).items()
    if isinstance(signal, blinker.NamedSignal)
}
MESSAGES = ("websocket_received", "websocket_sent")  # their sender is the message

app = quart.Quart(__name__)
app.secret_key = "of this test alone"
app.jinja_env.loader = DictLoader({"page.html": "<h1>{{ title }}</h1>", "rows.html": "{{ rows }}"})
other = quart.Quart("other")
notes = Notes()


class Crowd:
    """Lets its members go on once all of them are there."""

    def __init__(self, size: int) -> None:
        self.missing = size
        self.complete = asyncio.Event()

    async def join(self) -> None:
        """Wait for the others."""
        self.missing -= 1
        if not self.missing:
            self.complete.set()
        await asyncio.wait_for(self.complete.wait(), 60)


@app.get("/")
async def page() -> str:
    return await quart.render_template("page.html", title="Harbour")


@app.get("/text")
async def text() -> str:
    return await quart.render_template_string("{{ 6 * 7 }} {{ title }}", title="Text")


@app.get("/stream")
async def stream() -> AsyncIterator[str]:
    return await quart.stream_template("rows.html", rows=[1, 2, 3])


@app.get("/flash")
async def flash() -> ResponseReturnValue:
    await quart.flash("moored")
    await quart.flash("adrift", "warning")
    return quart.redirect("/")


@app.get("/wreck")
async def wreck() -> str:
    raise LookupError("no such ship")


@app.get("/plain")
def plain() -> str:
    return "a view that Quart runs in a thread"


@app.get("/crowd/<int:client>")
async def crowd(client: int) -> str:
    gathering: Crowd = app.config["CROWD"]
    await gathering.join()
    await quart.flash(f"client {client}")
    return await quart.render_template("page.html", title=str(client))


@app.websocket("/talk")
async def talk() -> None:
    message = await quart.websocket.receive()
    await quart.websocket.send(f"heard {message}")


@app.websocket("/silence")
async def silence() -> None:
    raise LookupError("nobody talks")


@other.before_serving
async def fail_to_serve() -> None:
    raise LookupError("no harbour")


@other.get("/")
async def elsewhere() -> str:
    return "elsewhere"


async def ask(*paths: str, of: quart.Quart = app) -> dict[str, object]:
    """Request pages one after another; report the answers and the receivers."""
    client = of.test_client()
    answers: list[list[object]] = []
    for path in paths:
        response = await client.get(path)
        answers.append([path, response.status_code, await response.get_data(as_text=True)])
    return {"answers": answers, "events": notes.take()}


async def talk_to(path: str) -> dict[str, object]:
    """Talk through a websocket until the application closes it."""
    answers: list[object] = []
    done = asyncio.Event()

    async def note(sender: quart.Quart, **payload: object) -> None:
        done.set()

    with quart.appcontext_popped.connected_to(note, app):
        async with app.test_client().websocket(path) as connection:
            await connection.send("aboard")
            try:
                answers.append(await connection.receive())
            except WebsocketResponseError as error:
                answers.append(type(error).__name__)
            await asyncio.wait_for(done.wait(), 60)
    return {"answers": answers, "events": notes.take()}


async def every_signal() -> dict[str, object]:
    """Each signal awaited by methods for one sender, for every sender and for another one."""
    ears = [
        (signal, Ear(name, notes, f"{whose} {name}"), sender)
        for name, signal in SIGNALS.items()
        for whose, sender in (
            ("its sender's", "aboard" if name in MESSAGES else app),
            ("anybody's", blinker.ANY),
            ("other's", other),
        )
    ]
    for signal, ear, sender in ears:
        signal.connect(ear.await_, sender)
    told: dict[str, object] = {
        "asked": await ask("/", "/text", "/stream", "/flash", "/wreck", "/plain", "/nowhere"),
        "other": await ask("/", of=other),
        "talk": await talk_to("/talk"),
        "silence": await talk_to("/silence"),
    }
    async with app.app_context():
        app.add_background_task(fail)
    await asyncio.gather(*app.background_tasks)
    told["background"] = notes.take()
    try:
        await other.startup()
    except LookupError as error:
        told["serving"] = [described(error), notes.take()]
    for signal, ear, sender in ears:
        signal.disconnect(ear.await_, sender)
    told["disconnected"] = await ask("/", "/flash", "/wreck")
    return told


async def fail() -> None:
    raise LookupError("in the background")


async def receivers_of_all_kinds() -> dict[str, object]:
    """Coroutine functions and plain functions, which Quart calls in a thread, for one signal."""
    threads: list[list[object]] = []

    @quart.template_rendered.connect_via(app)
    async def awaited(sender: quart.Quart, template: Template, context: dict[str, object]) -> None:
        await asyncio.sleep(0)
        payload = {"template": template, "path": quart.request.path}
        notes.add("template_rendered", "a coroutine function", sender, payload)
        threads.append(["awaited", threading.current_thread() is threading.main_thread()])

    @quart.template_rendered.connect
    def called(sender: quart.Quart, template: Template, **extra: object) -> None:
        payload = {"template": template, "path": quart.request.path}
        notes.add("template_rendered", "a function", sender, payload)
        threads.append(["called", threading.current_thread() is threading.main_thread()])

    ear = Ear("message_flashed", notes, "a callable object")
    quart.message_flashed.connect(ear)
    method = Ear("request_finished", notes, "a method")
    quart.request_finished.connect(method.hear, app)
    told = await ask("/", "/flash", "/wreck")
    async_only = Ear("request_started", notes, "in a block")
    with quart.request_started.connected_to(async_only.await_, app):
        block = await ask("/plain")
        with quart.request_started.muted():
            muted = await ask("/plain")
    del ear
    after = await ask("/flash")
    for signal in (quart.template_rendered, quart.request_finished):
        signal._clear_state()
    return {
        "asked": told,
        "threads": sorted(map(str, threads)),
        "block": block,
        "muted": muted,
        "after": after,
        "cleared": await ask("/", "/flash"),
    }


async def clients_at_once() -> dict[str, object]:
    """Requests that are served at once: each is a task, and every receiver is awaited in it."""
    tasks: dict[object, Notes] = {}

    def receiver(name: str, whose: str) -> Ear:
        return TaskEar(name, notes, whose, tasks)

    ears = [
        (signal, receiver(name, f"{whose} {name}"), sender)
        for name, signal in SIGNALS.items()
        for whose, sender in (("app's", app), ("anybody's", blinker.ANY))
    ]
    for signal, ear, sender in ears:
        signal.connect(ear.await_, sender)
    app.config["CROWD"] = Crowd(CLIENTS)
    client = app.test_client
    asked = [client().get(f"/crowd/{number}") for number in range(CLIENTS)]
    answers = [await answer.get_data(as_text=True) for answer in await asyncio.gather(*asked)]
    for signal, ear, sender in ears:
        signal.disconnect(ear.await_, sender)
    return {"answers": answers, "requests": _by_path(tasks.values())}


class TaskEar(Ear):
    """Notes for each task what is heard in it."""

    def __init__(self, signal: str, notes: Notes, name: str, tasks: dict[object, Notes]) -> None:
        super().__init__(signal, notes, name)
        self.tasks = tasks

    async def await_(self, sender: object, **payload: object) -> str:
        """Note what was sent, and where."""
        await asyncio.sleep(0)  # let the others go on in the middle of a send
        if quart.has_request_context():
            payload["path"] = quart.request.path
        here = self.tasks.setdefault(asyncio.current_task(), Notes())
        here.add(self.signal, self.name, sender, payload)
        return self.name


def _by_path(noted: Iterable[Notes]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for each in noted:
        paths = {event["payload"].get("path") for event in each.events} - {None}
        found[" ".join(map(str, paths))] = each.events
    return found


async def failing_receivers() -> dict[str, object]:
    """An error of a receiver is the application's error, which is a signal again."""

    async def refuses(sender: quart.Quart, **payload: object) -> None:
        await asyncio.sleep(0)
        raise ConnectionError("refused by a receiver")

    def refuses_plainly(sender: quart.Quart, **payload: object) -> None:
        raise ConnectionError("refused in a thread")

    told: dict[str, object] = {}
    ear = Ear("got_request_exception", notes, "of what failed")
    with quart.got_request_exception.connected_to(ear.await_, app):
        for refusal in (refuses, refuses_plainly):
            for name in ("request_started", "before_render_template", "template_rendered"):
                with SIGNALS[name].connected_to(refusal, app):
                    told[f"{name}, {refusal.__name__}"] = await ask("/")
    with quart.signals.websocket_received.connected_to(refuses_plainly):
        try:
            async with app.test_client().websocket("/talk") as connection:
                await connection.send("aboard")
        # there is no wrapper for this signal; Quart 0.23 raises groups
        except Exception as error:  # noqa: BLE001
            (cause,) = getattr(error, "exceptions", [error])
            told["websocket_received"] = described(cause)
    return told


async def signals_of_its_own() -> dict[str, object]:
    """A namespace of the application, and the results of its sends."""
    docked = blinker.Namespace().signal("docked")
    ears = [Ear("docked", notes, name) for name in ("crane", "customs", "pilot")]
    for ear in ears:
        docked.connect(ear.await_)
    told: list[object] = [results(await docked.send_async(app, ship="Alma"))]
    docked.disconnect(ears[2].await_)
    told.append(results(await docked.send_async()))
    docked.connect(ears[2].hear, app)
    told.append(results(await docked.send_async(app, _sync_wrapper=app.ensure_async, tons=7)))
    try:
        await docked.send_async(app)
    except RuntimeError as error:
        told.append(described(error))
    notes.take()
    return {"told": told}


async def main() -> None:
    """Run the application in each of these ways, and report."""
    scenarios = (
        every_signal,
        receivers_of_all_kinds,
        clients_at_once,
        failing_receivers,
        signals_of_its_own,
    )
    told: dict[str, object] = {}
    for scenario in scenarios:
        scene: Awaitable[dict[str, object]] = scenario()
        told[scenario.__name__] = await scene
    print_report(told)


if __name__ == "__main__":
    asyncio.run(main())
