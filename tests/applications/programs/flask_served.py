"""A Flask application for `flask run`, which answers with what its receivers have heard."""

from __future__ import annotations

import sys

import blinker
import flask
from flask.signals import request_finished, request_started

app = flask.Flask(__name__)
heard: list[str] = []


@request_started.connect_via(app)
def started(sender: flask.Flask, **extra: object) -> None:
    heard.append(f"started {flask.request.path}")


@request_finished.connect
def finished(sender: flask.Flask, response: flask.Response, **extra: object) -> None:
    response.headers["X-Heard"] = f"finished {response.status_code}"


@app.get("/heard")
def answer() -> dict[str, object]:
    return {
        "Signal": blinker.Signal.__module__,
        "argv": sys.argv[1:],
        "heard": heard,
        "debug": app.debug,
    }
