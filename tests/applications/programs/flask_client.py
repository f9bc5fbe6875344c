"""A Flask application whose ten signals are heard through its test client."""

from __future__ import annotations

import contextvars
import gc
from collections.abc import Iterator
from typing import Any

import blinker
import flask
import flask.signals
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from jinja2 import DictLoader, Template
from observing import Ear, Notes, described, print_report, results

NAMES = (
    "template_rendered",
    "before_render_template",
    "request_started",
    "request_finished",
    "request_tearing_down",
    "got_request_exception",
    "appcontext_tearing_down",
    "appcontext_pushed",
    "appcontext_popped",
    "message_flashed",
)
SIGNALS: dict[str, blinker.NamedSignal] = {name: getattr(flask.signals, name) for name in NAMES}

app = flask.Flask(__name__)
app.secret_key = "of this test alone"
app.jinja_env.loader = DictLoader(
    {"page.html": "<h1>{{ title }}</h1>{{ get_flashed_messages() }}", "rows.html": "{{ rows }}"}
)
other = flask.Flask("other")
notes = Notes()


@app.get("/")
def page() -> str:
    return flask.render_template("page.html", title="Harbour")


@app.get("/text")
def text() -> str:
    return flask.render_template_string("{{ 6 * 7 }} {{ title }}", title="Text")


@app.get("/stream")
def stream() -> Iterator[str]:
    return flask.stream_template("rows.html", rows=[1, 2, 3])


@app.get("/flash")
def flash() -> ResponseReturnValue:
    flask.flash("moored")
    flask.flash("adrift", "warning")
    return flask.redirect("/")


@app.get("/wreck")
def wreck() -> str:
    raise LookupError("no such ship")


@app.get("/away")
def away() -> str:
    flask.abort(404)


@other.get("/")
def elsewhere() -> str:
    return "elsewhere"


def ask(*paths: str, of: flask.Flask = app) -> dict[str, object]:
    """Request pages one after another; report the answers and the receivers."""
    client = of.test_client()
    answers = [[path, *_answer(client, path)] for path in paths]
    return {"answers": answers, "events": notes.take()}


def _answer(client: FlaskClient, path: str) -> list[object]:
    response = client.get(path)
    return [response.status_code, response.get_data(as_text=True)]


def every_signal() -> dict[str, object]:
    """Ten signals, each heard by methods of one sender, of every sender and of another one."""
    ears = [
        (signal, Ear(name, notes, f"{whose} {name}"), sender)
        for name, signal in SIGNALS.items()
        for whose, sender in (("app's", app), ("anybody's", blinker.ANY), ("other's", other))
    ]
    for signal, ear, sender in ears:
        signal.connect(ear.hear, sender)
    told = ask("/", "/text", "/stream", "/flash", "/", "/wreck", "/away")
    theirs = ask("/", of=other)
    with app.test_client() as client:  # keeps the context of a request until the block ends
        client.get("/flash")
        kept = [event["signal"] for event in notes.take()]
    released = [event["signal"] for event in notes.take()]
    with app.app_context(), app.test_request_context("/"):
        pass
    contexts = notes.take()
    for signal, ear, sender in ears:
        signal.disconnect(ear.hear, sender)
    return {
        "asked": told,
        "other": theirs,
        "kept": sorted(kept),
        "released": sorted(released),
        "contexts": contexts,
        "disconnected": ask("/", "/flash", "/wreck"),
    }


def receivers_of_all_kinds() -> dict[str, object]:
    """Functions with parameters of their own, closures, lambdas, callable objects, coroutines."""

    def rendered(sender: flask.Flask, template: Template, context: dict[str, Any]) -> None:
        payload = {"template": template, "title": context["title"], "path": flask.request.path}
        notes.add("template_rendered", "a function", sender, payload)

    flask.template_rendered.connect(rendered, app)

    @flask.request_finished.connect_via(app)
    def finished(sender: flask.Flask, response: flask.Response, **extra: object) -> None:
        response.headers["X-Heard"] = "yes"
        notes.add("request_finished", "connected via the app", sender, {"response": response})

    flask.message_flashed.connect(
        lambda sender, message, category: notes.add(
            "message_flashed", "a lambda", sender, {"message": message, "category": category}
        ),
        weak=False,
    )
    calls = Ear("request_started", notes, "a callable object")
    flask.request_started.connect(calls)
    awaits = Ear("got_request_exception", notes, "a coroutine")
    flask.got_request_exception.connect(awaits.await_, app)

    @flask.request_tearing_down.connect
    async def torn_down(sender: flask.Flask, exc: BaseException | None = None) -> None:
        notes.add("request_tearing_down", "a coroutine function", sender, {"exc": exc})

    told = ask("/", "/flash", "/wreck")
    heard = app.test_client().get("/").headers["X-Heard"]
    notes.take()
    del rendered, calls, awaits, torn_down, finished
    gc.collect()
    after = ask("/", "/flash", "/wreck")  # the ones held strongly are left
    for signal in SIGNALS.values():
        signal._clear_state()
    return {"asked": told, "heard": heard, "after": after, "cleared": ask("/", "/flash")}


def captured_templates() -> dict[str, object]:
    """The recipe of Flask's manual, and what else lasts as long as a block."""
    captured: list[list[object]] = []

    def record(
        sender: flask.Flask, template: Template, context: dict[str, Any], **extra: Any
    ) -> None:
        captured.append([template.name, sorted(context)])

    with flask.template_rendered.connected_to(record, app):
        ask("/", "/stream")
    ask("/")
    inside = len(captured)
    with flask.template_rendered.connected_to(record, app), flask.template_rendered.muted():
        muted = flask.template_rendered.is_muted
        ask("/")
    ear = Ear("message_flashed", notes, "in a block")
    try:
        with flask.message_flashed.connected_to(ear):
            ask("/flash")
            raise KeyError("out of the block")  # noqa: TRY301  # a block that fails
    except KeyError as error:
        reason = str(error)
    return {
        "captured": captured,
        "inside": inside,
        "muted": muted,
        "left": [reason, ask("/flash")],
        "receivers": [bool(signal.receivers) for signal in SIGNALS.values()],
    }


def failure(path: str) -> list[object]:
    """Request a page and the first one; report the errors."""
    try:
        return [ask(path, "/")]
    except (ConnectionError, LookupError) as error:
        return [described(error), described(error.__context__)]


def failing_receivers() -> dict[str, object]:
    """An error of a receiver is the application's error, which is a signal again."""

    def refuses(sender: flask.Flask, **payload: object) -> None:
        raise ConnectionError("refused by a receiver")

    def takes_nothing(sender: flask.Flask) -> None: ...

    told: dict[str, object] = {}
    ear = Ear("got_request_exception", notes, "of what failed")
    with flask.got_request_exception.connected_to(ear.hear, app):
        with flask.request_started.connected_to(refuses, app):
            told["started"] = ask("/")
        with flask.before_render_template.connected_to(refuses, app):
            told["before rendering"] = ask("/")
        with flask.message_flashed.connected_to(refuses, app):
            told["flashed"] = ask("/flash")
    app.config["PROPAGATE_EXCEPTIONS"] = True
    for name, signal in SIGNALS.items():
        with signal.connected_to(refuses, app):
            path = "/wreck" if "exception" in name else "/flash"
            # a context of its own: one that was refused is never popped
            told[f"{name} raises"] = contextvars.copy_context().run(failure, path)
    with flask.message_flashed.connected_to(takes_nothing, app):
        try:
            ask("/flash")
        except TypeError as error:
            told["takes nothing"] = str(error)
    app.config["PROPAGATE_EXCEPTIONS"] = None
    return told


def signals_of_its_own() -> dict[str, object]:
    """A namespace of the application, and the results of its sends."""
    harbour = blinker.Namespace()
    docked = harbour.signal("docked", "Sent when a ship has docked.")
    ears = [Ear("docked", notes, name) for name in ("crane", "customs", "pilot")]
    told: list[object] = []

    @docked.receiver_connected.connect
    def connected(_: blinker.Signal, **payload: object) -> None:
        told.append(["connected", sorted(payload), payload["sender"] is app, payload["weak"]])

    @docked.receiver_disconnected.connect
    def disconnected(_: blinker.Signal, **payload: object) -> None:
        told.append(["disconnected", sorted(payload), payload["sender"] is blinker.ANY])

    async def awaited(sender: object, **payload: object) -> None: ...

    for ear in ears:
        docked.connect(ear.hear)
    docked.connect(ears[0].hear, app)
    told.append(results(docked.send(app, ship="Alma")))
    told.append(results(docked.send()))
    docked.disconnect(ears[1].hear)
    told.append(results(docked.send("anybody", ship="Alma", tons=7)))
    docked.connect(awaited)
    try:
        docked.send(app)
    except RuntimeError as error:
        told.append(described(error))
    notes.take()
    return {
        "told": told,
        "same": harbour.signal("docked") is docked,
        "names": sorted(harbour),
        "doc": docked.__doc__,
        "repr": repr(docked).partition(";")[2],
        "heard": [docked.has_receivers_for(sender) for sender in (app, other, "x")],
        "default": blinker.signal("launched") is blinker.default_namespace["launched"],
    }


if __name__ == "__main__":
    scenarios = (
        every_signal,
        receivers_of_all_kinds,
        captured_templates,
        failing_receivers,
        signals_of_its_own,
    )
    print_report({scenario.__name__: scenario() for scenario in scenarios})
