"""A Flask application behind a threaded server, asked by several clients at once."""

from __future__ import annotations

import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection

import blinker
import flask
from flask_client import SIGNALS
from jinja2 import DictLoader
from observing import Event, Notes, print_report
from werkzeug.serving import make_server

CLIENTS = 4
KINDS = (
    "page",
    "flash",
    "wreck",
    "page",
    "flash",
    "wreck",
)  # the requests of a client, in order

app = flask.Flask(__name__)
app.secret_key = "of this test alone"
app.jinja_env.loader = DictLoader({"page.html": "{{ number }}"})
together = threading.Barrier(CLIENTS, timeout=60)  # as many requests are being served at once
here = threading.local()  # a request has a thread of its own
served: list[Notes] = []


@app.get("/<kind>/<int:number>/<int:client>")
def serve(kind: str, number: int, client: int) -> str:
    together.wait()
    if kind == "wreck":
        raise LookupError(f"no ship {number}")
    if kind == "flash":
        flask.flash(f"ship {number} of {client}")
    return flask.render_template("page.html", number=number)


def notes() -> Notes:
    """Return what was noted in this thread."""
    if not hasattr(here, "notes"):
        here.notes = Notes()
        served.append(here.notes)
    found: Notes = here.notes
    return found


class Receiver:
    """Receives one signal in any thread."""

    def __init__(self, signal: str, whose: str) -> None:
        self.signal = signal
        self.whose = whose

    def hear(self, sender: object, **payload: object) -> None:
        """Note what was sent, and from where."""
        if flask.has_request_context():
            payload["path"] = flask.request.path
        notes().add(self.signal, self.whose, sender, payload)


@contextmanager
def serving() -> Generator[int, None, None]:
    """Serve in threads until the block ends, and give the port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def visit(port: int, client: int) -> list[list[object]]:
    """Ask one thing after another, as one client."""
    answers: list[list[object]] = []
    for number, kind in enumerate(KINDS):
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        path = f"/{kind}/{number}/{client}"
        connection.request("GET", path)
        response = connection.getresponse()
        answers.append([path, response.status, response.read().decode()])
        connection.close()
    return answers


def by_path() -> dict[str, list[Event]]:
    """Return what each request made heard."""
    found: dict[str, list[Event]] = {}
    for noted in served:
        paths = {event["payload"].get("path") for event in noted.events} - {None}
        found[" ".join(map(str, paths))] = noted.events
    return found


def main() -> None:
    """Serve some clients while ten signals are heard, and report."""
    receivers = [
        (signal, Receiver(name, f"{whose} {name}"), sender)
        for name, signal in SIGNALS.items()
        for whose, sender in (("app's", app), ("anybody's", blinker.ANY))
    ]
    for signal, receiver, sender in receivers:
        signal.connect(receiver.hear, sender)
    with serving() as port, ThreadPoolExecutor(CLIENTS) as pool:
        visits = [pool.submit(visit, port, client) for client in range(CLIENTS)]
        answers = [asked.result() for asked in visits]
    requests = by_path()
    print_report({"answers": answers, "requests": requests, "at_once": together.parties})


if __name__ == "__main__":
    main()
