"""A Quart application that is asked through its test client."""

import asyncio
import contextlib

import quart
from capturing import Capture
from jinja2 import DictLoader
from quart.testing.connections import WebsocketResponseError
from werkzeug.wrappers import Response

app = quart.Quart(__name__)
app.secret_key = "of this test alone"
app.jinja_env.loader = DictLoader({"page.html": "<h1>{{ title }}</h1>"})
failing = quart.Quart("failing")


@app.get("/")
async def page():
    await quart.flash("moored")
    return await quart.render_template("page.html", title="Harbour")


@app.get("/refused")
async def refused():
    quart.abort(403)


@app.get("/werkzeug")
async def of_werkzeug():
    quart.abort(Response("gone", 410))


@app.get("/wreck")
async def wreck():
    raise LookupError("no such ship")


@app.websocket("/talk")
async def talk():
    for _ in range(2):
        await quart.websocket.send(await quart.websocket.receive())


@app.websocket("/silence")
async def silence():
    raise LookupError("nobody talks")


@app.websocket("/closed")
async def closed():
    quart.abort(403)


@app.websocket("/closed-by-quart")
async def closed_by_quart():
    quart.abort(await quart.make_response("gone", 410))


@app.websocket("/closed-by-werkzeug")
async def closed_by_werkzeug():
    quart.abort(Response("gone", 410))


@failing.before_serving
async def fail():
    raise LookupError("no harbour")


async def converse(path, *messages):
    """Send messages, each of which is answered, and wait until the application is done."""
    done = asyncio.Event()

    async def note(sender, **payload):
        done.set()

    with contextlib.suppress(LookupError, WebsocketResponseError):
        async with app.test_client().websocket(path) as connection:
            with quart.appcontext_popped.connected_to(note, app):
                for message in messages:
                    await connection.send(message)
                    await connection.receive()
                await asyncio.wait_for(done.wait(), 30)


async def main():
    capture = Capture("quart.signals", awaited=True)
    for path in ("/", "/refused", "/werkzeug", "/wreck", "/nowhere"):
        await app.test_client().get(path)
    await converse("/talk", "aboard", b"aboard")
    await converse("/silence")
    await converse("/closed")
    await converse("/closed-by-quart")
    await converse("/closed-by-werkzeug")
    app.testing = True  # so that what is raised reaches the contexts
    with contextlib.suppress(LookupError):
        await app.test_client().get("/wreck")
    await converse("/silence")
    async with app.app_context():
        app.add_background_task(fail)
    await asyncio.gather(*app.background_tasks)
    with contextlib.suppress(LookupError):
        await failing.startup()
    capture.report()


asyncio.run(main())
