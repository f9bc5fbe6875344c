"""A Flask application that is asked through its test client."""

import contextlib

import flask
from capturing import Capture
from jinja2 import DictLoader

app = flask.Flask(__name__)
app.secret_key = "of this test alone"
app.jinja_env.loader = DictLoader({"page.html": "<h1>{{ title }}</h1>"})


@app.get("/")
def page():
    flask.flash("moored")
    flask.flash("adrift", "warning")
    return flask.render_template("page.html", title="Harbour")


@app.get("/stream")
def stream():
    return flask.stream_template("page.html", title="Harbour")


@app.get("/wreck")
def wreck():
    raise LookupError("no such ship")


@app.get("/refused")
def refused():
    flask.abort(403)


capture = Capture("flask.signals")
client = app.test_client()
for path in ("/", "/stream", "/wreck", "/refused", "/nowhere"):
    client.get(path).close()
app.testing = True  # so that what is raised reaches the contexts
with contextlib.suppress(LookupError):
    client.get("/wreck")
capture.report()
